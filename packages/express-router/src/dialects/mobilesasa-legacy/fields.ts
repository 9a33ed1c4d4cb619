import { z } from 'zod';
import type { ApiResponse } from '../../endpoint.js';
import { responseCodeOf } from './errors.js';

/** Text that must be there; a number is taken as it is written. */
export const text = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().min(1));

/** An answer that something was done. */
export const done = (fields: object): ApiResponse => ({
  status: 200,
  body: JSON.stringify({ status: true, responseCode: responseCodeOf(200), ...fields }),
});

/** The answer to a send. */
export const accepted = (fields: object): ApiResponse => done({ message: 'Accepted', ...fields });
