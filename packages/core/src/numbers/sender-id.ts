import { SmsError } from '../errors.js';

declare const senderIdBrand: unique symbol;

/** An originating address that operators can carry. Made by {@link parseSenderId} only. */
export type SenderId = string & { readonly [senderIdBrand]: true };

export type SenderKind = 'long_number' | 'short_code' | 'alphanumeric';

const shortCode = /^\d{3,8}$/;
const longNumber = /^(?:\+\d{7,15}|\d{9,15})$/;
// Letters, digits, spaces and the signs that stand at the same place in GSM-7 and in ASCII, or that operators are known
// to carry; `@` is septet 0, which ends a C-octet string in SMPP.
const alphanumeric = /^(?=.*[A-Za-z])[A-Za-z0-9 _.&'+!/-]{1,11}$/;

/**
 * Reads a sender ID: a long number (9–15 digits, or a plus and 7–15), a short code (3–8 digits), or 1–11 letters,
 * digits, spaces and `_ . & ' + ! / -` with at least one letter. Case is kept, because handsets show it; spaces around
 * are dropped.
 *
 * @throws SmsError `invalid_request` when there is none, `sender_unknown` when no operator could carry it.
 */
export function parseSenderId(input: string): SenderId {
  const written = input.trim();
  if (written === '') {
    throw new SmsError('invalid_request', 'the sender ID is empty; send a name, a short code or a number');
  }
  if (kindOf(written) === undefined) {
    throw new SmsError(
      'sender_unknown',
      'a sender ID has at most 11 letters, digits and spaces with at least one letter, or is a number of 3 to 15 digits',
    );
  }
  return written as SenderId;
}

/** What a sender ID is. A number of three to eight digits without a plus is a short code. */
export function senderKind(senderId: SenderId): SenderKind {
  return kindOf(senderId) ?? 'alphanumeric';
}

function kindOf(written: string): SenderKind | undefined {
  if (shortCode.test(written)) return 'short_code';
  if (longNumber.test(written)) return 'long_number';
  return alphanumeric.test(written) ? 'alphanumeric' : undefined;
}
