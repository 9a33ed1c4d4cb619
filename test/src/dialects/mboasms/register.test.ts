import assert from 'node:assert/strict';
import type { Account } from '@ujumbe/core';
import { mboasms } from '@ujumbe/express-router';
import { describeOnDatabases } from '../../support/databases.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';
import { ask, assertRefused, type Answer } from './mboa-client.js';

const path = '/api/v1/auth/register';
const form = { firstName: 'Ngo', lastName: 'Bassa', password: 'S3cret!mot' };
const person = (number: number): object => ({
  ...form,
  email: `ngo${number}@register.example`,
  phoneNumber: `6550002${String(number).padStart(2, '0')}`,
});

/** The accounts there are, but for the host's own. */
const registered = async ({ sms, payerId }: DialectHost): Promise<Account[]> =>
  (await sms.accounts.list()).filter(({ id }) => id !== payerId);

describeOnDatabases('MboaSMS: registration', (open) => {
  it('opens one account for a name, however many ask at once', async () => {
    const host = await openDialectHost(open);
    try {
      const attempts = await Promise.all([1, 1, 1].map((number) => ask(host, path, {}, person(number))));
      assert.deepEqual(attempts.map(({ status }) => status).sort(), [200, 409, 409]);
      const [account, ...others] = await registered(host);
      assert.equal(others.length, 0);
      for (const attempt of attempts) if (attempt.status !== 200) assertRefused(attempt, 409, 'CONFLICT');
      assert.equal(account?.name, 'Ngo Bassa');
      assert.deepEqual([account.country, account.currency], ['CM', 'XAF']);
      const { available } = await host.sms.accounts.balance(account.id);
      assert.equal(available, 0);
      assert.deepEqual(host.logged, []);
    } finally {
      await host.close();
    }
  });

  it('opens ten an hour from one address', async () => {
    const host = await openDialectHost(open);
    try {
      const answers: Answer[] = [];
      for (let number = 0; number < 11; number++)
        answers.push(await ask(host, path, {}, { ...person(number), email: 'x' }));
      const last = answers.pop()!;
      for (const answer of answers) assertRefused(answer, 400, 'INVALID_REQUEST');
      assertRefused(last, 429, 'RATE_LIMIT_EXCEEDED', /^Retry after \d+ seconds$/);
    } finally {
      await host.close();
    }
  });

  it('is closed where the host says so', async () => {
    const host = await openDialectHost(open, { dialects: [mboasms({ registration: false })] });
    try {
      assertRefused(await ask(host, path, {}, person(1)), 403, 'FORBIDDEN', /^registration is closed/);
      assert.equal((await registered(host)).length, 0);
    } finally {
      await host.close();
    }
  });
});
