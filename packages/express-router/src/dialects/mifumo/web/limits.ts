import type { RateLimitPolicy } from '../../../limits.js';

const hourMs = 3_600_000;

/** Accounts opened from one address. */
export const registrations: RateLimitPolicy = { name: 'registrations', limit: 10, windowMs: hourMs, per: 'address' };

/** Codes sent to one number or address: each costs somebody money. */
export const codesSent: RateLimitPolicy = { name: 'codes-sent', limit: 5, windowMs: hourMs, per: 'key' };

/** Codes asked for from one address. */
export const codesAsked: RateLimitPolicy = { name: 'codes-asked', limit: 20, windowMs: hourMs, per: 'address' };

/** Codes shown without the number they were sent to, from one address; and such from anywhere. */
export const guesses: RateLimitPolicy = { name: 'guesses', limit: 10, windowMs: hourMs, per: 'address' };
export const allGuesses: RateLimitPolicy = { name: 'all-guesses', limit: 200, windowMs: hourMs, per: 'key' };
