import type { Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsField, creditsView } from './fields.js';

const get = endpoint({
  method: 'GET',
  path: '/balance',
  summary: 'Get the credits that can be spent, those held for messages on their way, and those charged',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    return success(await balanceView(sms, accountId));
  },
});

async function balanceView(sms: Sms, accountId: string): Promise<object> {
  const [{ available, held, captured }, { currency }, lowBelow] = await Promise.all([
    sms.accounts.balance(accountId),
    sms.accounts.get(accountId),
    sms.accounts.lowBalance(accountId),
  ]);
  return {
    available: creditsView(available),
    held: creditsView(held),
    captured: creditsView(captured),
    unit: 'credits',
    currency,
    low_below: lowBelow === null ? null : creditsView(lowBelow),
  };
}

const change = endpoint({
  method: 'PATCH',
  path: '/balance',
  summary: 'Set the balance that `credits.low` tells of when it falls below',
  scope: 'messages',
  body: z.strictObject({ low_below: creditsField.nullable() }),
  async handle({ body, access: { accountId } }, sms) {
    await sms.accounts.setLowBalance(accountId, body.low_below);
    return success(await balanceView(sms, accountId));
  },
});

export const balanceEndpoints: readonly Endpoint[] = [get, change];
