import { randomInt, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** SMPP's field holds 8 octets and a NUL; source: SMPP 3.4 §5.2.2. */
const length = 8;
// Eight letters are 47 bits: too few for a plain hash of a stolen table, and a bind can afford ten milliseconds.
const cost = { N: 4_096, r: 8, p: 1 };
const keyLength = 32;

/** A new SMPP password: letters and digits by chance. */
export function generatePassword(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** What is stored of a password: salt and scrypt key, in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}.${(await keyOf(password, salt)).toString('base64')}`;
}

/** Whether a password is the one a hash was made of. Takes as long for a wrong one. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split('.');
  const stored = Buffer.from(key, 'base64');
  const given = await keyOf(password, Buffer.from(salt, 'base64'));
  return stored.length === given.length && timingSafeEqual(stored, given);
}

const keyOf = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
