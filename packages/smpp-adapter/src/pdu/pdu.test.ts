import assert from 'node:assert/strict';
import { commandStatus, nameOfStatus } from '../status-codes.js';
import { commands, type BodyInput, type CommandName } from './commands.js';
import { decodeHeader } from './decode.js';
import { encodedLength, encodePdu, writePdu, type PduInput } from './encode.js';
import { PduError } from './errors.js';
import { decodePdu, type AnyPdu } from './pdu.js';
import { Draw, drawBody, drawCommand, drawTlvs } from './random-pdu.test.support.js';
import { tlv, tlvValue } from './tlvs.js';

const submit: BodyInput<'submit_sm'> = {
  source_addr_ton: 5,
  source_addr: 'UJUMBE',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: '255700000001',
  registered_delivery: 1,
  short_message: Buffer.from('habari'),
};

/** Changes octets of a PDU and puts its command_length right. */
function mended(pdu: Buffer): Buffer {
  pdu.writeUInt32BE(pdu.length, 0);
  return pdu;
}

function statusOfReading(pdu: Buffer): string | undefined {
  try {
    decodePdu(pdu).check({ strict: true });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof PduError);
    return nameOfStatus(error.status);
  }
}

describe('the PDU codec', () => {
  it('writes a submit_sm octet by octet as the specification draws it', () => {
    const pdu = encodePdu('submit_sm', { sequence: 7, body: submit, tlvs: [tlv('user_message_reference', 0x0102)] });
    const expected =
      '0000003f 00000004 00000000 00000007 00 05 00 554a554d424500 01 01 32353537303030303030303100' +
      '00 00 00 00 00 01 00 00 00 06 686162617269 0204 0002 0102';
    assert.equal(pdu.toString('hex'), expected.replaceAll(' ', ''));
    assert.deepEqual(decodeHeader(pdu), {
      length: pdu.length,
      commandId: 4,
      command: 'submit_sm',
      status: 0,
      sequence: 7,
    });
  });

  it('reads back whatever it wrote, for every command', () => {
    const draw = new Draw(20_240_801);
    const seen = new Set<CommandName>();
    for (let round = 0; round < 1_500; round++) {
      const command = drawCommand(draw);
      const [body, tlvs] = [drawBody(draw, command), drawTlvs(draw)];
      const status = commands[command].id >= 0x80000000 ? draw.below(2 ** 32) : 0;
      const input: PduInput = { status, sequence: draw.below(2 ** 32), body, tlvs };
      const encoded = encodePdu(command, input);
      assert.equal(encoded.length, encodedLength(command, input));

      const before = draw.below(100);
      const around = Buffer.concat([Buffer.alloc(before, 0xff), encoded, Buffer.alloc(3, 0xff)]);
      const pdu = decodePdu(around, before, encoded.length);
      if (round % 2 === 0) pdu.detach();
      const read = { command: pdu.command, status: pdu.status, sequence: pdu.sequence, body: { ...pdu.body } };
      assert.deepEqual(read, { command, status, sequence: input.sequence, body });
      assert.deepEqual(
        pdu.tlvs.map(([tag, value]) => [tag, Buffer.from(value)]),
        tlvs.map(([tag, value]) => [tag, Buffer.from(value)]),
      );
      assert.deepEqual(encodePdu(command, { ...input, body: pdu.body, tlvs: pdu.tlvs }), encoded);
      seen.add(command);
    }
    assert.equal(seen.size, Object.keys(commands).length);
  });

  it('throws nothing but PduError, whatever the octets', () => {
    const draw = new Draw(7);
    for (let round = 0; round < 6_000; round++) {
      const command = drawCommand(draw);
      const pdu = encodePdu(command, { sequence: 1, body: drawBody(draw, command), tlvs: drawTlvs(draw) });
      const cut = Buffer.from(pdu.subarray(0, 16 + draw.below(pdu.length - 15)));
      for (let flips = draw.below(4); flips > 0 && cut.length > 16; flips--) {
        cut[16 + draw.below(cut.length - 16)] = draw.below(256);
      }
      statusOfReading(mended(cut));
    }
  });

  it('leaves out the body of a response that refuses, and reads such a response', () => {
    const pdu = encodePdu('submit_sm_resp', { status: commandStatus.ESME_RTHROTTLED, sequence: 1 });
    assert.equal(pdu.length, 16);
    assert.equal((decodePdu(pdu) as AnyPdu & { command: 'submit_sm_resp' }).body.message_id, '');
    assert.equal(encodePdu('submit_sm_resp', { sequence: 1 }).length, 17);
  });

  it('reads responses that stop early', () => {
    const whole = encodePdu('query_sm_resp', {
      sequence: 1,
      body: { message_id: '12', final_date: '', message_state: 2 },
    });
    const message = decodePdu(mended(Buffer.from(whole.subarray(0, 18))));
    assert.deepEqual(message.body, { message_id: '12', final_date: '', message_state: 0, error_code: 0 });
    const date = decodePdu(mended(Buffer.from(whole.subarray(0, 20))));
    assert.deepEqual(date.body, { message_id: '12', final_date: '', message_state: 0, error_code: 0 });
  });

  it('accepts passwords of 128 characters', () => {
    const password = 'p'.repeat(128);
    const pdu = decodePdu(encodePdu('bind_transceiver', { sequence: 1, body: { system_id: 'a', password } }));
    assert.equal((pdu as AnyPdu & { command: 'bind_transceiver' }).body.password, password);
  });

  it('detaches a PDU from the buffer it arrived in, also when its body has been read', () => {
    const chunk = Buffer.concat([
      encodePdu('unbind', { sequence: 1 }),
      encodePdu('submit_sm', { sequence: 2, body: submit }),
    ]);
    const pdu = decodePdu(chunk, 16, chunk.length - 16) as AnyPdu & { command: 'submit_sm' };
    const { body } = pdu;
    pdu.detach();
    chunk.fill(0xff);
    assert.equal(pdu.body, body);
    assert.equal(Buffer.from(body.short_message).toString(), 'habari');
    assert.notEqual(body.short_message.buffer, chunk.buffer);
  });

  it('writes into a slab, and says when the slab is too short', () => {
    const slab = Buffer.alloc(100);
    const length = writePdu(slab, 20, 'submit_sm', { sequence: 1, body: submit });
    assert.equal(decodePdu(slab, 20, length).command, 'submit_sm');
    for (let room = 0; room < length; room++) {
      assert.throws(() => writePdu(Buffer.alloc(room), 0, 'submit_sm', { sequence: 1, body: submit }), RangeError);
    }
  });
});

