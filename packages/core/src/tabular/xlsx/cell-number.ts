const dayMs = 86_400_000;
const daySeconds = 86_400;
/** The first serial number behind 9999-12-31. */
const serialEnd = 2_958_466;
const days1904 = 1_462;

/**
 * The text of a number as the workbook has it. A double that a program wrote with all its seventeen digits is told in
 * the fifteen that mean something; whole numbers and exponents are left alone, for they may be phone numbers.
 */
export function numberText(written: string): string {
  if (written.length <= 16 || !/^-?\d+\.\d+$/.test(written)) return written;
  return String(Number(Number(written).toPrecision(15)));
}

/**
 * A date in ISO 8601 from the days since the end of 1899 (or since 1904), and undefined for a number that is no date: a
 * phone number with the style of one.
 */
export function serialDate(written: string, since1904: boolean): string | undefined {
  const serial = Number(written) + (since1904 ? days1904 : 0);
  if (written === '' || !(serial >= 0 && serial < serialEnd)) return undefined;
  const days = Math.floor(serial);
  const seconds = Math.min(daySeconds - 1, Math.round((serial - days) * daySeconds));
  const time = new Date(seconds * 1_000).toISOString().slice(11, 19);
  if (days === 0) return time;
  // Excel counts a 29 February 1900 that never was.
  const date = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * dayMs).toISOString().slice(0, 10);
  return seconds === 0 ? date : `${date}T${time}`;
}
