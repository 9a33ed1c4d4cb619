import { SmsError } from '../../errors.js';

/**
 * A Tanzanian wallet's number in E.164: `07…`, `06…`, `255…`, `+255…` or nine digits, with whatever people write in
 * between. Anything else is refused and not guessed. Source: contracts/zenopay.md §7.
 */
export function payerOf(written: string): string {
  const digits = written.length > 32 ? '' : written.replace(/\D/g, '').replace(/^00/, '');
  const [, subscriber] = /^(?:255|0)?([67]\d{8})$/.exec(digits) ?? [];
  if (subscriber === undefined) {
    throw new SmsError(
      'number_invalid',
      'phone must be a Tanzanian mobile number that starts with 07 or 06, such as 0744963858',
    );
  }
  return `+255${subscriber}`;
}

/** As ZenoPay writes it: `07…` or `06…`. */
export const buyerPhone = (payer: string): string => `0${payer.slice(-9)}`;
