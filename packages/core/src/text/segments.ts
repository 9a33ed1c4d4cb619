import { SmsError } from '../errors.js';
import { septetCosts, type Encoding } from './alphabet.js';
import { characterEnds } from './characters.js';

/** What one message may hold, alone and as a part of a longer one, where the user data header takes its share. */
export interface SegmentSizes {
  readonly singleSeptets: number;
  readonly partSeptets: number;
  readonly singleUnits: number;
  readonly partUnits: number;
}

/** The sizes with the usual 6-octet concatenation header (8-bit reference): 160/153 septets, 70/67 UTF-16 units. */
export const standardSizes: SegmentSizes = { singleSeptets: 160, partSeptets: 153, singleUnits: 70, partUnits: 67 };

export interface SegmentOptions {
  /** Asks for an encoding; without it GSM-7 is used whenever the text fits in it. */
  readonly encoding?: Encoding;
  /** Other headers leave other sizes, such as 152 septets and 66 units with a 16-bit reference. */
  readonly sizes?: SegmentSizes;
  /**
   * What GSM-7 costs in another table than the default alphabet, in the form of `septetCosts`: a national language's
   * shift tables say other characters, and more cheaply.
   */
  readonly costs?: Uint8Array;
  /**
   * Cuts a long text only where its reader sees one character end, so that no part shows half a flag or an accent
   * without its letter. A part may then be several units short, and there may be more of them.
   */
  readonly wholeCharacters?: boolean;
}

export interface TextMeasure {
  readonly encoding: Encoding;
  /** Septets in GSM-7, where an extension character counts two; UTF-16 units in UCS-2. */
  readonly units: number;
  /** How many segments the text takes on the air; an empty text still takes one. */
  readonly segments: number;
}

const noOptions: SegmentOptions = {};

/**
 * Says how a text will travel and how many segments it takes: exactly as many as {@link splitText} returns.
 *
 * @throws SmsError `invalid_request` when GSM-7 is asked for and the text does not fit in it.
 */
export function measureText(text: string, options: SegmentOptions = noOptions): TextMeasure {
  const sizes = options.sizes ?? standardSizes;
  const costs = options.costs ?? septetCosts;
  const units = text.length;
  const septets = options.encoding === 'ucs2' ? -1 : countSeptets(text, costs);
  if (septets < 0) {
    if (options.encoding === 'gsm7') throw doesNotFit();
    const segments =
      units <= sizes.singleUnits ? 1 : partEnds(text, ucs2PartEnd(text, sizes.partUnits), options).length;
    return { encoding: 'ucs2', units, segments };
  }
  if (septets <= sizes.singleSeptets) return { encoding: 'gsm7', units: septets, segments: 1 };
  // Without a two-septet character every part is full, so that only texts with one need a second walk.
  const segments =
    septets === units && options.wholeCharacters !== true
      ? Math.ceil(septets / sizes.partSeptets)
      : partEnds(text, gsm7PartEnd(text, costs, sizes.partSeptets), options).length;
  return { encoding: 'gsm7', units: septets, segments };
}

/**
 * Cuts a text into the pieces that each travel as one segment. Neither an escape pair nor a surrogate pair is split,
 * so that a part may be one unit short of full. The pieces joined are the text.
 *
 * @throws SmsError `invalid_request` when GSM-7 is asked for and the text does not fit in it.
 */
export function splitText(text: string, options: SegmentOptions = noOptions): string[] {
  const { encoding, segments } = measureText(text, options);
  if (segments === 1) return [text];
  const { partSeptets, partUnits } = options.sizes ?? standardSizes;
  const partEnd =
    encoding === 'gsm7' ? gsm7PartEnd(text, options.costs ?? septetCosts, partSeptets) : ucs2PartEnd(text, partUnits);
  let start = 0;
  return partEnds(text, partEnd, options).map((end) => text.slice(start, (start = end)));
}

/**
 * True when every surrogate has its partner. A text that fails this cannot be written as UTF-8 without loss; the edge
 * decides whether to refuse it, and until then a lone surrogate counts as one UTF-16 unit.
 */
export function isWellFormed(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit & 0xf800) !== 0xd800) continue;
    if (!isPair(text, at)) return false;
    at++;
  }
  return true;
}

/** Septets of the whole text, or -1 as soon as a character is outside GSM-7. */
function countSeptets(text: string, costs: Uint8Array): number {
  let septets = 0;
  for (let at = 0; at < text.length; at++) {
    const cost = costs[text.charCodeAt(at)];
    if (cost === undefined || cost === 0) return -1;
    septets += cost;
  }
  return septets;
}

/** Tells where the part that begins at `start` ends. */
type PartEnd = (start: number) => number;

/** Where each part of the text ends. */
function partEnds(text: string, partEnd: PartEnd, { wholeCharacters }: SegmentOptions): number[] {
  const characters = wholeCharacters === true ? characterEnds(text) : undefined;
  const ends: number[] = [];
  for (let at = 0; at < text.length; ends.push(at)) {
    const end = partEnd(at);
    at = characters === undefined || end === text.length ? end : lastCharacterEnd(characters, at, end);
  }
  return ends;
}

/** The last end of a character in a part; the end of the part where one character is longer than it. */
function lastCharacterEnd(characters: Uint8Array, start: number, end: number): number {
  const last = characters.lastIndexOf(1, end);
  return last > start ? last : end;
}

/** A character goes in whole, with its escape, or starts the next part. */
function gsm7PartEnd(text: string, costs: Uint8Array, partSeptets: number): PartEnd {
  return (start) => {
    let septets = 0;
    let at = start;
    for (; at < text.length; at++) {
      septets += costs[text.charCodeAt(at)] ?? 0;
      if (septets > partSeptets && at > start) break;
    }
    return at;
  };
}

function ucs2PartEnd(text: string, partUnits: number): PartEnd {
  return (start) => {
    const end = start + partUnits;
    if (end >= text.length) return text.length;
    return isPair(text, end - 1) && end - 1 > start ? end - 1 : end;
  };
}

/** True when a high surrogate at `at` is followed by its low one. */
function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

function doesNotFit(): SmsError {
  return new SmsError(
    'invalid_request',
    'The text has characters outside the GSM 7-bit alphabet: send it as UCS-2 or transliterate it first.',
  );
}
