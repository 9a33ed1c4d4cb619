import type { RowResult } from './batch.js';

/** An item whose message was refused before it was sent, and why. */
export interface RefusedItem {
  itemIndex: number;
  code: string;
}

/** The refused rows as a short text, which goes into the address an execution is resumed at. */
export const writeRefused = (results: readonly RowResult[]): string =>
  results.flatMap(({ code }, itemIndex) => (code === undefined ? [] : [`${itemIndex}.${code}`])).join('~');

export const readRefused = (written: unknown): RefusedItem[] =>
  typeof written !== 'string' || written === ''
    ? []
    : written.split('~').map((one) => {
        const [itemIndex = '', code = ''] = one.split('.');
        return { itemIndex: Number(itemIndex), code };
      });
