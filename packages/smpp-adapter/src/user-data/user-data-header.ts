import { PduError } from '../pdu/errors.js';
import { commandStatus } from '../status-codes.js';

/** The bit of `esm_class` that says that the user data begin with a header (UDHI). */
export const headerIndicator = 0x40;

/** Information element identifiers. Source: 3GPP TS 23.040 §9.2.3.24. */
export const elementIdentifiers = {
  concatenation8: 0x00,
  concatenation16: 0x08,
  singleShift: 0x24,
  lockingShift: 0x25,
} as const;

/** One piece of a user data header. The data are not copied. */
export interface InformationElement {
  readonly identifier: number;
  readonly data: Uint8Array;
}

export interface UserDataHeader {
  /** As they stand on the wire; those nobody here knows are kept. */
  readonly elements: readonly InformationElement[];
  /** Where the text begins: what the header takes, its length octet included. */
  readonly octets: number;
}

const longestHeaderOctets = 140;

/**
 * Reads the header that user data begin with. Source: 3GPP TS 23.040 §9.2.3.24.
 *
 * @throws PduError `ESME_RINVESMCLASS` when header or elements run past their end, which is what a text without a
 *   header looks like that `esm_class` claims one for.
 */
export function readUserDataHeader(userData: Uint8Array): UserDataHeader {
  const octets = 1 + (userData[0] ?? Infinity);
  if (octets > userData.length) throw brokenHeader();
  const elements: InformationElement[] = [];
  for (let at = 1; at < octets;) {
    const end = at + 2 + (userData[at + 1] ?? Infinity);
    // The length of the last element may itself lie beyond the header, where it is a letter of the text.
    if (at + 2 > octets || end > octets) throw brokenHeader();
    elements.push({ identifier: userData[at] ?? 0, data: userData.subarray(at + 2, end) });
    at = end;
  }
  return { elements, octets };
}

/** Writes a header with its length octet; nothing for no elements. Throws a RangeError for more than a part holds. */
export function writeUserDataHeader(elements: readonly InformationElement[]): Buffer {
  if (elements.length === 0) return Buffer.alloc(0);
  const octets = elements.flatMap(({ identifier, data }) => [identifier, data.length, ...data]);
  if (octets.length >= longestHeaderOctets) throw new RangeError('A user data header holds at most 139 octets.');
  return Buffer.from([octets.length, ...octets]);
}

function brokenHeader(): PduError {
  return new PduError(commandStatus.ESME_RINVESMCLASS, 'esm_class claims a user data header and there is none.');
}
