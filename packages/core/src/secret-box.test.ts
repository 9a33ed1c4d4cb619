import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SmsError } from './errors.js';
import { createSecretBox, loadOrCreateSecretFile, parseSecret } from './secret-box.js';

describe('createSecretBox', () => {
  const box = createSecretBox(randomBytes(32));

  it('opens what it sealed', () => {
    for (const plain of ['', 'whsec_abc', 'Habari ya asubuhi 🌍', 'x'.repeat(10_000)]) {
      assert.equal(box.open(box.seal(plain)), plain);
    }
  });

  it('seals in a versioned form that differs every time', () => {
    assert.match(box.seal('same'), /^v1\.[A-Za-z0-9_-]+$/);
    assert.notEqual(box.seal('same'), box.seal('same'));
  });

  it('says that the secret changed when another one sealed the text', () => {
    const sealed = createSecretBox(randomBytes(32)).seal('plain');
    assert.throws(
      () => box.open(sealed),
      (error) =>
        error instanceof SmsError &&
        error.code === 'internal' &&
        error.message.includes('secret of the platform changed'),
    );
  });

  it('refuses a text with one bit turned, wherever it is', () => {
    const bytes = Buffer.from(box.seal('plain').slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      assert.throws(() => box.open(`v1.${altered.toString('base64url')}`), SmsError);
    }
  });

  it('refuses other forms', () => {
    for (const sealed of ['', 'plain', 'v1.', 'v1.AAAA', `v2.${box.seal('plain').slice(3)}`]) {
      assert.throws(() => box.open(sealed), { name: 'SmsError', code: 'internal' });
    }
  });
});

describe('parseSecret', () => {
  it('reads 32 bytes in base64 and base64url, with or without padding and line end', () => {
    const secret = Buffer.alloc(32, 0xfb);
    for (const text of [secret.toString('base64'), secret.toString('base64url'), `${secret.toString('base64')}\n`]) {
      assert.deepEqual(parseSecret(text), secret);
    }
  });

  it('refuses everything else', () => {
    const short = randomBytes(31).toString('base64');
    const long = randomBytes(33).toString('base64');
    for (const text of [
      '',
      'correct horse battery staple',
      short,
      long,
      '*'.repeat(43),
      randomBytes(32).toString('hex'),
    ]) {
      assert.throws(() => parseSecret(text), { name: 'SmsError', code: 'invalid_request' });
    }
  });
});

describe('loadOrCreateSecretFile', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ujumbe-secret-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes a file for its owner alone and reads it again', async () => {
    const path = join(folder, 'secret');
    const secret = await loadOrCreateSecretFile(path);
    assert.equal(secret.length, 32);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(parseSecret(await readFile(path, 'utf8')), secret);
    assert.deepEqual(await loadOrCreateSecretFile(path), secret);
  });

  it('gives every process that starts at once the same secret', async () => {
    const path = join(folder, 'secret');
    const script = `require(${JSON.stringify(join(__dirname, 'secret-box.js'))})
      .loadOrCreateSecretFile(${JSON.stringify(path)}).then((secret) => console.log(secret.toString('hex')))`;
    const starts = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ['-e', script]));
    const answers = new Set((await Promise.all(starts)).map(({ stdout }) => stdout.trim()));
    assert.equal(answers.size, 1);
    assert.match([...answers].join(), /^[0-9a-f]{64}$/);
  }).timeout(20_000);

  it('waits for the process that is just filling the file', async () => {
    const path = join(folder, 'secret');
    const secret = randomBytes(32);
    await writeFile(path, '');
    const loading = loadOrCreateSecretFile(path);
    await writeFile(path, `${secret.toString('base64')}\n`);
    assert.deepEqual(await loading, secret);
  });

  it('never replaces a damaged file', async () => {
    const path = join(folder, 'secret');
    await writeFile(path, 'not a secret\n');
    await assert.rejects(loadOrCreateSecretFile(path), { name: 'SmsError', code: 'invalid_request' });
    assert.equal(await readFile(path, 'utf8'), 'not a secret\n');
  });

  it('passes on that the folder is missing', async () => {
    await assert.rejects(loadOrCreateSecretFile(join(folder, 'none', 'secret')), { code: 'ENOENT' });
  });
});
