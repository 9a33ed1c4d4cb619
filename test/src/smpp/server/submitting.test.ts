import assert from 'node:assert/strict';
import type { Message } from '@ujumbe/core';
import { tlv, type BodyInput, type Tlv } from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { newNumber } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { Esme, submitBody } from './esme.js';
import { newDigits, openCustomer, serve, servedPlatformFor, type Customer } from './served-platform.js';

type Submit = Partial<BodyInput<'submit_sm'>>;

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** `YYMMDDhhmmss000+` so many milliseconds from now. */
const timeFromNow = (ms: number): string =>
  `${new Date(Date.now() + ms).toISOString().replace(/\D/g, '').slice(2, 14)}000+`;

const hour = 3_600_000;
const day = 24 * hour;

describeOnDatabases('submitting over SMPP', (open) => {
  const given = servedPlatformFor(open, { limits: { segmentsPerSecond: 1_000 } });
  let customer: Customer;
  let esme: Esme;
  before(async () => {
    customer = await openCustomer(given());
  });
  beforeEach(async () => {
    esme = await Esme.bound(given().port, customer);
  });

  const messagesTo = async (to: string, of = customer): Promise<Message[]> =>
    (await given().sms.messages.list(of.accountId, { recipient: to }, { limit: 50, offset: 0 })).messages;

  const theMessageTo = (to: string): Promise<Message> => eventually('a message', async () => (await messagesTo(to))[0]);

  describe('is answered', () => {
    const rows: [what: string, status: number, body: Submit, tlvs?: () => Tlv[]][] = [
      ['a text', 0x00, {}],
      ['any service_type', 0x00, { service_type: 'VMA' }],
      ['any protocol_id', 0x00, { protocol_id: 0x7f }],
      ['no source: the default sender', 0x00, { source_addr: '', source_addr_ton: 0 }],
      ['a sender that is not approved', 0x0a, { source_addr: 'BENKI' }],
      ['a sender of twelve letters', 0x0a, { source_addr: 'ABCDEFGHIJKL' }],
      ['a source_addr_ton that there is not', 0x48, { source_addr_ton: 7 }],
      ['a source_addr_npi that there is not', 0x49, { source_addr_npi: 2 }],
      ['no destination', 0x0b, { destination_addr: '' }],
      ['letters for a number', 0x0b, { destination_addr: '25571mama' }],
      ['a number that is too short', 0x0b, { destination_addr: '12' }],
      ['a number that is too long', 0x0b, { destination_addr: '25571234567890123' }],
      ['a fixed line', 0x0b, { destination_addr: '255222123456' }],
      ['a name for a number', 0x0b, { dest_addr_ton: 5 }],
      ['datagram mode', 0x00, { esm_class: 0x01 }],
      ['store and forward, as Kannel says', 0x00, { esm_class: 0x03 }],
      ['a reply path', 0x00, { esm_class: 0x80 }],
      ['a receipt', 0x43, { esm_class: 0x04 }],
      ['an acknowledgement', 0x43, { esm_class: 0x08 }],
      ['the highest priority', 0x00, { priority_flag: 3 }],
      ['a priority that there is not', 0x06, { priority_flag: 4 }],
      ['tomorrow', 0x00, { schedule_delivery_time: timeFromNow(day) }],
      ['in two hours', 0x00, { schedule_delivery_time: '000000020000000R' }],
      ['yesterday', 0x61, { schedule_delivery_time: timeFromNow(-day) }],
      ['in ten years', 0x61, { schedule_delivery_time: timeFromNow(3_650 * day) }],
      ['no time for a schedule', 0x61, { schedule_delivery_time: '20261131' }],
      ['the 31st of February', 0x61, { schedule_delivery_time: '270231120000000+' }],
      ['a validity of an hour', 0x00, { validity_period: '000000010000000R' }],
      ['a validity of a month', 0x00, { validity_period: '000100000000000R' }],
      ['a validity that is over', 0x62, { validity_period: timeFromNow(-hour) }],
      ['a validity of nothing', 0x62, { validity_period: '000000000000000R' }],
      ['no time for a validity', 0x62, { validity_period: 'tomorrow' }],
      [
        'a validity that ends before the schedule',
        0x62,
        { schedule_delivery_time: timeFromNow(2 * hour), validity_period: timeFromNow(hour) },
      ],
      [
        'a validity from the schedule on',
        0x00,
        { schedule_delivery_time: timeFromNow(2 * hour), validity_period: '000000010000000R' },
      ],
      ['what Kannel asks for', 0x00, { registered_delivery: 0x11 }],
      ['all receipts there are', 0x00, { registered_delivery: 0x1f }],
      ['receipts that there are not', 0x07, { registered_delivery: 0x20 }],
      ['replace_if_present with nothing to replace', 0x00, { replace_if_present_flag: 1 }],
      ['a replace_if_present_flag that there is not', 0x54, { replace_if_present_flag: 2 }],
      ['ASCII', 0x00, { data_coding: 1 }],
      ['latin1', 0x00, { data_coding: 3 }],
      ['UCS-2', 0x00, { data_coding: 8, short_message: ucs2('Шикамоо') }],
      ['flash', 0x00, { data_coding: 0xf0 }],
      ['binary', 0x104, { data_coding: 4 }],
      ['binary of the other kind', 0x104, { data_coding: 2 }],
      ['JIS', 0x104, { data_coding: 5 }],
      ['binary flash', 0x104, { data_coding: 0xf5 }],
      ['a default message', 0x63, { sm_default_msg_id: 1 }],
      ['no text', 0x01, { short_message: Buffer.alloc(0) }],
      ['two texts', 0x01, {}, () => [tlv('message_payload', ascii('Habari'))]],
      [
        'a text in message_payload',
        0x00,
        { short_message: Buffer.alloc(0) },
        () => [tlv('message_payload', ascii('Habari'))],
      ],
      ['a header that is none', 0x43, { esm_class: 0x40 }],
      ['a header with ports', 0x43, { esm_class: 0x40, short_message: Buffer.from('06050415811581414141', 'hex') }],
      ['a header with national tables', 0x00, { esm_class: 0x40, short_message: Buffer.from('0324010141', 'hex') }],
      [
        'a header and binary',
        0x104,
        { esm_class: 0x40, data_coding: 4, short_message: Buffer.from('0500030102014141', 'hex') },
      ],
      [
        'SAR beside message_payload',
        0xc1,
        { short_message: Buffer.alloc(0) },
        () => [tlv('message_payload', ascii('x')), ...sar(1, 2, 1)],
      ],
      ['segment three of two', 0xc4, {}, () => sar(1, 2, 3)],
      ['more parts than a message may have', 0x01, {}, () => sar(1, 200, 1)],
      [
        'more text than a message may have',
        0x01,
        { short_message: Buffer.alloc(0) },
        () => [tlv('message_payload', Buffer.alloc(3_000, 'a'))],
      ],
      ['an unknown TLV', 0x00, {}, () => [[0x1400, Buffer.from([1])]]],
      ['a TLV of a wrong length', 0xc2, {}, () => [[0x020c, Buffer.from([1])]]],
    ];
    for (const [what, status, body, tlvs] of rows) {
      it(`${what}: 0x${status.toString(16)}`, async () => {
        const to = newDigits();
        const response = await esme.submit({ destination_addr: to, ...body }, tlvs?.());
        assert.equal(response.status, status);
        if (status === 0) assert.match(response.body.message_id, /^[1-9]\d{9,17}$/);
        else assert.deepEqual(response.body, { message_id: '' });
        assert.equal((await esme.ask('enquire_link')).status, 0);
      });
    }

    it('without credit with RSUBMITFAIL, which nobody sends again', async () => {
      const poor = await openCustomer(given(), { credits: 1_000 });
      const bound = await Esme.bound(given().port, poor);
      assert.equal((await bound.submit({ destination_addr: newDigits() })).status, 0);
      assert.equal((await bound.submit({ destination_addr: newDigits() })).status, 0x45);
    });

    it('for a number that has opted out with RSUBMITFAIL', async () => {
      const to = newNumber();
      await given().sms.suppressions.add(customer.accountId, to);
      assert.equal((await esme.submit({ destination_addr: to.slice(1) })).status, 0x45);
    });

    it('with RSYSERR when something fails that should not, and nothing of it is said', async () => {
      const { sms } = given();
      const submit = sms.esme.submit.bind(sms.esme);
      sms.esme.submit = () => Promise.reject(new Error('+255712345678 Habari'));
      try {
        assert.equal((await esme.submit({ destination_addr: newDigits() })).status, 0x08);
      } finally {
        sms.esme.submit = submit;
      }
    });

    it('with 4 on a session that only receives', async () => {
      const receiver = await Esme.bound(given().port, customer, { as: 'bind_receiver' });
      assert.equal((await receiver.submit({ destination_addr: newDigits() })).status, 0x04);
    });
  });

  describe('becomes a message of the platform', () => {
    const numbers: [what: string, ton: number, write: (e164: string) => string][] = [
      ['international', 1, (e164) => e164.slice(1)],
      ['international with a plus', 1, (e164) => e164],
      ['international with two zeros', 1, (e164) => `00${e164.slice(1)}`],
      ['of an unknown type, with its country code', 0, (e164) => e164.slice(1)],
      ['of an unknown type with a plus', 0, (e164) => e164],
      ['of an unknown type with two zeros', 0, (e164) => `00${e164.slice(1)}`],
      ['national', 2, (e164) => `0${e164.slice(4)}`],
      ['national without its zero', 2, (e164) => e164.slice(4)],
    ];
    for (const [what, ton, write] of numbers) {
      it(`to a number that is ${what}`, async () => {
        const to = newNumber();
        assert.equal((await esme.submit({ dest_addr_ton: ton, destination_addr: write(to) })).status, 0);
        assert.equal((await messagesTo(to)).length, 1);
      });
    }

    it('with its text, sender, lane, time and validity, in the list and the events as any other', async () => {
      const to = newNumber();
      const { status } = await esme.submit({
        destination_addr: to.slice(1),
        data_coding: 8,
        short_message: ucs2('Нажимай 😀'),
        priority_flag: 3,
        schedule_delivery_time: timeFromNow(hour),
        validity_period: '000000020000000R',
      });
      assert.equal(status, 0);
      const [message] = await messagesTo(to);
      assert.ok(message);
      const { text, sender, lane, state, scheduledAt, expiresAt, segments, encoding } = message;
      assert.deepEqual(
        [text, sender, lane, state, segments, encoding],
        ['Нажимай 😀', 'DUKA', 'otp', 'scheduled', 1, 'ucs2'],
      );
      assert.ok(Math.abs(scheduledAt! - Date.now() - hour) < 5_000);
      assert.equal(expiresAt - scheduledAt!, 2 * hour);
      const events = await given().sms.events.after(customer.accountId, undefined, 1_000);
      assert.ok(events.some(({ type, subjectId }) => type === 'message.accepted' && subjectId === message.id));
    });

    it('whose validity is a day at most', async () => {
      const to = newNumber();
      await esme.submit({ destination_addr: to.slice(1), validity_period: timeFromNow(30 * day) });
      const [message] = await messagesTo(to);
      assert.equal(message!.expiresAt - message!.createdAt, day);
    });

    const senders: [approved: string, written: string][] = [
      ['255700000001', '+255700000001'],
      ['+255700000002', '255700000002'],
    ];
    for (const [approved, written] of senders) {
      it(`from ${approved} when it is written ${written}`, async () => {
        await given().sms.accounts.approveSender(customer.accountId, approved);
        const to = newNumber();
        const source = { source_addr_ton: 1, source_addr: written };
        assert.equal((await esme.submit({ ...source, destination_addr: to.slice(1) })).status, 0);
        assert.equal((await messagesTo(to))[0]?.sender, approved);
      });
    }

    const alphabets = [
      [null, Buffer.from([0x00, 0x02, 0x1b, 0x65, 0x40]), '@$€¡'],
      ['latin1', Buffer.from('caf\u00e9', 'latin1'), 'café'],
      ['utf8', Buffer.from('café €', 'utf8'), 'café €'],
      ['ascii', Buffer.from('@$', 'latin1'), '@$'],
    ] as const;
    for (const [alphabet, octets, text] of alphabets) {
      it(`read in ${alphabet ?? 'GSM 7-bit'} where data_coding is 0`, async () => {
        const other = await openCustomer(given());
        await given().sms.esme.configure(other.accountId, { alphabet });
        const bound = await Esme.bound(given().port, other);
        const to = newNumber();
        assert.equal((await bound.submit({ destination_addr: to.slice(1), short_message: octets })).status, 0);
        assert.equal((await messagesTo(to, other))[0]?.text, text);
      });
    }

    it('in the place of what is pending when it says so', async () => {
      const to = newNumber();
      const first = { destination_addr: to.slice(1), schedule_delivery_time: timeFromNow(hour) };
      for (let n = 0; n < 2; n++) await esme.submit(first);
      await given().sms.accounts.approveSender(customer.accountId, 'OTHER');
      await esme.submit({ ...first, source_addr: 'OTHER' });
      const replacing = await esme.submit({ ...first, short_message: ascii('Mpya'), replace_if_present_flag: 1 });
      assert.equal(replacing.status, 0);
      const states = await eventually('two are cancelled', async () => {
        const found = (await messagesTo(to)).map(({ sender, text, state }) => `${sender} ${text} ${state}`).sort();
        return found.filter((one) => one.endsWith('cancelled')).length === 2 && found;
      });
      assert.deepEqual(states, [
        'DUKA Habari cancelled',
        'DUKA Habari cancelled',
        'DUKA Mpya scheduled',
        'OTHER Habari scheduled',
      ]);
    });
  });

  describe('a long message', () => {
    const texts = ['a'.repeat(153), 'b'.repeat(153), 'c'.repeat(20)];
    const forms: [what: string, part: (text: string, index: number) => [Submit, Tlv[]?]][] = [
      [
        'UDH with an 8-bit reference',
        (text, n) => [
          { esm_class: 0x40, short_message: Buffer.concat([Buffer.from([5, 0, 3, 77, 3, n + 1]), ascii(text)]) },
        ],
      ],
      [
        'UDH with a 16-bit reference',
        (text, n) => [
          { esm_class: 0x43, short_message: Buffer.concat([Buffer.from([6, 8, 4, 1, 77, 3, n + 1]), ascii(text)]) },
        ],
      ],
      ['SAR', (text, n) => [{ short_message: ascii(text) }, sar(77, 3, n + 1)]],
      [
        'the form of the guide, SAR and UDHI over plain text',
        (text, n) => [{ esm_class: 0x40, short_message: ascii(text) }, sar(77, 3, n + 1)],
      ],
    ];
    for (const [what, part] of forms) {
      it(`is joined from ${what}, each part with an id of its own`, async () => {
        const to = newNumber();
        const ids = new Set<string>();
        for (const index of [1, 0, 2]) {
          const [body, tlvs] = part(texts[index]!, index);
          const response = await esme.submit({ destination_addr: to.slice(1), ...body }, tlvs);
          assert.equal(response.status, 0);
          ids.add(response.body.message_id);
        }
        assert.equal(ids.size, 3);
        const message = await theMessageTo(to);
        assert.deepEqual([message.text, message.segments], [texts.join(''), 3]);
        assert.equal((await messagesTo(to)).length, 1);
      });
    }

    it('is joined also when a character was cut in two', async () => {
      const to = newNumber();
      const text = `${'я'.repeat(66)}😀${'ю'.repeat(30)}`;
      const units = ucs2(text);
      for (const [index, octets] of [units.subarray(0, 134), units.subarray(134)].entries()) {
        const short_message = Buffer.concat([Buffer.from([5, 0, 3, 9, 2, index + 1]), octets]);
        const body = { destination_addr: to.slice(1), esm_class: 0x40, data_coding: 8, short_message };
        assert.equal((await esme.submit(body)).status, 0);
      }
      assert.equal((await theMessageTo(to)).text, text);
    });

    it('is cut by the platform when it comes in message_payload', async () => {
      const to = newNumber();
      const response = await esme.submit({ destination_addr: to.slice(1), short_message: Buffer.alloc(0) }, [
        tlv('message_payload', ascii('x'.repeat(400))),
      ]);
      assert.equal(response.status, 0);
      const [message] = await messagesTo(to);
      assert.deepEqual([message!.segments, message!.cost, message!.text.length], [3, 3_000, 400]);
    });

    it('does not replace anything', async () => {
      const response = await esme.submit({ destination_addr: newDigits(), replace_if_present_flag: 1 }, sar(1, 2, 1));
      assert.equal(response.status, 0x42);
    });
  });

  describe('data_sm', () => {
    const dataBody = (to: string): BodyInput<'data_sm'> => ({
      source_addr_ton: 5,
      source_addr: 'DUKA',
      dest_addr_ton: 1,
      destination_addr: to,
      registered_delivery: 1,
    });

    it('is a submit with its text in message_payload', async () => {
      const to = newNumber();
      const response = await esme.ask('data_sm', dataBody(to.slice(1)), [
        tlv('message_payload', ascii('Habari')),
        tlv('qos_time_to_live', 3_600),
      ]);
      assert.equal(response.status, 0);
      const [message] = await messagesTo(to);
      assert.equal(message!.text, 'Habari');
      assert.ok(Math.abs(message!.expiresAt - message!.createdAt - hour) < 2_000);
    });

    it('is refused without one, or to nobody', async () => {
      assert.equal((await esme.ask('data_sm', dataBody(newDigits()))).status, 0xc3);
      const payload = [tlv('message_payload', ascii('x'))];
      assert.equal((await esme.ask('data_sm', dataBody('mama'), payload)).status, 0x0b);
    });
  });

  describe('submit_multi', () => {
    const multi = (dest_address: BodyInput<'submit_multi'>['dest_address']): BodyInput<'submit_multi'> => {
      const { dest_addr_ton: _ton, dest_addr_npi: _npi, destination_addr: _addr, ...body } = submitBody();
      return dest_address ? { ...body, dest_address } : body;
    };
    const to = (destination_addr: string) =>
      ({ dest_flag: 1, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr }) as const;

    it('is a message to each, under one id, and names those it is not sent to', async () => {
      const [one, optedOut, two] = [newNumber(), newNumber(), newNumber()];
      await given().sms.suppressions.add(customer.accountId, optedOut);
      const wanted = [to(one.slice(1)), to('mama'), to('12'), to(optedOut.slice(1)), to(two.slice(1))];
      const response = await esme.ask('submit_multi', multi(wanted));
      assert.equal(response.status, 0);
      assert.match(response.body.message_id, /^\d{10,}$/);
      assert.deepEqual(
        response.body.unsuccess_sme.map(({ destination_addr, error_status_code }) => [
          destination_addr,
          error_status_code,
        ]),
        [
          ['mama', 0x0b],
          ['12', 0x0b],
          [optedOut.slice(1), 0x45],
        ],
      );
      for (const number of [one, two]) assert.equal((await messagesTo(number)).length, 1);
    });

    const refusals: [string, number, BodyInput<'submit_multi'>['dest_address']][] = [
      ['a distribution list', 0x34, [{ dest_flag: 2, dl_name: 'staff' }, to('255712345678')]],
      ['nobody who is a number', 0x0b, [to('mama'), to('')]],
    ];
    for (const [what, status, destinations] of refusals) {
      it(`is refused to ${what}`, async () => {
        assert.equal((await esme.ask('submit_multi', multi(destinations))).status, status);
      });
    }

    it('takes the most destinations there can be', async () => {
      const numbers = Array.from({ length: 254 }, () => to(newDigits()));
      const response = await esme.ask('submit_multi', multi(numbers));
      assert.deepEqual([response.status, response.body.unsuccess_sme], [0, []]);
    });
  });

  describe('too fast', () => {
    it('is slowed down first, and refused when that is not enough', async () => {
      const served = await serve(given(), { limits: { segmentsPerSecond: 20, shapeMs: 400 } });
      const bound = await Esme.bound(served.port, customer);
      const began = Date.now();
      const sequences = Array.from({ length: 40 }, () =>
        bound.send('submit_sm', submitBody({ destination_addr: newDigits() })),
      );
      const answers = await Promise.all(sequences.map((sequence) => bound.responseTo(sequence)));
      const statuses = answers.map(({ status }) => status);
      // Twenty at once, eight within 400 ms, the others not.
      assert.ok(Date.now() - began >= 300);
      assert.deepEqual(statuses.slice(0, 26), Array(26).fill(0));
      assert.deepEqual(statuses.slice(32), Array(8).fill(0x58));
      const [view] = served.server.sessions(customer.accountId);
      assert.deepEqual(Object.keys(view!.refusedByStatus), ['ESME_RTHROTTLED']);
      await bound.close();
      await served.server.stop();
    });

    it('goes by segments, and by what the account may', async () => {
      const other = await openCustomer(given());
      await given().sms.esme.configure(other.accountId, { segmentsPerSecond: 4 });
      const bound = await Esme.bound(given().port, other);
      const long = { destination_addr: newDigits(), short_message: Buffer.alloc(0) };
      assert.equal((await bound.submit(long, [tlv('message_payload', ascii('x'.repeat(600)))])).status, 0);
      const burst = Array.from({ length: 8 }, () =>
        bound.send('submit_sm', submitBody({ destination_addr: newDigits() })),
      );
      const answers = await Promise.all(burst.map((sequence) => bound.responseTo(sequence)));
      assert.ok(answers.slice(0, 3).every(({ status }) => status === 0));
      assert.ok(answers.slice(5).every(({ status }) => status === 0x58));
    });
  });

  it('counts what it took and what it refused', async () => {
    await esme.submit({ destination_addr: newDigits() });
    await esme.submit({ destination_addr: '' });
    const view = given().server.sessions(customer.accountId)[0]!;
    assert.deepEqual([view.submitted, view.refused, view.refusedByStatus], [1, 1, { ESME_RINVDSTADR: 1 }]);
    const counts = given().server.counts();
    assert.ok(counts.submitted > 0 && counts.refused.ESME_RINVDSTADR! > 0 && counts.sessions === 1);
  });
});

function sar(ref: number, total: number, seq: number): Tlv[] {
  return [tlv('sar_msg_ref_num', ref), tlv('sar_total_segments', total), tlv('sar_segment_seqnum', seq)];
}
