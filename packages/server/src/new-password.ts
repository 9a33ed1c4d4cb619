import { randomBytes } from 'node:crypto';

/** 96 bits, which nobody guesses. */
export const newPassword = (): string => randomBytes(12).toString('base64url');
