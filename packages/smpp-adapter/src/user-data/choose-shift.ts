import { measureText, type SegmentOptions, type TextMeasure } from '@ujumbe/core';
import { nationalLanguages, noShift, type NationalLanguage, type Shift } from './national-languages.js';
import { sizesBeside } from './segment-room.js';
import { septetCostsOf } from './septet-codec.js';
import { elementIdentifiers, type InformationElement } from './user-data-header.js';

/** How to say a text in septets, for core's `splitText`, and what that takes. */
export interface ShiftChoice {
  readonly shift: Shift;
  readonly measure: TextMeasure;
  readonly options: SegmentOptions;
}

const lengthOctet = 1;
const shiftElementOctets = 3;

/**
 * The tables that say a text in the fewest segments: the default alphabet, or the single shift, the locking shift or
 * both of one of the languages. Of several the first, in that order: on a handset that does not know the tables, a
 * single shift shows `c` for `ç` and a locking shift shows something else. Undefined when none has all characters.
 *
 * @param concatenationOctets what the concatenation element takes in each part of a long message
 */
export function chooseShift(
  text: string,
  languages: readonly NationalLanguage[],
  concatenationOctets: number,
  wholeCharacters = false,
): ShiftChoice | undefined {
  const tables = languages.flatMap((language): Shift[] => {
    const single = { single: language };
    if (language === 'spanish') return [single];
    return [single, { locking: language }, { locking: language, single: language }];
  });
  let best: ShiftChoice | undefined;
  for (const shift of [noShift, ...tables]) {
    const shiftOctets = shiftElementOctets * shiftElements(shift).length;
    const sizes = sizesBeside(headerOctets(shiftOctets), headerOctets(shiftOctets + concatenationOctets));
    const options = { sizes, costs: septetCostsOf(shift), wholeCharacters };
    const measure = measureText(text, options);
    if (measure.encoding !== 'gsm7') continue;
    const choice: ShiftChoice = { shift, measure, options: { ...options, encoding: 'gsm7' } };
    if (best === undefined || measure.segments < best.measure.segments) best = choice;
    if (best.measure.segments === 1) break;
  }
  return best;
}

/** The elements that announce the tables. */
export function shiftElements({ locking, single }: Shift): InformationElement[] {
  const element = (identifier: number, language: NationalLanguage | undefined): InformationElement[] =>
    language === undefined ? [] : [{ identifier, data: Uint8Array.of(nationalLanguages[language]) }];
  return [...element(elementIdentifiers.lockingShift, locking), ...element(elementIdentifiers.singleShift, single)];
}

/** What a header of elements of so many octets takes, with its length octet; nothing when it has none. */
export function headerOctets(elementOctets: number): number {
  return elementOctets === 0 ? 0 : lengthOctet + elementOctets;
}
