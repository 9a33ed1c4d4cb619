import { splitText, type SegmentOptions } from '@ujumbe/core';
import { maxShortMessageOctets } from '../pdu/commands.js';
import { PduError } from '../pdu/errors.js';
import { tlv, type Tlv } from '../pdu/tlvs.js';
import { commandStatus } from '../status-codes.js';
import { encodeText, type Alphabet, type DefaultAlphabet } from './alphabets.js';
import { chooseShift, headerOctets, shiftElements } from './choose-shift.js';
import { concatenationElement } from './concatenation.js';
import { dataCodingOf } from './data-coding.js';
import { noShift, type NationalLanguage, type Shift } from './national-languages.js';
import { packWithoutCount } from './packed-septets.js';
import { roomBeside, sizesBeside } from './segment-room.js';
import { headerIndicator, writeUserDataHeader, type InformationElement } from './user-data-header.js';

/**
 * How a message of several parts says so: by a header with an 8-bit or 16-bit reference, by SAR TLVs, or not at all
 * because the receiver cuts one message_payload itself.
 */
export type ConcatenationForm = 'udh8' | 'udh16' | 'sar' | 'payload';

export interface WriteUserDataOptions {
  /** What the peer takes `data_coding` 0 for. */
  readonly alphabet: DefaultAlphabet;
  /** `ucs2` or the peer's own alphabet; without it UCS-2 is used where that alphabet lacks a character. */
  readonly encoding?: Alphabet;
  /** National languages that may be used to say a text in GSM 7-bit; none unless the route allows them. */
  readonly languages?: readonly NationalLanguage[];
  /** Packs GSM 7-bit text into 7 bits a character, for the rare peer that wants it. */
  readonly packed?: boolean;
  readonly concat: ConcatenationForm;
  /** Of the whole message, from `PartReferences`. `udh8` uses its low octet. */
  readonly reference: number;
  /** Never cuts between a letter and its accent, nor inside a flag; there may be more parts. */
  readonly wholeCharacters?: boolean;
  readonly messageClass?: number;
  /** More parts than this are refused; 255 unless said otherwise, which is all that a header can count. */
  readonly maxParts?: number;
}

/** The fields of one submit_sm or deliver_sm. */
export interface UserDataPart {
  readonly esm_class: number;
  readonly data_coding: number;
  readonly short_message: Buffer;
  readonly tlvs?: readonly Tlv[];
}

/** How the text is written, the same in every part. */
interface Writing {
  readonly alphabet: Alphabet;
  readonly shift: Shift;
  readonly options: SegmentOptions;
}

const countableParts = 255;
const maxPayloadOctets = 0xffff;
const singleSeptets = roomBeside(0).septets;
// What the element takes that concatenates. Who cuts by SAR or payload is taken to use the usual header of 8 bits.
const concatenationOctets: Record<ConcatenationForm, number> = { udh8: 5, udh16: 6, sar: 5, payload: 5 };

/**
 * Writes a text as the parts it is sent in, in order. An empty text is one empty part.
 *
 * Parts are as long as the air carries: with GSM 7-bit 160 septets alone, 153 with an 8-bit reference, 152 with a
 * 16-bit one, less with national tables; with UCS-2 70, 67 and 66 units. Texts of other alphabets are cut by what
 * they will be on the air, GSM 7-bit or UCS-2, because the peer converts them. What is over 254 octets then goes into
 * message_payload. Source: contracts/smpp.md §5.6.
 *
 * @throws PduError `ESME_RINVDCS` when the text does not fit in the encoding that was asked for,
 *   `ESME_RINVMSGLEN` when it takes more parts or octets than can be sent.
 */
