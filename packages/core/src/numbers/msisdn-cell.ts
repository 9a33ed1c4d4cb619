import { SmsError } from '../errors.js';
import { healSpreadsheetNumber, type HealRefusal } from './heal.js';
import { parseMsisdn, type Msisdn } from './msisdn.js';

/** Nothing a spreadsheet may have done to it. */
const unharmed = /^\+?\d{7,15}$/;

const sentences: Readonly<Record<HealRefusal, string>> = {
  empty: 'the row has no phone number',
  digits_lost: 'the spreadsheet has rounded the number and lost digits; format the column as text and enter it again',
  not_a_number: 'the number may have digits, spaces and dashes, and a plus at its start',
};

/**
 * Reads a subscriber number out of a spreadsheet, and undoes what the spreadsheet did to it where no digit is lost.
 *
 * @param country ISO 3166 alpha-2 code of the account's country, in upper case.
 * @throws SmsError `number_invalid`, `not_mobile`
 */
export function parseMsisdnCell(cell: string, country: string): Msisdn {
  if (unharmed.test(cell)) return parseMsisdn(cell, country);
  const healed = healSpreadsheetNumber(cell);
  if (typeof healed !== 'string') throw new SmsError('number_invalid', sentences[healed.refused]);
  return parseMsisdn(healed, country);
}
