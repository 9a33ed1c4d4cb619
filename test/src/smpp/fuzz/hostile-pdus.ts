import {
  commands,
  encodePdu,
  PduError,
  tlv,
  writeUserDataHeader,
  type CommandName,
  type Tlv,
} from '@ujumbe/smpp-adapter';
import type { SeededRandom } from '../../faults/seeded-random.js';

const names = Object.keys(commands) as CommandName[];
/** What ESMEs send, so that most of what is drawn gets past the first look. */
const usual: readonly CommandName[] = ['submit_sm', 'submit_sm', 'submit_multi', 'data_sm', 'query_sm', 'deliver_sm'];

export function octets(random: SeededRandom, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.between(0, most) }, () => random.between(0, 255)));
}

const text = (random: SeededRandom, most: number): string =>
  Array.from({ length: random.between(0, most) }, () => String.fromCharCode(random.between(1, 255))).join('');

/** What a field is often given, right or nearly so. */
const likely: Readonly<Record<string, readonly unknown[]>> = {
  source_addr: ['DUKA', 'DUKA', '', '+255754000000', 'TooLongForASender'],
  destination_addr: ['255712345678', '255712000902', '0712345678', '+255712345679', '12', ''],
  esm_class: [0, 0, 0, 3, 0x40, 0x43, 4, 0x80],
  data_coding: [0, 0, 1, 3, 8, 8, 4, 0x10, 0xf0, 0xf5, 0xff],
  registered_delivery: [0, 1, 2, 3, 0x11, 0xff],
  schedule_delivery_time: ['', '', '000000000100000R', '991231235959948+', '000R', '26010100000000-'],
  validity_period: ['', '', '000000000100000R', '000100000000000R', 'x'],
  message_id: ['', '1000000001', '1000000007', '99999999999999999999', 'abc'],
  replace_if_present_flag: [0, 0, 0, 1, 9],
  sm_default_msg_id: [0, 0, 0, 7],
};

function fieldOf(
  random: SeededRandom,
  { name, kind, maxOctets }: (typeof commands)[CommandName]['fields'][number],
): unknown {
  const values = likely[name];
  if (values && random.happens(0.8)) return random.pick(values);
  switch (kind) {
    case 'int8':
      return random.between(0, 255);
    case 'cstring':
      return text(random, maxOctets - 1);
    case 'short_message':
      return random.happens(0.5) ? Buffer.from('Habari') : longOrHeaded(random);
    case 'dest_address':
      return Array.from({ length: random.between(1, 5) }, () =>
        random.happens(0.8)
          ? { dest_flag: 1, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '255712345678' }
          : { dest_flag: 2, dl_name: text(random, 20) },
      );
    case 'unsuccess_sme':
      return [];
  }
}

/** Parts of long messages that are whole, or lie about it. */
function longOrHeaded(random: SeededRandom): Buffer {
  if (random.happens(0.3)) return octets(random, 254);
  const data = Uint8Array.of(random.between(0, 3), random.between(0, 4), random.between(0, 4));
  const header = writeUserDataHeader([{ identifier: random.pick([0, 0, 8, 0x24, 0x25]), data }]);
  return Buffer.concat([header, octets(random, 140)]).subarray(0, 254);
}

const tlvs = (random: SeededRandom): Tlv[] =>
  Array.from({ length: random.between(0, 3) }, (): Tlv =>
    random.pick([
      () => tlv('message_payload', octets(random, 2_000)),
      () => tlv('sar_msg_ref_num', random.between(0, 3)),
      () => tlv('sar_total_segments', random.between(0, 4)),
      () => tlv('sar_segment_seqnum', random.between(0, 4)),
      () => tlv('user_message_reference', random.between(0, 65_535)),
      () => tlv('receipted_message_id', text(random, 64)),
      () => tlv('message_state', random.between(0, 255)),
      (): Tlv => [random.between(0, 65_535), octets(random, 40)],
    ])(),
  );

/** A PDU that is whole; its fields may be anything. */
function wholePdu(random: SeededRandom, only: readonly CommandName[]): Buffer {
  const command = random.pick(only);
  const body = Object.fromEntries(commands[command].fields.map((field) => [field.name, fieldOf(random, field)]));
  const sequence = random.pick([0, 1, 2, random.between(1, 1_000), 0x7fffffff, 0xffffffff]);
  const status = random.happens(0.9) ? 0 : random.between(0, 0x500);
  try {
    return Buffer.from(encodePdu(command, { sequence, status, body, tlvs: tlvs(random) }));
  } catch (error) {
    // Some of what is drawn has no form at all.
    if (error instanceof PduError || error instanceof RangeError) return octets(random, 64);
    throw error;
  }
}

/** One thing to say to a peer: a PDU, a PDU that was tampered with, or no PDU at all. */
export function hostileOctets(random: SeededRandom): Buffer {
  const pdu = wholePdu(random, random.happens(0.8) ? usual : names);
  const kind = random.between(1, 100);
  if (kind <= 50) return pdu;
  if (kind <= 75) {
    // Octets behind the length are changed, so that the frame stands.
    for (let times = random.between(1, 8); times > 0 && pdu.length > 4; times--) {
      pdu[random.between(4, pdu.length - 1)] = random.between(0, 255);
    }
    return pdu;
  }
  if (kind <= 90) {
    const cut = pdu.subarray(0, random.between(Math.min(16, pdu.length), pdu.length));
    if (cut.length >= 4) cut.writeUInt32BE(cut.length, 0);
    return cut;
  }
  if (kind <= 92) {
    if (pdu.length >= 4) pdu.writeUInt32BE(random.pick([0, 2, 8, 15, 17, 20_000, 0xffffffff]), 0);
    return pdu;
  }
  return kind === 93 ? octets(random, 64) : Buffer.concat([pdu, wholePdu(random, usual), wholePdu(random, names)]);
}

/** The same octets in pieces, cut anywhere. */
export function pieces(random: SeededRandom, whole: Buffer): Buffer[] {
  const cuts = Array.from({ length: random.between(0, 3) }, () => random.between(0, whole.length)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts].map((from, place) => whole.subarray(from, cuts[place] ?? whole.length));
}
