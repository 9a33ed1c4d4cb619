import assert from 'node:assert/strict';
import type { OpenedAccount, Payment } from '@ujumbe/core';
import { until } from '../api/api-host.js';
import type { DialectHost } from './dialect-host.js';
import type { Names } from './golden.js';

interface World {
  host: DialectHost;
  opened: OpenedAccount;
  names: Names;
}

/** Has the wallet answer so about a payment's order, from now on. */
async function answerOf({ host, opened, names }: World, status = '', name = 'id'): Promise<Payment> {
  assert.ok(status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'forgotten', status);
  const payment = await host.sms.payments.get(opened.account.id, names.get(name) ?? '');
  const others = host.wallet.onQuery;
  host.wallet.onQuery = (orderId) => {
    if (orderId !== payment.walletOrderId) return others(orderId);
    return status === 'forgotten' ? { kind: 'not_found' } : host.wallet.found(orderId, status);
  };
  return payment;
}

/** The steps golden files may name, by their first word; the others are its arguments. */
const steps: Readonly<Record<string, (world: World, ...args: string[]) => Promise<unknown>>> = {
  /** `country TZ TZS`: where the account is; only as the first step, when it is opened. */
  country: () => Promise.resolve(),
  /** `sender KIMISMS`: lets the account send under a name. */
  sender: ({ host, opened }, name = '') => host.sms.accounts.approveSender(opened.account.id, name),
  /** `credits 5`: leaves the account that many. */
  credits: async ({ host, opened }, wanted = '0') => {
    const { available } = await host.sms.accounts.balance(opened.account.id);
    const surplus = available / 1_000 - Number(wanted);
    if (surplus < 0) await host.sms.accounts.topUp(opened.account.id, -surplus * 1_000);
    await host.sms.accounts.approveSender(opened.account.id, 'SPENDER');
    for (let left = surplus; left > 0; left -= 1_000) {
      const to = Array.from({ length: Math.min(left, 1_000) }, (_, at) => `+25471${String(2_000_000 + at)}`);
      await host.sms.send(opened.account.id, { to, message: 'x', senderId: 'SPENDER' });
    }
  },
  suspend: ({ host, opened }) => host.sms.accounts.suspend(opened.account.id),
  resume: ({ host, opened }) => host.sms.accounts.resume(opened.account.id),
  /** `user asha@example.com password`: somebody who logs in. */
  user: ({ host, opened }, email = '', password = '') =>
    host.sms.users.create(opened.account.id, { email, password, firstName: 'Asha', lastName: 'Juma' }),
  /** `session asha@example.com +255744963858`: somebody with a phone, or without, who has logged in with `{{access}}`. */
  session: async ({ host, opened, names }, email = '', phone?: string) => {
    const person = { email, phone, password: 'SecurePassword123!', firstName: 'Asha', lastName: 'Juma' };
    const user = await host.sms.users.create(opened.account.id, person);
    const tokens = await host.sms.users.openSession(user.id, { accessMs: 3_600_000, refreshMs: 3_600_000 });
    names.set('access', tokens.access);
  },
  /** `key mif read`: a key with these permissions, as `{{key}}`. */
  key: async ({ host, opened, names }, form = 'mif', ...permissions) => {
    assert.ok(form === 'mbs' || form === 'mif' || form === 'mboa', form);
    const { raw, token } = await host.sms.keys.create(opened.account.id, { form, name: 'golden', permissions });
    names.set('key', raw);
    names.set('key_uuid', token.id);
  },
  /** `ask MYBRAND`: asks for a sender ID that nobody has decided about. */
  ask: ({ host, opened }, name = '') => host.sms.accounts.requestSender(opened.account.id, { name }),
  /** `mode v1 read`: a key whose answers are in one of the vendor's versions, as `{{key}}`. */
  mode: async ({ host, opened, names }, mode, ...permissions) => {
    const wanted = permissions.length === 0 ? {} : { permissions };
    const { raw } = await host.sms.keys.create(opened.account.id, { form: 'mif', name: 'golden', mode, ...wanted });
    names.set('key', raw);
  },
  /** `mailed`: the token of the last e-mail, as `{{token}}`. */
  mailed: ({ host, names }) => Promise.resolve(void names.set('token', host.mailed.at(-1)?.token ?? '')),
  /** `texted +255712345678`: the code of the last message to a number, as `{{code}}`. */
  texted: async ({ host, names }, phone = '') => {
    const page = { limit: 1, offset: 0 };
    const { messages } = await host.sms.messages.list(host.payerId, { recipient: phone }, page);
    names.set('code', /^\d{6}/.exec(messages[0]?.text ?? '')?.[0] ?? '');
  },
  /** `completed id`: waits until a campaign is over and all of its messages have arrived. */
  completed: ({ host, opened, names }, name = 'id') =>
    until(async () => {
      const { campaign, progress } = await host.sms.campaigns.get(opened.account.id, names.get(name) ?? '');
      const isOver = campaign.state === 'completed' && progress?.delivered === progress?.total;
      return isOver || undefined;
    }),
  /** `tomorrow`: this time a day later, as `{{tomorrow}}`. */
  tomorrow: ({ host, names }) =>
    Promise.resolve(void names.set('tomorrow', new Date(host.clock.now() + 86_400_000).toISOString())),
  /** `name starter package`: another name for what is called `{{package}}`. */
  name: ({ names }, other = '', known = '') => Promise.resolve(void names.set(other, names.get(known) ?? '')),
  /** `braces name`: lets the file say `{{name}}` and mean just that. */
  braces: ({ names }, name = '') => Promise.resolve(void names.set(name, `{{${name}}}`)),
  /** `revoke mif`: ends what `key` made. */
  revoke: ({ host, opened, names }, form = 'mif') =>
    host.sms.keys.revoke(opened.account.id, form as 'mif', names.get('key_uuid') ?? ''),
  /** `rotate-client`: gives the account's client another secret. */
  'rotate-client': async ({ host, opened, names }) => {
    const { secret } = await host.sms.clients.rotateSecret(opened.account.id, opened.client.id);
    names.set('client_secret', secret);
  },
  /** `opt-out +254712345678` */
  'opt-out': ({ host, opened }, phone = '') => host.sms.suppressions.add(opened.account.id, phone),
  /** `package Starter 1000 18000`: so many credits at a price in the account's currency, as `{{package}}`. */
  package: async ({ host, opened, names }, name = '', credits = '', price = '') => {
    const { currency } = opened.account;
    const wanted = { name, credits: Number(credits) * 1_000, price: Number(price) * 100, currency };
    names.set('package', (await host.sms.packages.create(wanted)).id);
  },
  /** `wallet-says completed id`: how the wallet has a payment's order from now on. */
  'wallet-says': answerOf,
  /** `wallet completed id`: the same, and it is asked. */
  wallet: async (world, status = '', name = 'id') => {
    await world.host.sms.payments.check(world.opened.account.id, (await answerOf(world, status, name)).id);
  },
  /** `expired id`: the wallet knows nothing of a payment's order, and its time is over. */
  expired: async (world, name = 'id') => {
    const payment = await answerOf(world, 'forgotten', name);
    world.host.clock.move(payment.expiresAt - world.host.clock.now() + 1_000);
    await world.host.sms.payments.check(payment.accountId, payment.id);
  },
  /** `wallet-refuses`: the wallet asks no phone, until `wallet-accepts`. */
  'wallet-refuses': ({ host }) => {
    host.wallet.onStart = () => ({ kind: 'refused', code: 'upstream_rejected', detail: 'Invalid API key' });
    return Promise.resolve();
  },
  'wallet-accepts': ({ host }) => {
    host.wallet.onStart = () => ({ kind: 'accepted' });
    return Promise.resolve();
  },
  /** `move 86400`: lets so many seconds pass on the platform's clock. */
  move: ({ host }, seconds = '0') => {
    host.clock.move(Number(seconds) * 1_000);
    return Promise.resolve();
  },
  /** `job-completed id`: waits until the messages of a file have been handed over and counted. */
  'job-completed': ({ host, opened, names }, name = 'id') =>
    until(async () => {
      const { file, progress } = await host.sms.files.get(opened.account.id, names.get(name) ?? '');
      return (file.state === 'completed' && progress.delivered === file.accepted) || undefined;
    }),
  /** `delivered id`: waits until a message, or all of a batch, has arrived. */
  delivered: ({ host, opened, names }, name = 'id') => {
    const id = names.get(name) ?? '';
    return until(async () => {
      const message = await host.sms.messages.get(opened.account.id, id).catch(() => undefined);
      if (message) return message.state === 'delivered' || undefined;
      const { states, recipients } = await host.sms.messages.batch(opened.account.id, id);
      return states.delivered === recipients || undefined;
    });
  },
};

/** Does one step of a golden file's set-up. */
export async function setUp(host: DialectHost, opened: OpenedAccount, names: Names, step: string): Promise<void> {
  const [word = '', ...args] = step.split(' ');
  const known = steps[word];
  assert.ok(known, `no step is called ${word}`);
  await known({ host, opened, names }, ...args);
}