describe('what cannot be encoded', () => {
  const refused: [title: string, command: CommandName, body: BodyInput, status: keyof typeof commandStatus][] = [
    ['a short_message of 255', 'submit_sm', { short_message: Buffer.alloc(255) }, 'ESME_RINVMSGLEN'],
    ['an address of 21 characters', 'submit_sm', { source_addr: '1'.repeat(21) }, 'ESME_RINVPARLEN'],
    ['a NUL inside a string', 'submit_sm', { source_addr: 'a\0b' }, 'ESME_RINVPARLEN'],
    ['a character above latin1', 'submit_sm', { source_addr: 'Ж' }, 'ESME_RINVPARLEN'],
    ['an octet of 256', 'submit_sm', { esm_class: 256 }, 'ESME_RINVPARLEN'],
    ['an octet below 0', 'submit_sm', { esm_class: -1 }, 'ESME_RINVPARLEN'],
    ['a fraction', 'submit_sm', { esm_class: 1.5 }, 'ESME_RINVPARLEN'],
    ['no destinations', 'submit_multi', {}, 'ESME_RINVNUMDESTS'],
    [
      '255 destinations',
      'submit_multi',
      { dest_address: Array.from({ length: 255 }, () => ({ dest_flag: 2 as const, dl_name: 'a' })) },
      'ESME_RINVNUMDESTS',
    ],
  ];
  for (const [title, command, body, status] of refused) {
    it(`${title}: ${status}, and the text is not in the message`, () => {
      assert.throws(
        () => encodePdu(command, { sequence: 1, body }),
        (error) =>
          error instanceof PduError && error.status === commandStatus[status] && !/Ж|111|a\0b/.test(error.message),
      );
    });
  }
});

