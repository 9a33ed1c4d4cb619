import { commandStatus } from '../status-codes.js';
import {
  maxAddressOctets,
  maxDestinations,
  maxShortMessageOctets,
  type CommandName,
  type DestAddress,
  type FieldValue,
  type UnsuccessSme,
} from './commands.js';
import { PduError } from './errors.js';
import { layoutOfId, type Layout } from './layout.js';
import { octet, readInt32 } from './octets.js';

/** The sixteen octets that every PDU begins with. Source: SMPP 3.4 §5.1. */
export interface PduHeader {
  /** `command_length` in octets, the header included. */
  length: number;
  commandId: number;
  /** The name of the command; undefined for an id the specification does not know. */
  command: CommandName | undefined;
  status: number;
  sequence: number;
}

/** Reads the header of a PDU, of which at least sixteen octets have arrived. */
export function decodeHeader(buffer: Uint8Array, start = 0): PduHeader {
  const commandId = readInt32(buffer, start + 4);
  return {
    length: readInt32(buffer, start),
    commandId,
    command: layoutOfId(commandId)?.command,
    status: readInt32(buffer, start + 8),
    sequence: readInt32(buffer, start + 12),
  };
}

const { ESME_RINVCMDLEN, ESME_RINVMSGLEN, ESME_RINVPARLEN, ESME_RINVNUMDESTS, ESME_RINVDESTFLAG } = commandStatus;

/** Up to here, adding characters is faster than a call that leaves JavaScript. */
const shortOctets = 8;

/**
 * Reads the mandatory fields of one body, from its start. Its methods throw `PduError`.
 *
 * What a peer asks of us is read strictly; a response may stop between two fields, or in its last string, because
 * much of what answers in the field does so, above all when it refuses. Source: contracts/smpp.md §5.1.
 */
export class BodyReader {
  constructor(
    private readonly layout: Layout,
    private readonly buffer: Buffer,
    /** Where the next field begins; after `read`, where the TLVs do. */
    public at: number,
    private readonly end: number,
  ) {}

  read(): Record<string, FieldValue> {
    const { layout } = this;
    const body: Record<string, FieldValue> = { ...layout.empty };
    for (const { name, kind, maxOctets } of layout.fields) {
      if (this.at === this.end) {
        if (layout.isResponse) break;
        throw tooShort(name);
      }
      switch (kind) {
        case 'int8':
          body[name] = octet(this.buffer, this.at++);
          break;
        case 'cstring':
          body[name] = this.#cstring(name, maxOctets);
          break;
        case 'short_message':
          body[name] = this.#shortMessage();
          break;
        case 'dest_address':
          body[name] = this.#destAddresses();
          break;
        case 'unsuccess_sme':
          body[name] = this.#unsuccessSmes();
          break;
      }
    }
    return body;
  }

  #int8(name: string): number {
    if (this.at === this.end) throw tooShort(name);
    return octet(this.buffer, this.at++);
  }

  #int32(name: string): number {
    if (this.at + 4 > this.end) throw tooShort(name);
    const value = readInt32(this.buffer, this.at);
    this.at += 4;
    return value;
  }

  #cstring(name: string, maxOctets: number): string {
    const { buffer, at } = this;
    const limit = Math.min(at + maxOctets, this.end);
    let nul = at;
    while (nul < limit && buffer[nul] !== 0) nul++;
    if (nul < limit) this.at = nul + 1;
    else if (nul - at === maxOctets) throw new PduError(ESME_RINVPARLEN, `${name} is too long.`);
    else if (this.layout.isResponse) this.at = nul;
    else throw tooShort(name);
    if (nul - at > shortOctets) return buffer.toString('latin1', at, nul);
    let text = '';
    for (let index = at; index < nul; index++) text += String.fromCharCode(octet(buffer, index));
    return text;
  }

  #shortMessage(): Uint8Array {
    const length = this.#int8('sm_length');
    if (length > maxShortMessageOctets) throw new PduError(ESME_RINVMSGLEN, 'sm_length is above 254.');
    const start = this.at;
    if (start + length > this.end) throw tooShort('short_message');
    this.at += length;
    return this.buffer.subarray(start, this.at);
  }

  #destAddresses(): DestAddress[] {
    const count = this.#int8('number_of_dests');
    if (count === 0 || count > maxDestinations) {
      throw new PduError(ESME_RINVNUMDESTS, 'number_of_dests is not from 1 to 254.');
    }
    return Array.from({ length: count }, () => {
      switch (this.#int8('dest_flag')) {
        case 1:
          return { dest_flag: 1, ...this.#address() };
        case 2:
          return { dest_flag: 2, dl_name: this.#cstring('dl_name', maxAddressOctets) };
        default:
          throw new PduError(ESME_RINVDESTFLAG, 'dest_flag is neither 1 nor 2.');
      }
    });
  }

  #unsuccessSmes(): UnsuccessSme[] {
    return Array.from({ length: this.#int8('no_unsuccess') }, () => ({
      ...this.#address(),
      error_status_code: this.#int32('error_status_code'),
    }));
  }

  #address(): { dest_addr_ton: number; dest_addr_npi: number; destination_addr: string } {
    return {
      dest_addr_ton: this.#int8('dest_addr_ton'),
      dest_addr_npi: this.#int8('dest_addr_npi'),
      destination_addr: this.#cstring('destination_addr', maxAddressOctets),
    };
  }
}

function tooShort(name: string): PduError {
  return new PduError(ESME_RINVCMDLEN, `The PDU ends before or inside ${name}.`);
}
