import { randomBytes } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits by chance, six bits each. */
export function randomLetters(length: number): string {
  let drawn = '';
  while (drawn.length < length) {
    // Bytes past the last whole multiple of 62 are dropped, so that every letter is as likely as another.
    for (const byte of randomBytes(length + 16)) {
      if (byte < 248 && drawn.length < length) drawn += letters[byte % 62] ?? '';
    }
  }
  return drawn;
}
