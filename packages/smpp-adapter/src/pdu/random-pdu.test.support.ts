import type { BodyInput, CommandName, DestAddress, Field, FieldValue } from './commands.js';
import { allLayouts, layouts } from './layout.js';
import { tlv, type Tlv } from './tlvs.js';

/** Chance that can be had again: the same seed draws the same PDUs. By mulberry32. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  octets(limit: number): Buffer {
    return Buffer.from(Array.from({ length: this.below(limit + 1) }, () => this.below(256)));
  }

  /** A latin1 string without NUL. */
  text(limit: number): string {
    return Array.from({ length: this.below(limit + 1) }, () => String.fromCharCode(1 + this.below(255))).join('');
  }
}

export function drawCommand(draw: Draw): CommandName {
  return draw.of(allLayouts).command;
}

/** A body with every field of the command. */
export function drawBody<C extends CommandName>(draw: Draw, command: C): BodyInput<C> {
  return Object.fromEntries(
    layouts[command].fields.map((field) => [field.name, drawValue(draw, field)]),
  ) as BodyInput<C>;
}

export function drawTlvs(draw: Draw): Tlv[] {
  return Array.from({ length: draw.below(4) }, () =>
    draw.of([
      () => tlv('message_state', draw.below(10)),
      () => tlv('receipted_message_id', draw.text(64)),
      () => tlv('sar_msg_ref_num', draw.below(65_536)),
      () => tlv('qos_time_to_live', draw.below(2 ** 32)),
      () => tlv('message_payload', draw.octets(600)),
      (): Tlv => [0x1400 + draw.below(0x2bff), draw.octets(30)],
    ])(),
  );
}

function drawValue(draw: Draw, { kind, maxOctets }: Field): FieldValue {
  switch (kind) {
    case 'int8':
      return draw.below(256);
    case 'cstring':
      return draw.text(maxOctets - 1);
    case 'short_message':
      return draw.octets(254);
    case 'dest_address':
      return Array.from({ length: 1 + draw.below(254) }, () => drawDestination(draw));
    case 'unsuccess_sme':
      return Array.from({ length: draw.below(255) }, () => ({
        ...drawAddress(draw),
        error_status_code: draw.below(2 ** 32),
      }));
  }
}

function drawDestination(draw: Draw): DestAddress {
  return draw.below(2) === 0 ? { dest_flag: 1, ...drawAddress(draw) } : { dest_flag: 2, dl_name: draw.text(20) };
}

function drawAddress(draw: Draw): { dest_addr_ton: number; dest_addr_npi: number; destination_addr: string } {
  return { dest_addr_ton: draw.below(256), dest_addr_npi: draw.below(256), destination_addr: draw.text(20) };
}
