import { charactersOf } from './characters.js';
import { measureText, type TextMeasure } from './segments.js';
import { gsm7Replacement } from './transliterate.js';

/** A character that GSM-7 cannot say, and which therefore makes the whole text travel as UCS-2. */
export interface Culprit {
  readonly character: string;
  /** Where it stands, in UTF-16 units from the start of the text; the first hundred places. */
  readonly positions: number[];
  /** What to write instead; an empty string means that nobody will miss it, `null` that nothing says the same. */
  readonly replacement: string | null;
}

export interface TextExplanation extends TextMeasure {
  /** The first hundred different ones, in the order of the text. Empty when the text is GSM-7 already. */
  readonly culprits: Culprit[];
  /** The text with every replacement made; `null` when it is GSM-7 already or when a culprit has no replacement. */
  readonly gsm7: { readonly text: string; readonly segments: number } | null;
  /**
   * Segments that {@link gsm7} saves. It may be negative, because a replacement can be longer than what it replaces;
   * 0 when there is no such text.
   */
  readonly segmentsSaved: number;
}

const maxPositions = 100;
const maxCulprits = 100;

/** Names the characters that make a text expensive, what to write instead, and what that saves. */
export function explainText(text: string): TextExplanation {
  const measure = measureText(text);
  if (measure.encoding === 'gsm7') return { ...measure, culprits: [], gsm7: null, segmentsSaved: 0 };
  const culprits = new Map<string, Culprit>();
  let written: string | null = '';
  let position = 0;
  for (const character of charactersOf(text)) {
    const replacement = gsm7Replacement(character);
    if (replacement !== character) note(culprits, character, position, replacement);
    written = written === null || replacement === null ? null : written + replacement;
    position += character.length;
  }
  const gsm7 = written === null ? null : { text: written, segments: measureText(written).segments };
  const segmentsSaved = gsm7 === null ? 0 : measure.segments - gsm7.segments;
  return { ...measure, culprits: [...culprits.values()], gsm7, segmentsSaved };
}

function note(culprits: Map<string, Culprit>, character: string, position: number, replacement: string | null): void {
  const known = culprits.get(character);
  if (known === undefined) {
    if (culprits.size < maxCulprits) culprits.set(character, { character, positions: [position], replacement });
  } else if (known.positions.length < maxPositions) {
    known.positions.push(position);
  }
}
