import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type PhoneNumber,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { SmsError } from '../errors.js';
import { matchMobilePlan } from './mobile-plan.js';

declare const msisdnBrand: unique symbol;

/** A subscriber number in E.164: a plus and at most 15 digits. Made by {@link parseMsisdn} only. */
export type Msisdn = string & { readonly [msisdnBrand]: true };

// The longest way to write 15 digits that people use (spaces between pairs, brackets, a plus) stays well below.
const maxInputCharacters = 32;

// What people and spreadsheets put between digits: any space, any dash, brackets, dots, slashes, and the invisible
// marks of direction that messengers copy along with a number.
const separators = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\-\u2010-\u2015\u2212().\\/]/g;
const isPlain = /^\+?\d*$/;
const digitsWithPlus = /^\+?\d{4,18}$/;

// The types that certainly cannot take an SMS. VoIP, personal and mixed ranges may, so they pass.
const notMobile: ReadonlySet<PhoneNumberType> = new Set<PhoneNumberType>([
  'FIXED_LINE',
  'TOLL_FREE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'UAN',
  'VOICEMAIL',
  'PAGER',
]);

/**
 * Reads a subscriber number as people write it: `+255…`, `255…`, `00255…`, `0…`, or without the zero, with spaces,
 * dashes or brackets in between.
 *
 * Digits without a plus are a number of the account's country when they are valid there; otherwise, from eleven digits
 * on, an international number whose plus is missing. Shorter ones are refused: a local number with one digit too many
 * would become a valid number of another country, and the message would reach a stranger.
 *
 * The `max` metadata of libphonenumber is used because `mobile` knows the mobile type alone: it cannot tell a fixed line
 * from a number that does not exist, nor see that a range is shared by both.
 *
 * @param country ISO 3166 alpha-2 code of the account's country, in upper case.
 * @throws SmsError `number_invalid` when no such number can exist, `not_mobile` when it cannot receive an SMS. The
 * sentence never repeats the number, because it may be logged.
 */
export function parseMsisdn(input: string, country: string): Msisdn {
  if (input.length > maxInputCharacters) {
    throw new SmsError('number_invalid', `the number is longer than ${maxInputCharacters} characters: send one number`);
  }
  const written = isPlain.test(input) ? input : input.replace(separators, '');
  const mobile = matchMobilePlan(written, country);
  if (mobile !== null) return mobile as Msisdn;
  if (!digitsWithPlus.test(written)) {
    throw new SmsError('number_invalid', 'the number may have digits, spaces and dashes, and a plus at its start');
  }
  const number = findNumber(written, country);
  if (number === undefined) {
    throw new SmsError(
      'number_invalid',
      'no such number can exist; check its digits and write it with its country code',
    );
  }
  const type = number.getType();
  if (type !== undefined && notMobile.has(type)) {
    throw new SmsError('not_mobile', 'the number is not a mobile number, so that it cannot receive an SMS');
  }
  return number.number as Msisdn;
}

/**
 * How strictly a number is judged: `assigned` asks for one that a network may have, `possible` for one of a length its
 * country has, since some vendors' customers were never told of more.
 */
export type NumberRule = 'assigned' | 'possible';

/** As {@link parseMsisdn}, by a rule. */
export function parseMsisdnBy(rule: NumberRule | undefined, input: string, country: string): Msisdn {
  return rule === 'possible' ? parsePossibleMsisdn(input, country) : parseMsisdn(input, country);
}

/** As {@link parseMsisdn}, and takes what has the length of a number, whoever may have it. @throws SmsError `number_invalid` */
export function parsePossibleMsisdn(input: string, country: string): Msisdn {
  try {
    return parseMsisdn(input, country);
  } catch (error) {
    const written = input.length > maxInputCharacters ? '' : input.replace(separators, '');
    const possible = digitsWithPlus.test(written) ? findPossible(written, country) : undefined;
    if (possible === undefined) throw error;
    return possible.number as Msisdn;
  }
}

function findPossible(written: string, country: string): PhoneNumber | undefined {
  const national = isSupportedCountry(country) ? country : undefined;
  const isNational = national !== undefined && /^0[1-9]/.test(written);
  const isForeign = national === undefined || !written.startsWith(getCountryCallingCode(national));
  // Without a plus or a zero, only digits that begin as the country's own numbers do are more than a guess.
  if (!/^(?:\+|00)/.test(written) && !isNational && isForeign) return undefined;
  const number = isNational
    ? parsePhoneNumberFromString(written, national)
    : parsePhoneNumberFromString(`+${written.replace(/^(?:\+|00)/, '')}`);
  return number?.isPossible() === true ? number : undefined;
}

/** The first way to read the digits that gives a valid number. */
function findNumber(written: string, country: string): PhoneNumber | undefined {
  if (written.startsWith('+')) return validNumber(written);
  // No country code begins with 0, so that three zeros (the international prefix of Kenya and Tanzania) are no more
  // ambiguous than two.
  if (written.startsWith('00')) return validNumber(written.replace(/^0{2,3}/, '+'));
  return (
    validNumber(written, country) ??
    // Cameroon has no trunk prefix and people write one all the same; `0255…` has one too many.
    (written.startsWith('0') ? validNumber(written.slice(1), country) : undefined) ??
    (/^[1-9]\d{10,14}$/.test(written) ? validNumber(`+${written}`) : undefined)
  );
}

function validNumber(written: string, country?: string): PhoneNumber | undefined {
  const national = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const number = parsePhoneNumberFromString(written, national);
  return number?.isValid() === true ? number : undefined;
}