describe('malformed PDUs', () => {
  const valid = (): Buffer => encodePdu('submit_sm', { sequence: 1, body: submit });
  const smLengthAt = valid().length - 'habari'.length - 1;
  const withOctet = (at: number, value: number): Buffer => {
    const pdu = valid();
    pdu[at] = value;
    return pdu;
  };
  const extended = (hex: string): Buffer => mended(Buffer.concat([valid(), Buffer.from(hex, 'hex')]));
  const multi = (): Buffer =>
    encodePdu('submit_multi', { sequence: 1, body: { dest_address: [{ dest_flag: 2, dl_name: 'list' }] } });
  const multiWith = (at: number, value: number): Buffer => {
    const pdu = multi();
    pdu[at] = value;
    return pdu;
  };
  const header = (commandId: number): Buffer => {
    const pdu = Buffer.alloc(16);
    pdu.writeUInt32BE(16, 0);
    pdu.writeUInt32BE(commandId, 4);
    return pdu;
  };

  const table: [title: string, pdu: () => Buffer, status: keyof typeof commandStatus | undefined][] = [
    ['a sound one', valid, undefined],
    ['a submit_sm without a body', () => header(4), 'ESME_RINVCMDLEN'],
    ['a submit_sm that is cut', () => mended(valid().subarray(0, 30)), 'ESME_RINVCMDLEN'],
    ['sm_length beyond the PDU', () => withOctet(smLengthAt, 7), 'ESME_RINVCMDLEN'],
    ['sm_length above 254', () => withOctet(smLengthAt, 255), 'ESME_RINVMSGLEN'],
    [
      'a source_addr of 40 characters',
      () => mended(Buffer.concat([valid().subarray(0, 19), Buffer.from('1'.repeat(40)), valid().subarray(19)])),
      'ESME_RINVPARLEN',
    ],
    [
      'a system_id of 40 characters',
      () => mended(Buffer.concat([header(9), Buffer.from('a'.repeat(40)), Buffer.alloc(20)])),
      'ESME_RINVPARLEN',
    ],
    [
      'a last string without its NUL',
      () => mended(Buffer.concat([header(0x0b), Buffer.from('a\0secret')])),
      'ESME_RINVCMDLEN',
    ],
    ['a TLV beyond the PDU', () => extended('0424000561'), 'ESME_RINVOPTPARSTREAM'],
    ['half a TLV', () => extended('0424'), 'ESME_RINVOPTPARSTREAM'],
    ['a message_state of length 0', () => extended('04270000'), 'ESME_RINVPARLEN'],
    ['a sar_msg_ref_num of length 1', () => extended('020c000101'), 'ESME_RINVPARLEN'],
    ['an empty callback_num', () => extended('03810000'), 'ESME_RINVPARLEN'],
    ['a sar_total_segments of 0', () => extended('020e000100'), 'ESME_RINVOPTPARAMVAL'],
    ['an unknown TLV', () => extended('14000003616263'), undefined],
    ['a submit_multi that is cut', () => mended(multi().subarray(0, 24)), 'ESME_RINVCMDLEN'],
    ['no destinations', () => multiWith(20, 0), 'ESME_RINVNUMDESTS'],
    ['255 destinations', () => multiWith(20, 255), 'ESME_RINVNUMDESTS'],
    ['dest_flag 3', () => multiWith(21, 3), 'ESME_RINVDESTFLAG'],
    ['an unknown command', () => header(0x77), 'ESME_RINVCMDID'],
    ['a command_length that is not the length', () => valid().subarray(0, 30), 'ESME_RINVCMDLEN'],
  ];
  for (const [title, pdu, status] of table) {
    it(`${title}: ${status ?? 'read'}`, () => assert.equal(statusOfReading(Buffer.from(pdu())), status));
  }
});

describe('TLVs', () => {
  it('are built by name and read by name', () => {
    const tlvs = [
      tlv('message_state', 2),
      tlv('receipted_message_id', '1234'),
      tlv('network_error_code', Buffer.from([3, 0, 1])),
      tlv('alert_on_message_delivery', Buffer.alloc(0)),
      tlv('qos_time_to_live', 0xffffffff),
    ];
    assert.equal(tlvValue(tlvs, 'message_state'), 2);
    assert.equal(tlvValue(tlvs, 'receipted_message_id'), '1234');
    assert.deepEqual(tlvValue(tlvs, 'network_error_code'), Buffer.from([3, 0, 1]));
    assert.equal(tlvValue(tlvs, 'alert_on_message_delivery')?.length, 0);
    assert.equal(tlvValue(tlvs, 'qos_time_to_live'), 0xffffffff);
    assert.equal(tlvValue(tlvs, 'message_payload'), undefined);
  });

  it('of a wrong length are as good as absent to who does not check', () => {
    assert.equal(tlvValue([[0x0427, Buffer.alloc(0)]], 'message_state'), undefined);
    assert.equal(tlvValue([[0x001e, Buffer.from('12')]], 'receipted_message_id'), '12');
  });

  it('do not take what their field does not hold', () => {
    for (const build of [
      () => tlv('message_state', 256),
      () => tlv('sar_msg_ref_num', 65_536),
      () => tlv('receipted_message_id', '1'.repeat(65)),
      () => tlv('receipted_message_id', 'a\0'),
      () => tlv('network_error_code', Buffer.alloc(2)),
      () => tlv('message_payload', Buffer.alloc(65_536)),
    ]) {
      assert.throws(build, PduError);
    }
  });
});
