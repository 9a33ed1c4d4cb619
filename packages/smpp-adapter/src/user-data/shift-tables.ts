import { baseCharacters, escapeSeptet, extensionCharacters } from '@ujumbe/core';
import { latinLockingShifts, scriptLockingShifts, sharedLockingShift } from './locking-shift-tables.js';
import type { NationalLanguage } from './national-languages.js';
import {
  latinSingleShifts,
  scriptSingleShiftPlaces,
  scriptSingleShifts,
  sharedSingleShift,
} from './single-shift-tables.js';

/** A place that nothing stands at, in a base table: handsets show a space. */
const nothing = '';

/** A middle dot marks the free places of the shared tables; no table has it as a character. */
const freePlace = '·';

/**
 * Septet (0–127) → character in a language's locking shift table, or in the default alphabet for a language without
 * one. An empty string is a place that nothing stands at.
 */
export function lockingShiftTable(language: NationalLanguage): readonly string[] {
  const script = scriptLockingShifts[language];
  if (script === undefined) {
    const table = [...baseCharacters];
    for (const [septet, character] of placed(latinLockingShifts[language])) table[septet] = character;
    return table;
  }
  const letters = charactersIn(script);
  return Array.from(sharedLockingShift, (character) =>
    character === freePlace ? (letters.shift() ?? nothing) : character,
  );
}

/** Septet after an escape → character in a language's single shift table. */
export function singleShiftTable(language: NationalLanguage): ReadonlyMap<number, string> {
  const table = new Map([...extensionCharacters, ...placed(latinSingleShifts[language])]);
  const script = scriptSingleShifts[language];
  if (script === undefined) return table;
  const add = (septet: number, character: string): void => {
    if (character !== nothing && character !== freePlace) table.set(septet, character);
  };
  for (const [septet, character] of Array.from(sharedSingleShift.from00).entries()) add(septet, character);
  for (const [index, character] of Array.from(sharedSingleShift.from41).entries()) add(0x41 + index, character);
  for (const [index, character] of charactersIn(script).entries()) {
    add(scriptSingleShiftPlaces[index] ?? escapeSeptet, character);
  }
  return table;
}

/** `47Ğ 49İ` → 0x47 Ğ, 0x49 İ. */
function placed(written = ''): [septet: number, character: string][] {
  return (written.match(/\S+/g) ?? []).map((place) => [parseInt(place.slice(0, 2), 16), place.slice(2)]);
}

function charactersIn([block, written]: readonly [block: number, written: string]): string[] {
  return (written.match(/\S+/g) ?? []).map((digits) => {
    if (digits === '..') return nothing;
    return String.fromCharCode(parseInt(digits, 16) + (digits.length === 4 ? 0 : block));
  });
}
