/**
 * The mobile numbers of the countries most messages go to, as one regular expression each, so that a number already
 * in good order does not cost a walk through libphonenumber (about 0.1 µs instead of 6 µs).
 *
 * The patterns are those of libphonenumber 9.0 (PhoneNumberMetadata.xml, `mobile`); a test compares every prefix with
 * the installed library, and fails when an upgrade changes one.
 */
interface MobilePlan {
  readonly callingCode: string;
  /** The digit dialled before a national number, where the country has one. */
  readonly trunkPrefix: '0' | '';
  /** National significant number, without the trunk prefix. */
  readonly mobile: string;
}

export const mobilePlans: Readonly<Record<string, MobilePlan>> = {
  CM: { callingCode: '237', trunkPrefix: '', mobile: '(?:24[23]|6(?:[25-9]\\d|4[0-2]))\\d{6}' },
  KE: {
    callingCode: '254',
    trunkPrefix: '0',
    mobile: '(?:1(?:0[0-8]|[18]\\d|2[014]|3[05-9]|4[0-6])|7\\d\\d)\\d{6}',
  },
  RW: { callingCode: '250', trunkPrefix: '0', mobile: '7[237-9]\\d{7}' },
  TZ: { callingCode: '255', trunkPrefix: '0', mobile: '(?:6[0-35-9]|7\\d)\\d{7}' },
  UG: {
    callingCode: '256',
    trunkPrefix: '0',
    mobile: '7(?:28|34)0\\d{5}|7(?:[014-8]\\d|2[01467]|3[0-267]|9[0-589])\\d{6}',
  },
};

const international = new RegExp(
  `^\\+(?:${Object.values(mobilePlans)
    .map((plan) => `${plan.callingCode}(?:${plan.mobile})`)
    .join('|')})$`,
);

const national = new Map(
  Object.entries(mobilePlans).map(([country, plan]) => [
    country,
    { callingCode: plan.callingCode, pattern: new RegExp(`^(?:${plan.trunkPrefix})?(?:${plan.mobile})$`) },
  ]),
);

/**
 * The E.164 form of a number that is certainly a mobile of one of {@link mobilePlans}, else `null`, which says nothing
 * about the number. Digits without a plus are judged only for accounts of these countries: none of them has national
 * numbers long enough to be taken for a number with its country code.
 */
export function matchMobilePlan(input: string, country: string): string | null {
  if (input.charCodeAt(0) === 0x2b) return international.test(input) ? input : null;
  const plan = national.get(country);
  if (plan === undefined) return null;
  if (plan.pattern.test(input)) return `+${plan.callingCode}${input.slice(-9)}`;
  const withPlus = `+${input}`;
  return international.test(withPlus) ? withPlus : null;
}
