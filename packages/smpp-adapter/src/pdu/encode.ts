import { commandStatus } from '../status-codes.js';
import {
  maxAddressOctets,
  maxDestinations,
  maxShortMessageOctets,
  type BodyInput,
  type CommandName,
  type DestAddress,
  type Field,
  type FieldValue,
  type UnsuccessSme,
} from './commands.js';
import { PduError } from './errors.js';
import { headerOctets, layouts, type Layout } from './layout.js';
import { writeInt32 } from './octets.js';
import { octetsOfTlvs, writeTlvs, type Tlv } from './tlvs.js';

/** What of a PDU the caller decides. */
export interface PduInput<C extends CommandName = CommandName> {
  /** `command_status`; 0 when left out. */
  status?: number;
  /** `sequence_number`, from 0 to 0xFFFFFFFF. */
  sequence: number;
  /** Fields left out are empty. A response that refuses and has no body at all is its header only. */
  body?: BodyInput<C> | undefined;
  tlvs?: readonly Tlv[] | undefined;
}

const { ESME_RINVMSGLEN, ESME_RINVPARLEN, ESME_RINVNUMDESTS } = commandStatus;

/**
 * Writes a PDU into the caller's slab and answers with its length in octets. Throws `PduError` for a value its field
 * does not hold, and `RangeError` when the slab ends before the PDU; what has been written by then is without value.
 */
export function writePdu<C extends CommandName>(
  target: Uint8Array,
  at: number,
  command: C,
  { status = 0, sequence, body, tlvs }: PduInput<C>,
): number {
  const layout = layouts[command];
  let end = at + headerOctets;
  if (body ?? !isHeaderOnly(layout, status)) {
    end = writeFields(target, end, layout, (body ?? layout.empty) as Record<string, FieldValue | undefined>);
  }
  if (tlvs) end = writeTlvs(target, end, tlvs);
  if (end > target.length) throw new RangeError('The PDU does not fit into its buffer.');
  writeInt32(target, at, end - at);
  writeInt32(target, at + 4, layout.id);
  writeInt32(target, at + 8, status);
  writeInt32(target, at + 12, sequence);
  return end - at;
}

/** A PDU in a buffer of its own. Throws as `writePdu` does. */
export function encodePdu<C extends CommandName>(command: C, input: PduInput<C>): Buffer {
  const buffer = Buffer.alloc(encodedLength(command, input));
  writePdu(buffer, 0, command, input);
  return buffer;
}

/** How many octets `writePdu` will write, provided that it does not throw. */
export function encodedLength<C extends CommandName>(command: C, { status = 0, body, tlvs }: PduInput<C>): number {
  const layout = layouts[command];
  let length = headerOctets + (tlvs ? octetsOfTlvs(tlvs) : 0);
  if (!body && isHeaderOnly(layout, status)) return length;
  const values = (body ?? layout.empty) as Record<string, FieldValue | undefined>;
  for (const field of layout.fields) length += octetsOfField(field, values[field.name]);
  return length;
}

function isHeaderOnly({ isResponse }: Layout, status: number): boolean {
  return isResponse && status !== 0;
}

function octetsOfField({ kind }: Field, value: FieldValue | undefined): number {
  switch (kind) {
    case 'int8':
      return 1;
    case 'cstring':
    case 'short_message':
      return 1 + ((value as string | Uint8Array | undefined)?.length ?? 0);
    case 'dest_address':
      return ((value ?? []) as DestAddress[]).reduce(
        (sum, dest) => sum + (dest.dest_flag === 1 ? 4 + dest.destination_addr.length : 2 + dest.dl_name.length),
        1,
      );
    case 'unsuccess_sme':
      return ((value ?? []) as UnsuccessSme[]).reduce((sum, sme) => sum + 7 + sme.destination_addr.length, 1);
  }
}

function writeFields(
  target: Uint8Array,
  at: number,
  { fields }: Layout,
  body: Record<string, FieldValue | undefined>,
): number {
  for (const { name, kind, maxOctets } of fields) {
    const value = body[name];
    switch (kind) {
      case 'int8':
        at = writeInt8(target, at, name, (value ?? 0) as number);
        break;
      case 'cstring':
        at = writeCstring(target, at, name, (value ?? '') as string, maxOctets);
        break;
      case 'short_message':
        at = writeShortMessage(target, at, value as Uint8Array | undefined);
        break;
      case 'dest_address':
        at = writeDestAddresses(target, at, (value ?? []) as DestAddress[]);
        break;
      case 'unsuccess_sme':
        at = writeUnsuccessSmes(target, at, (value ?? []) as UnsuccessSme[]);
        break;
    }
  }
  return at;
}

function writeInt8(target: Uint8Array, at: number, name: string, value: number): number {
  if (value !== (value & 0xff)) throw new PduError(ESME_RINVPARLEN, `${name} does not fit into an octet.`);
  target[at] = value;
  return at + 1;
}

function writeCstring(target: Uint8Array, at: number, name: string, value: string, maxOctets: number): number {
  const { length } = value;
  if (length >= maxOctets) throw new PduError(ESME_RINVPARLEN, `${name} is too long.`);
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    // A NUL would end the string early, and what follows it would be read as the next fields.
    if (code === 0 || code > 0xff) throw new PduError(ESME_RINVPARLEN, `${name} is not a latin1 string.`);
    target[at + index] = code;
  }
  target[at + length] = 0;
  return at + length + 1;
}

function writeShortMessage(target: Uint8Array, at: number, value: Uint8Array | undefined): number {
  const length = value?.length ?? 0;
  if (length > maxShortMessageOctets) throw new PduError(ESME_RINVMSGLEN, 'short_message is above 254 octets.');
  target[at] = length;
  if (value) target.set(value, at + 1);
  return at + 1 + length;
}

function writeDestAddresses(target: Uint8Array, at: number, dests: readonly DestAddress[]): number {
  if (dests.length === 0 || dests.length > maxDestinations) {
    throw new PduError(ESME_RINVNUMDESTS, 'dest_address does not hold 1 to 254 destinations.');
  }
  target[at++] = dests.length;
  for (const dest of dests) {
    target[at++] = dest.dest_flag;
    at =
      dest.dest_flag === 1
        ? writeAddress(target, at, dest)
        : writeCstring(target, at, 'dl_name', dest.dl_name, maxAddressOctets);
  }
  return at;
}

function writeUnsuccessSmes(target: Uint8Array, at: number, smes: readonly UnsuccessSme[]): number {
  if (smes.length > 0xff) throw new PduError(ESME_RINVPARLEN, 'unsuccess_sme holds more than 255.');
  target[at++] = smes.length;
  for (const sme of smes) {
    at = writeAddress(target, at, sme);
    writeInt32(target, at, sme.error_status_code);
    at += 4;
  }
  return at;
}

function writeAddress(target: Uint8Array, at: number, address: Omit<UnsuccessSme, 'error_status_code'>): number {
  at = writeInt8(target, at, 'dest_addr_ton', address.dest_addr_ton);
  at = writeInt8(target, at, 'dest_addr_npi', address.dest_addr_npi);
  return writeCstring(target, at, 'destination_addr', address.destination_addr, maxAddressOctets);
}
