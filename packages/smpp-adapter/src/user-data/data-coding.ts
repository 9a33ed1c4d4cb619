import type { Alphabet, DefaultAlphabet } from './alphabets.js';

/** What a message waiting indication is about. */
export type WaitingKind = 'voicemail' | 'fax' | 'email' | 'other';

/** What a `data_coding` says. */
export interface DataCoding {
  readonly alphabet: Alphabet | 'binary';
  /** 0 is shown at once and not stored (flash); 1 to 3 are for the handset, the SIM and what is behind it. */
  readonly messageClass?: number;
  /** The message lights or clears a sign on the handset; a text beside it need not be stored unless it says so. */
  readonly waiting?: { readonly kind: WaitingKind; readonly active: boolean; readonly store: boolean };
}

/** What is agreed with a peer about `data_coding`. */
export interface DataCodingOptions {
  /** What 0 stands for; GSM 7-bit unless agreed otherwise. */
  readonly defaultAlphabet?: DefaultAlphabet;
  /**
   * Whether the peer writes the general group of 3GPP TS 23.038 (0x00–0x3F), such as 0x10 and 0x18 for flash. What
   * SMPP itself gives a meaning to (1, 2 and 3) keeps that meaning.
   */
  readonly generalDataCoding?: boolean;
}

const waitingKinds: readonly WaitingKind[] = ['voicemail', 'fax', 'email', 'other'];
const compressed = 0x20;
const hasClass = 0x10;

/**
 * Reads a `data_coding`; undefined when nobody here can read such a message.
 * Source: SMPP 3.4 §5.2.19, 3GPP TS 23.038 §4, contracts/smpp.md §5.6.
 */
export function readDataCoding(dataCoding: number, options: DataCodingOptions = {}): DataCoding | undefined {
  switch (dataCoding) {
    case 0:
      return { alphabet: options.defaultAlphabet ?? 'gsm7' };
    case 1:
      return { alphabet: 'ascii' };
    case 3:
      return { alphabet: 'latin1' };
    case 8:
      return { alphabet: 'ucs2' };
    case 2:
    case 4:
      return { alphabet: 'binary' };
  }
  if (dataCoding < 0x40) return options.generalDataCoding === true ? readGeneral(dataCoding) : undefined;
  if (dataCoding >= 0xf0) {
    return { alphabet: (dataCoding & 4) === 0 ? 'gsm7' : 'binary', messageClass: dataCoding & 3 };
  }
  if (dataCoding >= 0xc0) return readWaiting(dataCoding);
  return undefined;
}

/** How to write it: the `data_coding` for an alphabet; undefined when none says so to this peer. */
export function dataCodingOf(
  alphabet: Alphabet | 'binary',
  { defaultAlphabet = 'gsm7', messageClass }: { defaultAlphabet?: DefaultAlphabet; messageClass?: number } = {},
): number | undefined {
  if (messageClass !== undefined) {
    if (alphabet === 'gsm7') return 0xf0 | messageClass;
    if (alphabet === 'binary') return 0xf4 | messageClass;
    return alphabet === 'ucs2' ? 0x08 | hasClass | messageClass : undefined;
  }
  if (alphabet === defaultAlphabet) return 0;
  switch (alphabet) {
    case 'ascii':
      return 1;
    case 'latin1':
      return 3;
    case 'binary':
      return 4;
    case 'ucs2':
      return 8;
    case 'gsm7':
    case 'utf8':
      return undefined;
  }
}

function readGeneral(dataCoding: number): DataCoding | undefined {
  const alphabet = (['gsm7', 'binary', 'ucs2'] as const)[(dataCoding >> 2) & 3];
  if (alphabet === undefined || (dataCoding & compressed) !== 0) return undefined;
  return (dataCoding & hasClass) === 0 ? { alphabet } : { alphabet, messageClass: dataCoding & 3 };
}

/** 0xC0 discards the text, 0xD0 stores it, 0xE0 stores it and has it in UCS-2. */
function readWaiting(dataCoding: number): DataCoding {
  const kind = waitingKinds[dataCoding & 3] ?? 'other';
  const waiting = { kind, active: (dataCoding & 8) !== 0, store: dataCoding >= 0xd0 };
  return { alphabet: dataCoding >= 0xe0 ? 'ucs2' : 'gsm7', waiting };
}
