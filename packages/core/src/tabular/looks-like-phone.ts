import { healSpreadsheetNumber } from '../numbers/heal.js';

const date = /^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})\s*$/;

/** True for what can only be meant as a phone number, even where a spreadsheet has rounded it. */
export function looksLikePhone(cell: string | null): boolean {
  if (cell === null || date.test(cell)) return false;
  const healed = healSpreadsheetNumber(cell);
  if (typeof healed !== 'string') return healed.refused === 'digits_lost';
  const digits = healed.replace(/\D/g, '').length;
  return digits >= 8 && digits <= 15;
}
