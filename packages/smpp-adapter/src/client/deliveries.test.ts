import assert from 'node:assert/strict';
import type { InboundReport, ReceiptReport, UpstreamReport } from '@ujumbe/core';
import type { BodyInput } from '../pdu/commands.js';
import { tlv, type Tlv } from '../pdu/tlvs.js';
import type { SmppSession } from '../session/smpp-session.js';
import { writeUserData, type ConcatenationForm } from '../user-data/write-user-data.js';
import { ClientWorld, never, outbound, until } from './client-world.test.support.js';
import type { SmppTransport } from './smpp-transport.js';

describe('what an operator delivers', () => {
  const world = new ClientWorld();
  let transport: SmppTransport;
  let smsc: SmppSession;
  let calls: UpstreamReport[][];
  beforeEach(async () => {
    const { port, sessions } = await world.scripted({});
    transport = await world.transport(port, { timers: { joinMs: 60_000 } });
    smsc = sessions[0]!;
    calls = [];
    transport.onReports((reports) => {
      calls.push(reports);
      return Promise.resolve();
    });
  });
  afterEach(() => world.closeAll());

  const told = (): UpstreamReport[] => calls.flat();
  const addresses = {
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: '255713000123',
    dest_addr_ton: 5,
    destination_addr: 'DUKA',
  };
  const deliver = async (body: BodyInput<'deliver_sm'>, tlvs?: Tlv[]): Promise<number> =>
    (await smsc.request('deliver_sm', { ...addresses, ...body }, tlvs)).status;

  const text = 'id:0A1B sub:001 dlvrd:001 submit date:2611211159 done date:2611211159 stat:UNDELIV err:027 text:Hi';
  const octets = Buffer.from(text);
  const forms: [name: string, body: BodyInput<'deliver_sm'>, tlvs?: Tlv[]][] = [
    ['by its esm_class', { esm_class: 4, short_message: octets }],
    ['without one', { short_message: octets }],
    ['in message_payload', { esm_class: 4 }, [tlv('message_payload', octets)]],
    ['with a data_coding of UCS-2 and ASCII inside', { esm_class: 4, data_coding: 8, short_message: octets }],
    [
      'in TLVs alone',
      { esm_class: 4 },
      [
        tlv('receipted_message_id', '0A1B'),
        tlv('message_state', 5),
        tlv('network_error_code', Uint8Array.of(3, 0, 27)),
      ],
    ],
  ];
  for (const [name, body, tlvs] of forms) {
    it(`is a receipt ${name}`, async () => {
      assert.equal(await deliver(body, tlvs), 0);
      const [receipt] = told() as ReceiptReport[];
      assert.deepEqual(
        [receipt?.kind, receipt?.upstreamId, receipt?.state, receipt?.errorCode],
        ['receipt', '0A1B', 'undelivered', '027'],
      );
    });
  }

  it('is a receipt in a data_sm', async () => {
    const { destination_addr, source_addr } = addresses;
    const body = { source_addr, destination_addr, esm_class: 4 };
    const { status } = await smsc.request('data_sm', body, [tlv('message_payload', octets)]);
    assert.equal(status, 0);
    assert.equal((told()[0] as ReceiptReport).upstreamId, '0A1B');
  });

  const echoes: [title: string, source: BodyInput<'deliver_sm'>][] = [
    ['international', {}],
    ['of an unknown type', { source_addr_ton: 0 }],
    ['with a plus', { source_addr_ton: 0, source_addr: '+255713000123' }],
    ['with two zeros', { source_addr_ton: 0, source_addr: '00255713000123' }],
  ];
  for (const [title, source] of echoes) {
    it(`is a receipt that echoes our reference, from a number that is ${title}`, async () => {
      const body = { esm_class: 4, short_message: octets, ...source };
      assert.equal(await deliver(body, [tlv('user_message_reference', 0xe0f1)]), 0);
      const [receipt] = told() as ReceiptReport[];
      assert.deepEqual(receipt?.shortReference, { number: 0xe0f1, recipient: '+255713000123' });
    });
  }

  it('is reported together when it comes together', async () => {
    await Promise.all(Array.from({ length: 10 }, () => deliver({ esm_class: 4, short_message: octets })));
    assert.equal(told().length, 10);
    assert.ok(calls.length <= 2, `${calls.length} calls`);
  });

  it('is answered only when it is stored, and asked for again when it cannot be', async () => {
    let store: (() => void) | undefined;
    transport.onReports(() => new Promise((resolve) => (store = resolve)));
    let status: number | undefined;
    const answered = deliver({ esm_class: 4, short_message: octets }).then((got) => (status = got));
    await until('the report', () => store !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(status, undefined);
    store?.();
    assert.equal(await answered, 0);
    transport.onReports(() => Promise.reject(new Error('the database is away')));
    assert.equal(await deliver({ esm_class: 4, short_message: octets }), 0x64);
    assert.equal(transport.counts().refused, 1);
  });

  it('is answered and reported as nothing when the platform could do nothing with it', async () => {
    assert.equal(await deliver({ data_coding: 4, short_message: Buffer.from([1, 2, 3]) }), 0);
    assert.equal(await deliver({ data_coding: 0xbf, short_message: octets.subarray(3) }), 0);
    assert.equal(await deliver({ esm_class: 4, short_message: Buffer.from('no id here') }), 0);
    assert.equal(await deliver({ esm_class: 0x40, short_message: Buffer.from([0xff, 1]) }), 0);
    assert.deepEqual(told(), []);
    assert.equal(transport.counts().ignored, 4);
  });

  const inbound = (reports = told()): Pick<InboundReport, 'from' | 'to' | 'text'>[] =>
    (reports as InboundReport[]).map(({ from, to, text: words }) => ({ from, to, text: words }));

  it('is a message from a handset, with its number in E.164', async () => {
    assert.equal(await deliver({ short_message: Buffer.from('STOP') }), 0);
    assert.equal(
      await deliver({
        source_addr_ton: 0,
        source_addr: '15050',
        dest_addr_ton: 1,
        destination_addr: '255754000000',
        data_coding: 8,
        short_message: Buffer.from('042F', 'hex'),
      }),
      0,
    );
    assert.deepEqual(inbound(), [
      { from: '+255713000123', to: 'DUKA', text: 'STOP' },
      { from: '15050', to: '+255754000000', text: 'Я' },
    ]);
  });

  const long = 'Habari ya asubuhi. '.repeat(20);
  for (const concat of ['udh8', 'udh16', 'sar', 'payload'] as ConcatenationForm[]) {
    it(`is a long message, cut by ${concat}, in any order and with repeats`, async () => {
      const parts = writeUserData(long, { alphabet: 'gsm7', concat, reference: 7 });
      for (const part of [...parts.slice(0, -1), parts[0]!].reverse()) {
        if (parts.length > 1) assert.equal(await deliver(part, part.tlvs && [...part.tlvs]), 0);
      }
      assert.deepEqual(told(), []);
      const last = parts.at(-1)!;
      assert.equal(await deliver(last, last.tlvs && [...last.tlvs]), 0);
      assert.deepEqual(inbound(), [{ from: '+255713000123', to: 'DUKA', text: long }]);
    });
  }

  it('is a long message whose last part is asked for again when the whole cannot be stored', async () => {
    const parts = writeUserData(long, { alphabet: 'gsm7', concat: 'udh8', reference: 9 });
    let isAway = true;
    transport.onReports((reports) => {
      if (isAway) return Promise.reject(new Error('the database is away'));
      calls.push(reports);
      return Promise.resolve();
    });
    const statuses: number[] = [];
    for (const part of parts) statuses.push(await deliver(part));
    assert.deepEqual(statuses, [...parts.slice(1).map(() => 0), 0x64]);
    isAway = false;
    assert.equal(await deliver(parts.at(-1)!), 0);
    assert.deepEqual(inbound(), [{ from: '+255713000123', to: 'DUKA', text: long }]);
  });

  it('is never written to the log, nor is what was sent', async () => {
    const lines: unknown[][] = [];
    const log = (...line: unknown[]): void => void lines.push(line);
    const logger = { debug: log, info: log, warn: log, error: log };
    let binds = 0;
    const operator = await world.scripted({
      onBind: () => (++binds === 1 ? 0x08 : 0),
      onRequest: (session, pdu) => void session.refuse(pdu, 0x0b),
    });
    const logged = await world.transport(operator.port, { logger });
    await until('the second bind', () => logged.trouble() === null);
    logged.onReports(() => Promise.reject(new Error('the database is away')));
    const send = (body: BodyInput<'deliver_sm'>) =>
      operator.sessions.at(-1)!.request('deliver_sm', { ...addresses, ...body });
    await send({ data_coding: 4, short_message: Buffer.from('siri') });
    await send({ short_message: Buffer.from('siri') });
    await Promise.all(logged.submit([outbound({ text: 'siri' })], never));
    const written = JSON.stringify(lines, (_, value: unknown) => (value instanceof Error ? value.message : value));
    assert.ok(lines.length >= 4, written);
    assert.doesNotMatch(written, /siri|secret|255713/);
  });

  it('is told at the end as far as it has come', async () => {
    const [first] = writeUserData(long, { alphabet: 'gsm7', concat: 'udh8', reference: 11 });
    assert.equal(await deliver(first!), 0);
    await transport.stop();
    assert.deepEqual(inbound(), [{ from: '+255713000123', to: 'DUKA', text: long.slice(0, 153) }]);
  });
});
