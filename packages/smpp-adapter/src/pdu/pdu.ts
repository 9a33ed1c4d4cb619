import { commandStatus } from '../status-codes.js';
import type { Bodies, CommandName, FieldValue } from './commands.js';
import { BodyReader } from './decode.js';
import { PduError } from './errors.js';
import { headerOctets, layoutOfId, layouts } from './layout.js';
import { readInt32 } from './octets.js';
import { checkTlvs, readTlvs, type Tlv } from './tlvs.js';

/** A PDU that has arrived. The header is there; body and TLVs are read when somebody asks for them. */
export class Pdu<C extends CommandName = CommandName> {
  #buffer: Buffer;
  #start: number;
  #end: number;
  #body: Bodies[C] | undefined;
  #tlvs: readonly Tlv[] | undefined;
  #tlvsStart = 0;

  /** Use `decodePdu`. The octets from `start` to `end` must be one whole PDU of that command. */
  constructor(
    readonly command: C,
    buffer: Buffer,
    start: number,
    end: number,
    /** `command_status`; of a request it means nothing. */
    readonly status: number = readInt32(buffer, start + 8),
    /** `sequence_number`, whatever the peer chose. */
    readonly sequence: number = readInt32(buffer, start + 12),
  ) {
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
  }

  /** The mandatory fields. Throws `PduError` when they cannot be read. Source: contracts/smpp.md §5.2. */
  get body(): Bodies[C] {
    return (this.#body ??= this.#readBody());
  }

  /** The TLVs, known or not, in the order of the wire. Throws `PduError` when one runs past the end. */
  get tlvs(): readonly Tlv[] {
    if (this.#tlvs) return this.#tlvs;
    this.#body ??= this.#readBody();
    return (this.#tlvs = readTlvs(this.#buffer, this.#tlvsStart, this.#end));
  }

  /**
   * Throws `PduError` unless body and TLVs can be read. Being strict is for who answers ESMEs: it refuses known TLVs
   * of a wrong length as well. An SMSC's receipt is worth more than the length of its TLVs.
   */
  check({ strict }: { strict: boolean }): void {
    this.#body ??= this.#readBody();
    if (this.#tlvsStart === this.#end) this.#tlvs = noTlvs;
    else if (strict) checkTlvs(this.tlvs);
    else this.#tlvs = this.tlvs;
  }

  /**
   * Copies the octets. The buffer they arrived in holds up to 64 KB of other PDUs, and whoever keeps a PDU past the
   * turn it arrived in would keep them all.
   */
  detach(): this {
    const { length } = this.#buffer;
    if (this.#start === 0 && this.#end === length) return this;
    const body = this.#body as { short_message?: Uint8Array } | undefined;
    const message = body?.short_message;
    const at = message ? message.byteOffset - this.#buffer.byteOffset - this.#start : 0;
    this.#copy();
    if (body && message) body.short_message = this.#buffer.subarray(at, at + message.length);
    return this;
  }

  #copy(): void {
    const own = Buffer.allocUnsafeSlow(this.#end - this.#start);
    this.#buffer.copy(own, 0, this.#start, this.#end);
    this.#tlvsStart -= this.#start;
    this.#start = 0;
    this.#end = own.length;
    this.#buffer = own;
    // They are read again from the copy. A body stays the object it is, for somebody may hold it.
    this.#tlvs = undefined;
  }

  #readBody(): Bodies[C] {
    const reader = new BodyReader(layouts[this.command], this.#buffer, this.#start + headerOctets, this.#end);
    const body: Record<string, FieldValue> = reader.read();
    this.#tlvsStart = reader.at;
    return body as Bodies[C];
  }
}

const noTlvs: readonly Tlv[] = [];

/** A PDU of whichever command: `command` tells which, and thereby the type of the body. */
export type AnyPdu = { [C in CommandName]: Pdu<C> }[CommandName];

/**
 * Takes a whole PDU as `FrameReader` found it. Throws `PduError` with `ESME_RINVCMDID` for an unknown command, and
 * with `ESME_RINVCMDLEN` for what is not one PDU.
 */
export function decodePdu(buffer: Buffer, start = 0, length = buffer.length - start): AnyPdu {
  if (length < headerOctets || start + length > buffer.length || readInt32(buffer, start) !== length) {
    throw new PduError(commandStatus.ESME_RINVCMDLEN, 'command_length is not the length of the PDU.');
  }
  const layout = layoutOfId(readInt32(buffer, start + 4));
  if (!layout) throw new PduError(commandStatus.ESME_RINVCMDID, 'There is no such command_id.');
  return new Pdu(layout.command, buffer, start, start + length) as AnyPdu;
}