export function writeUserData(text: string, options: WriteUserDataOptions): UserDataPart[] {
  const whole = writePlain(text, options);
  if (whole !== undefined) return [whole];
  const writing = chooseWriting(text, options);
  const dataCoding = dataCodingOf(writing.alphabet, {
    defaultAlphabet: options.alphabet,
    ...(options.messageClass !== undefined && { messageClass: options.messageClass }),
  });
  if (dataCoding === undefined) throw doesNotFit();
  const pieces = splitText(text, writing.options);
  if (pieces.length > Math.min(options.maxParts ?? countableParts, countableParts)) throw tooLong();
  const isPayload = options.concat === 'payload' && pieces.length > 1;
  const bodies = isPayload ? [text] : pieces;
  return bodies.map((piece, index) => {
    const elements = shiftElements(writing.shift);
    const tlvs: Tlv[] = [];
    if (bodies.length > 1) {
      const place = { ref: options.reference & 0xffff, total: bodies.length, part: index + 1 };
      if (options.concat === 'sar') tlvs.push(...sarTlvs(place));
      else elements.unshift(concatenationElement({ ...place, bits: options.concat === 'udh8' ? 8 : 16 }));
    }
    return writePart(piece, writing, elements, tlvs, { dataCoding, packed: options.packed === true, isPayload });
  });
}

/** Most messages: one part in the default alphabet, which no other way of writing makes any shorter. */
function writePlain(
  text: string,
  { alphabet, encoding = alphabet, packed, messageClass }: WriteUserDataOptions,
): UserDataPart | undefined {
  const isPlain = alphabet === 'gsm7' && encoding === 'gsm7' && packed !== true && messageClass === undefined;
  const octets = isPlain && text.length <= singleSeptets ? encodeText(text, 'gsm7') : null;
  if (octets === null || octets.length > singleSeptets) return undefined;
  return { esm_class: 0, data_coding: 0, short_message: octets };
}

function chooseWriting(text: string, options: WriteUserDataOptions): Writing {
  const { alphabet, encoding, concat, wholeCharacters = false } = options;
  const element = concatenationOctets[concat];
  const sizes = sizesBeside(0, headerOctets(element));
  if (encoding !== 'ucs2') {
    if (encoding !== undefined && encoding !== alphabet) throw doesNotFit();
    if (alphabet === 'gsm7') {
      const choice = chooseShift(text, options.languages ?? [], element, wholeCharacters);
      // Who cuts a payload would have to repeat the header that announces the tables in each part.
      const isCutByPeer = concat === 'payload' && choice !== undefined && choice.measure.segments > 1;
      const chosen = isCutByPeer ? chooseShift(text, [], element, wholeCharacters) : choice;
      if (chosen !== undefined) return { alphabet, shift: chosen.shift, options: chosen.options };
    } else if (encodeText(text, alphabet) !== null) {
      return { alphabet, shift: noShift, options: { sizes, wholeCharacters } };
    }
    if (encoding !== undefined) throw doesNotFit();
  }
  return { alphabet: 'ucs2', shift: noShift, options: { encoding: 'ucs2', sizes, wholeCharacters } };
}

function writePart(
  piece: string,
  { alphabet, shift }: Writing,
  elements: readonly InformationElement[],
  tlvs: readonly Tlv[],
  { dataCoding, packed, isPayload }: { dataCoding: number; packed: boolean; isPayload: boolean },
): UserDataPart {
  const octets = encodeText(piece, alphabet, shift);
  if (octets === null) throw doesNotFit();
  const header = writeUserDataHeader(elements);
  const body = packed && alphabet === 'gsm7' ? packWithoutCount(octets, header.length) : octets;
  const userData = header.length === 0 ? body : Buffer.concat([header, body]);
  const fields = { esm_class: header.length === 0 ? 0 : headerIndicator, data_coding: dataCoding };
  if (userData.length <= maxShortMessageOctets && !isPayload) {
    return { ...fields, short_message: userData, ...(tlvs.length > 0 && { tlvs }) };
  }
  // SAR TLVs and message_payload do not go together.
  if (userData.length > maxPayloadOctets || tlvs.length > 0) throw tooLong();
  return { ...fields, short_message: Buffer.alloc(0), tlvs: [tlv('message_payload', userData)] };
}

function sarTlvs({ ref, total, part }: { ref: number; total: number; part: number }): Tlv[] {
  return [tlv('sar_msg_ref_num', ref), tlv('sar_total_segments', total), tlv('sar_segment_seqnum', part)];
}

function doesNotFit(): PduError {
  return new PduError(commandStatus.ESME_RINVDCS, 'The text has characters outside the encoding that was asked for.');
}

function tooLong(): PduError {
  return new PduError(commandStatus.ESME_RINVMSGLEN, 'The text takes more parts or octets than can be sent.');
}
