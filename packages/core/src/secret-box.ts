import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmsError } from './errors.js';

const secretBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1';
const secretForm = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Seals short secrets, such as webhook secrets and upstream passwords, before they are stored. */
export interface SecretBox {
  /** Answers `v1.` and base64url of nonce, ciphertext and tag. The same text never seals to the same string twice. */
  seal(plain: string): string;
  /** @throws SmsError `internal` when the text was altered, or was sealed with another secret. */
  open(sealed: string): string;
}

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D), which is safe for far more values than a platform stores.
 *
 * @param key 32 bytes, as {@link parseSecret} answers them.
 */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${sealed.toString('base64url')}`;
    },

    open(sealed) {
      const [form, encoded = ''] = sealed.split('.', 2);
      const bytes = Buffer.from(encoded, 'base64url');
      if (form !== version || bytes.length < nonceBytes + tagBytes) {
        throw new SmsError(
          'internal',
          'A stored secret is not in a form this version can open; it was altered or cut.',
        );
      }
      // The tag's length is fixed here, because Node would otherwise accept a tag cut to four bytes.
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SmsError(
          'internal',
          'A stored secret cannot be opened because the secret of the platform changed since it was stored; start with the former one.',
          { cause },
        );
      }
    },
  };
}

/**
 * Reads the platform's secret: 32 bytes in base64 or base64url.
 *
 * @throws SmsError `invalid_request` for anything else, so that a passphrase is never taken for a key.
 */
export function parseSecret(base64: string): Buffer {
  const text = base64.trim();
  // Buffer.from drops what it cannot decode, so the form is checked first.
  if (!secretForm.test(text)) {
    throw new SmsError(
      'invalid_request',
      'The secret must be 32 random bytes in base64; make one with `openssl rand -base64 32`.',
    );
  }
  return Buffer.from(text, 'base64');
}

/**
 * Reads the platform's secret from a file, or makes one on the first start. The file is readable by its owner alone.
 * When several processes start at once, one of them makes the file and all of them answer what it holds.
 *
 * @param path The file; its folder must exist.
 * @returns 32 bytes.
 * @throws SmsError `invalid_request` when the file holds something else.
 */
export async function loadOrCreateSecretFile(path: string): Promise<Buffer> {
  await createSecretFile(path);
  const text = await readWholeSecret(path);
  try {
    return parseSecret(text);
  } catch (cause) {
    // A new secret in its place would make every stored secret unreadable, so a damaged file is never replaced.
    throw new SmsError(
      'invalid_request',
      `The file ${path} does not hold 32 bytes in base64; restore it from a backup.`,
      {
        cause,
      },
    );
  }
}

async function createSecretFile(path: string): Promise<void> {
  let file;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    // A folder that is not writable is no trouble as long as the file is there to be read.
    if (await exists(path)) return;
    throw error;
  }
  try {
    await file.writeFile(`${randomBytes(secretBytes).toString('base64')}\n`);
    // Secrets sealed with this key may reach the disk within the second; the key must not arrive after them.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
}

/** The process that makes the file needs a moment between creating and filling it, and another may read just then. */
async function readWholeSecret(path: string): Promise<string> {
  for (let tries = 0; tries < 40; tries += 1) {
    const text = await readFile(path, 'utf8');
    if (text.endsWith('\n') || text.trim().length >= 43) return text;
    await sleep(25);
  }
  return readFile(path, 'utf8');
}
