import assert from 'node:assert/strict';
import { SmsError } from '@ujumbe/core';
import { StartError } from './errors.js';
import { explainError, explainListenError } from './explain-error.js';

const failed = (code: string, message = 'internals'): Error => Object.assign(new Error(message), { code });

describe('errors on the command line', () => {
  it('keep the sentence and the code the platform gave', () => {
    assert.deepEqual(explainError(new SmsError('not_found', 'There is none.')), {
      error: 'There is none.',
      code: 'not_found',
    });
    assert.deepEqual(explainError(new StartError('usage', 'Say which.')), { error: 'Say which.', code: 'usage' });
  });

  it('say which database has what trouble, without its password', () => {
    const url = 'postgres://me:hunter2@db:5433/sms';
    assert.deepEqual(explainError(failed('ECONNREFUSED'), url), {
      error: 'The database (PostgreSQL db:5433/sms) does not answer; check that it runs and that the address is right.',
      code: 'database_unavailable',
    });
    assert.match(explainError(failed('28P01', 'hunter2'), url).error, /refused the user or the password/);
    assert.match(explainError(failed('SQLITE_READONLY'), 'sqlite:./a').error, /SQLite \.\/a\) may not be written to\./);
  });

  it('look into causes, gathered errors, plain objects and errors without a code', () => {
    const url = 'sqlite:./a';
    const gathered = new AggregateError([failed('ECONNREFUSED'), failed('ECONNREFUSED')], '');
    for (const error of [
      new Error('outer', { cause: failed('SQLITE_CANTOPEN') }),
      gathered,
      { code: 'SQLITE_NOTADB' },
      new TypeError('Cannot open database because the directory does not exist'),
    ]) {
      assert.equal(explainError(error, url).code, 'database_unavailable');
    }
  });

  it('show one line of what nobody foresaw', () => {
    assert.deepEqual(explainError(new Error('first\nsecond')), { error: 'first', code: 'internal' });
    assert.equal(explainError({}).code, 'internal');
  });

  it('say what is wrong with a port or an address', () => {
    const where = { host: '127.0.0.1', port: 80 };
    assert.match(explainListenError(failed('EADDRINUSE'), where).message, /^127\.0\.0\.1:80 is in use/);
    assert.match(explainListenError(failed('EACCES'), where).message, /UJUMBE_PORT/);
    assert.match(explainListenError(failed('EADDRNOTAVAIL'), where).message, /UJUMBE_HOST/);
    assert.equal(explainListenError(failed('EMFILE'), where).message, 'internals');
  });
});
