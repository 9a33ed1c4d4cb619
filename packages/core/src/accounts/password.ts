import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * How dear a guess is, as scrypt's N. What chance has drawn needs less than what a person thought of: `chosen` takes a
 * tenth of a second and 32 MiB, `drawn` ten milliseconds.
 */
const costs = { chosen: 32_768, drawn: 4_096 } as const;
const blockSize = 8;
const keyLength = 32;

/** What is stored of a password: cost, salt and scrypt key, divided by dots. */
export async function hashPassword(password: string, origin: keyof typeof costs): Promise<string> {
  const salt = randomBytes(16);
  const key = await keyOf(password, salt, costs[origin]);
  return [costs[origin], salt.toString('base64'), key.toString('base64')].join('.');
}

/** Whether a password is the one a hash was made of. Takes as long for a wrong one. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = hash.split('.');
  // The first hashes did not name their cost.
  const [cost, salt = '', key = ''] = parts.length === 3 ? parts : [String(costs.drawn), ...parts];
  const stored = Buffer.from(key, 'base64');
  const given = await keyOf(password, Buffer.from(salt, 'base64'), Number(cost));
  return stored.length === given.length && timingSafeEqual(stored, given);
}

/** Compared with when there is nothing to compare with, so that an unknown name takes as long as a wrong password. */
export const nobodysHash = (origin: keyof typeof costs): string =>
  [costs[origin], Buffer.alloc(16).toString('base64'), Buffer.alloc(keyLength).toString('base64')].join('.');

const keyOf = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize };
    scrypt(password, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
