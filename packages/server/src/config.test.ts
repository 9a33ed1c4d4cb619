import assert from 'node:assert/strict';
import { describeDatabase, readConfig, sqliteFile } from './config.js';
import { StartError } from './errors.js';

const refusal = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof StartError);
    assert.equal(error.code, 'configuration');
    return error.message;
  }
  throw new Error('it was accepted');
};

describe('configuration', () => {
  it('has a default for everything', () => {
    assert.deepEqual(readConfig({ PATH: '/bin' }), {
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: 'sqlite:./ujumbe.sqlite',
      secret: undefined,
      uploads: undefined,
      smpp: { port: 2775, tls: undefined, isDemo: false },
      trustProxy: 0,
      requireHttps: false,
      codesAccount: undefined,
      simulatorDelayMs: 50,
      publicUrl: undefined,
      payments: { zenoPayKey: undefined, zenoPayUrl: 'https://zenoapi.com', email: undefined },
      belowCost: 'warn',
      webhookAllow: [],
      logLevel: undefined,
    });
  });

  it('reads every variable', () => {
    const secret = Buffer.alloc(32, 7).toString('base64');
    const config = readConfig({
      UJUMBE_PORT: '0',
      UJUMBE_HOST: '::1',
      UJUMBE_DATABASE_URL: 'postgres://me:pw@db:5433/sms',
      UJUMBE_SECRET: secret,
      UJUMBE_UPLOADS: '/var/uploads',
      UJUMBE_SMPP_PORT: '0',
      UJUMBE_SMPP_TLS_PORT: '1',
      UJUMBE_SMPP_TLS_CERT: 'cert.pem',
      UJUMBE_SMPP_TLS_KEY: 'key.pem',
      UJUMBE_SMPP_DEMO: '1',
      UJUMBE_SIMULATOR_DELAY_MS: '5',
      UJUMBE_WEBHOOK_ALLOW: '127.0.0.1, hooks.internal:8080,[::1]:90,::1',
      UJUMBE_LOG_LEVEL: 'debug',
    });
    assert.equal(config.port, 0);
    const tls = { port: 1, certFile: 'cert.pem', keyFile: 'key.pem' };
    assert.deepEqual(config.smpp, { port: 0, tls, isDemo: true });
    assert.equal(readConfig({ UJUMBE_SMPP_PORT: 'off' }).smpp.port, null);
    assert.match(refusal({ UJUMBE_SMPP_TLS_KEY: 'key.pem' }), /must be set together/);
    assert.equal(config.secret, secret);
    assert.equal(config.uploads, '/var/uploads');
    assert.deepEqual(config.webhookAllow, ['127.0.0.1', 'hooks.internal:8080', '[::1]:90', '::1']);
  });

  it('takes an empty value for none', () => {
    assert.equal(readConfig({ UJUMBE_PORT: '', UJUMBE_SECRET: '' }).port, 3000);
  });

  it('names an unknown variable and the nearest known one', () => {
    assert.equal(refusal({ UJUMBE_PROT: '1' }), 'UJUMBE_PROT is not a setting; did you mean UJUMBE_PORT?');
    assert.match(refusal({ UJUMBE_DATABASE: 'x' }), /did you mean UJUMBE_DATABASE_URL\?/);
    assert.match(refusal({ ujumbe_port: '1' }), /did you mean UJUMBE_PORT\?/);
  });

  const wrong: [string, string][] = [
    ['UJUMBE_PORT', '65536'],
    ['UJUMBE_PORT', '1e3'],
    ['UJUMBE_SMPP_PORT', 'on'],
    ['UJUMBE_SMPP_DEMO', 'yes'],
    ['UJUMBE_PORT', '-1'],
    ['UJUMBE_HOST', 'http://x/'],
    ['UJUMBE_DATABASE_URL', 'mysql://root:hunter2@db/sms'],
    ['UJUMBE_DATABASE_URL', 'postgres://me:hunter2@db:port/sms'],
    ['UJUMBE_DATABASE_URL', 'sqlite:'],
    ['UJUMBE_SECRET', 'hunter2'],
    ['UJUMBE_SECRET', Buffer.alloc(31).toString('base64')],
    ['UJUMBE_SIMULATOR_DELAY_MS', 'soon'],
    ['UJUMBE_WEBHOOK_ALLOW', 'https://hooks.internal/'],
    ['UJUMBE_LOG_LEVEL', 'loud'],
  ];
  for (const [name, value] of wrong) {
    it(`refuses ${name}=${value} in one sentence, without repeating the value`, () => {
      const sentence = refusal({ [name]: value });
      assert.ok(sentence.startsWith(`${name} must be `), sentence);
      assert.ok(!sentence.includes('hunter2') && !sentence.includes('\n'), sentence);
    });
  }

  it('finds the SQLite file and shows a database without its password', () => {
    assert.equal(sqliteFile('sqlite:./a.sqlite'), './a.sqlite');
    assert.equal(sqliteFile('sqlite:///var/a.sqlite'), '/var/a.sqlite');
    assert.equal(sqliteFile('sqlite::memory:'), undefined);
    assert.equal(sqliteFile('postgres://me:pw@db/sms'), undefined);
    assert.equal(describeDatabase('sqlite:./a.sqlite'), 'SQLite ./a.sqlite');
    assert.equal(describeDatabase('postgres://me:pw@db:5433/sms?password=pw'), 'PostgreSQL db:5433/sms');
  });
});
