import assert from 'node:assert/strict';
import { SmsError, type SmsErrorCode } from '@ujumbe/core';
import type { Model } from './model.js';
import { plainPrefix, type Platform } from './platform.js';

/**
 * One customer who does one thing after the other in the middle of all the others: what was forbidden a moment ago is
 * refused from then on, and what was allowed again is accepted.
 */
export async function proveRefusals(platform: Platform, model: Model): Promise<void> {
  const { sms } = platform;
  const customer = { name: 'Careful', country: 'TZ', currency: 'TZS', sender: 'SIMU', credits: 100_000 };
  const { account, apiToken } = await sms.accounts.open(customer);
  model.pay(account.id, customer.credits);
  const to = `${plainPrefix}000001`;
  const access = await sms.tokens.authenticate(apiToken);
  const sending = [
    () => sms.send(account.id, { to, message: 'Habari', validityMs: 2_000 }),
    () => sms.messages.send(access, { items: [{ to, text: 'Habari' }], validityMs: 2_000 }),
  ];
  const accepts = async (): Promise<void> => {
    for (const send of sending) model.accept(account.id, (await send()).accepted);
  };
  const refuses = async (code: SmsErrorCode): Promise<void> => {
    for (const send of sending) await assert.rejects(send, (error) => error instanceof SmsError && error.code === code);
  };

  await accepts();
  await sms.suppressions.add(account.id, to);
  await refuses('opted_out');
  await sms.suppressions.remove(account.id, to);
  await accepts();
  await sms.accounts.suspend(account.id);
  await refuses('account_suspended');
  await sms.accounts.resume(account.id);
  await accepts();
  const { token, raw } = await sms.tokens.create(account.id, { name: 'short-lived', scopes: ['messages'] });
  const shortLived = await sms.tokens.authenticate(raw, { cached: true });
  await sms.tokens.revoke(account.id, token.id);
  const send = () => sms.messages.send(shortLived, { items: [{ to, text: 'Habari' }] });
  await assert.rejects(send, (error) => error instanceof SmsError && error.code === 'token_revoked');
}
