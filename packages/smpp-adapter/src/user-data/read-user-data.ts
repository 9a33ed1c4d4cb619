import { maxShortMessageOctets } from '../pdu/commands.js';
import { PduError } from '../pdu/errors.js';
import { commandStatus } from '../status-codes.js';
import { bufferOf, decodeText, type Alphabet } from './alphabets.js';
import { concatenationIn, type Concatenation } from './concatenation.js';
import { readDataCoding, type DataCoding, type DataCodingOptions } from './data-coding.js';
import { languageOf, noShift, type Shift } from './national-languages.js';
import { unpackWithoutCount } from './packed-septets.js';
import {
  elementIdentifiers,
  headerIndicator,
  readUserDataHeader,
  type InformationElement,
  type UserDataHeader,
} from './user-data-header.js';

/** The fields of a submit_sm, deliver_sm or data_sm that hold its text. */
export interface UserDataFields {
  readonly esm_class: number;
  readonly data_coding: number;
  readonly short_message: Uint8Array;
  /** TLV 0x0424. */
  readonly message_payload?: Uint8Array | undefined;
  /** TLVs sar_msg_ref_num, sar_total_segments and sar_segment_seqnum, when all three are there. */
  readonly sar?: { readonly ref: number; readonly total: number; readonly seq: number } | undefined;
}

export interface ReadUserDataOptions extends DataCodingOptions {
  /** Whether the peer packs GSM 7-bit text into 7 bits a character. Most do not. */
  readonly packed?: boolean;
  /** Takes a message without any text for one, instead of refusing it. */
  readonly allowEmpty?: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface AnyUserData {
  readonly encoding: Alphabet | 'binary';
  /** Which part of a longer message this is; absent when it is whole. */
  readonly concat?: Concatenation;
  /** The whole header, known elements and others, such as ports. Empty without one. */
  readonly elements: readonly InformationElement[];
  readonly messageClass?: number;
  readonly waiting?: NonNullable<DataCoding['waiting']>;
}

/** What user data say: a text, or octets that are none. */
export type UserData = AnyUserData &
  ({ readonly text: string; readonly binary?: never } | { readonly binary: Buffer; readonly text?: never });

const { ESME_RINVMSGLEN, ESME_ROPTPARNOTALLWD, ESME_RINVOPTPARAMVAL, ESME_RINVDCS } = commandStatus;
const noHeader: UserDataHeader = { elements: [], octets: 0 };
const knownIdentifiers = new Set<number | undefined>(Object.values(elementIdentifiers));

/**
 * Reads the text of a message, its header and its place in a longer one. Binary is handed out without its header, and
 * as a view of the octets that came in.
 *
 * A message that claims a header and has SAR TLVs beside plain text is read as text: the published guide's own
 * example looks like that. Source: contracts/smpp.md §5.3, §5.6 and §6.2.
 *
 * @throws PduError with the `command_status` to answer: `ESME_RINVMSGLEN` for no text or two, `ESME_RINVESMCLASS`
 *   for a header that is none, `ESME_RINVDCS` for a `data_coding` nobody here can read, `ESME_ROPTPARNOTALLWD` for
 *   SAR beside message_payload, `ESME_RINVOPTPARAMVAL` for SAR numbers that cannot be.
 */
export function readUserData(fields: UserDataFields, options: ReadUserDataOptions = {}): UserData {
  const coding = readDataCoding(fields.data_coding, options);
  if (coding === undefined) throw new PduError(ESME_RINVDCS, 'data_coding is not supported.');
  const octets = octetsOf(fields, options.allowEmpty === true);
  const sar = concatenationOfSar(fields);
  const header = (fields.esm_class & headerIndicator) === 0 ? noHeader : headerOf(octets, fields.sar !== undefined);
  const concat = concatenationIn(header.elements) ?? sar;
  const { alphabet: encoding, messageClass, waiting } = coding;
  const about: Mutable<AnyUserData> = { encoding, elements: header.elements };
  if (concat !== undefined) about.concat = concat;
  if (messageClass !== undefined) about.messageClass = messageClass;
  if (waiting !== undefined) about.waiting = waiting;
  const body = header.octets === 0 ? octets : octets.subarray(header.octets);
  if (encoding === 'binary') return Object.assign(about, { binary: body });
  if (encoding !== 'gsm7') return Object.assign(about, { text: decodeText(body, encoding) });
  const septets = options.packed === true ? unpackWithoutCount(body, header.octets) : body;
  return Object.assign(about, { text: decodeText(septets, encoding, shiftIn(header.elements)) });
}

/** The one field that holds the user data. */
function octetsOf({ short_message, message_payload, sar }: UserDataFields, allowEmpty: boolean): Buffer {
  if (message_payload !== undefined && short_message.length > 0) {
    throw new PduError(ESME_RINVMSGLEN, 'There is a short_message and a message_payload.');
  }
  if (message_payload !== undefined && sar !== undefined) {
    throw new PduError(ESME_ROPTPARNOTALLWD, 'A message_payload is not cut into segments.');
  }
  if (short_message.length > maxShortMessageOctets) throw new PduError(ESME_RINVMSGLEN, 'short_message is too long.');
  const octets = message_payload ?? short_message;
  if (octets.length === 0 && !allowEmpty) throw new PduError(ESME_RINVMSGLEN, 'There is no text.');
  return bufferOf(octets);
}

function concatenationOfSar({ sar }: UserDataFields): Concatenation | undefined {
  if (sar === undefined) return undefined;
  const { ref, total, seq } = sar;
  if (seq < 1 || seq > total) throw new PduError(ESME_RINVOPTPARAMVAL, 'There is no such segment of the message.');
  return total === 1 ? undefined : { ref, total, part: seq, bits: 'sar' };
}

/**
 * The header that `esm_class` claims. Beside SAR TLVs there should be none, so that the octets are believed only when
 * they begin with an element that is known; letters that happen to have the form of a header remain letters.
 */
function headerOf(octets: Buffer, besideSar: boolean): UserDataHeader {
  if (octets.length === 0) return noHeader;
  if (!besideSar) return readUserDataHeader(octets);
  try {
    const header = readUserDataHeader(octets);
    return knownIdentifiers.has(header.elements[0]?.identifier) ? header : noHeader;
  } catch (error) {
    if (error instanceof PduError) return noHeader;
    throw error;
  }
}

/** A language that is not known counts as none, as 3GPP TS 23.038 §6.2.1.2.4 wants it. */
function shiftIn(elements: readonly InformationElement[]): Shift {
  if (elements.length === 0) return noShift;
  const shift: Mutable<Shift> = {};
  for (const { identifier, data } of elements) {
    const language = data.length === 1 ? languageOf(data[0] ?? 0) : undefined;
    if (language === undefined) continue;
    if (identifier === elementIdentifiers.lockingShift) shift.locking = language;
    else if (identifier === elementIdentifiers.singleShift) shift.single = language;
  }
  return shift;
}
