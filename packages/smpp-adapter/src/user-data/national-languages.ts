/** National language identifiers. Spanish has a single shift table only. Source: 3GPP TS 23.038 §6.2.1.2.4. */
export const nationalLanguages = {
  turkish: 1,
  spanish: 2,
  portuguese: 3,
  bengali: 4,
  gujarati: 5,
  hindi: 6,
  kannada: 7,
  malayalam: 8,
  oriya: 9,
  punjabi: 10,
  tamil: 11,
  telugu: 12,
  urdu: 13,
} as const;

export type NationalLanguage = keyof typeof nationalLanguages;

const names = new Map<number, NationalLanguage>(
  Object.entries(nationalLanguages).map(([name, identifier]) => [identifier, name as NationalLanguage]),
);

/** The language of an identifier on the wire; undefined for one that the specification has not given out. */
export function languageOf(identifier: number): NationalLanguage | undefined {
  return names.get(identifier);
}

/**
 * The tables a text is written in. The locking shift replaces the default alphabet and the single shift replaces its
 * extension, each without the other. Source: 3GPP TS 23.038 §6.2.1.2.
 */
export interface Shift {
  readonly locking?: NationalLanguage;
  readonly single?: NationalLanguage;
}

/** The default alphabet and its extension. */
export const noShift: Shift = {};

/** Names a pair of tables; two shifts with the same key are the same. */
export function shiftKey({ locking, single }: Shift): string {
  return locking === undefined && single === undefined ? '' : `${locking ?? ''}/${single ?? ''}`;
}
