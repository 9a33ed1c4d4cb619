import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiptState } from '@ujumbe/core';
import { tlvValue, type BindName, type BodyInput } from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { newNumber, toldTo } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { storedRows } from '../../contracts/stored-rows.js';
import { Esme, receiptedId, textOf } from './esme.js';
import { newDigits, openCustomer, serve, servedPlatformFor, type Customer } from './served-platform.js';

const receiver: BindName = 'bind_receiver';
const transmitter: BindName = 'bind_transmitter';

describeOnDatabases('telling ESMEs over SMPP', (open) => {
  const given = servedPlatformFor(open, {
    limits: { segmentsPerSecond: 1_000, offerAgainMs: [50, 200], restMs: 50, deliveriesEveryMs: 50 },
    session: { timers: { responseMs: 300, enquireLinkMs: 0 } },
  });
  let customer: Customer;
  beforeEach(async () => {
    customer = await openCustomer(given());
  });

  /** The message a number was sent, once the operator has it. */
  async function sentTo(to: string): Promise<string> {
    const { sms, operator } = given();
    const message = await eventually('a message', async () => {
      const page = { limit: 1, offset: 0 };
      return (await sms.messages.list(customer.accountId, { recipient: `+${to}` }, page)).messages[0];
    });
    await eventually('the operator has it', async () => {
      const { state } = await sms.messages.get(customer.accountId, message.id);
      return operator.has(message.id) && state === 'submitted';
    });
    return message.id;
  }

  /** Submits a message and has the operator tell how it ended; answers the id it was given. */
  async function submitTo(
    esme: Esme,
    body: Partial<BodyInput<'submit_sm'>> = {},
    end: ReceiptState | null = 'delivered',
    errorCode = '000',
  ): Promise<string> {
    const to = newDigits();
    const response = await esme.submit({ destination_addr: to, ...body });
    assert.equal(response.status, 0);
    if (end !== null) await given().operator.receipt(await sentTo(body.destination_addr ?? to), end, { errorCode });
    return response.body.message_id;
  }

  const untold = async (): Promise<number> =>
    (await storedRows(given().database, 'sms_esme_deliveries')).filter(
      ({ account_id }) => account_id === customer.accountId,
    ).length;

  describe('a receipt', () => {
    const ends: [end: ReceiptState, errorCode: string, stat: string, dlvrd: string, err: string, state: number][] = [
      ['delivered', '000', 'DELIVRD', '001', '000', 2],
      // The operator's own number where it gave one, else that of the reason the platform knows.
      ['undelivered', '011', 'UNDELIV', '000', '011', 5],
      ['undelivered', '000', 'UNDELIV', '000', '027', 5],
      ['expired', '000', 'EXPIRED', '000', '255', 3],
      ['rejected', '069', 'REJECTD', '000', '069', 8],
    ];
    for (const [end, errorCode, stat, dlvrd, err, state] of ends) {
      it(`says ${stat} and error ${err} byte for byte as it is read everywhere`, async () => {
        const esme = await Esme.bound(given().port, customer);
        const to = newDigits();
        const body = {
          destination_addr: to,
          service_type: 'CMT',
          short_message: Buffer.from('Habari ya asubuhi, mpendwa mteja', 'latin1'),
        };
        const id = await submitTo(esme, body, end, errorCode);
        const receipt = await esme.delivery();
        const now = new Date(given().clock.now()).toISOString().replace(/\D/g, '').slice(2, 8);
        assert.match(
          textOf(receipt),
          new RegExp(
            `^id:${id} sub:001 dlvrd:${dlvrd} submit date:${now}\\d{4} done date:${now}\\d{4} stat:${stat} err:${err} text:Habari ya asubuhi, m$`,
          ),
        );
        const { short_message: _text, ...fields } = receipt.body;
        assert.deepEqual(fields, {
          service_type: 'CMT',
          source_addr_ton: 1,
          source_addr_npi: 1,
          source_addr: to,
          dest_addr_ton: 5,
          dest_addr_npi: 0,
          destination_addr: 'DUKA',
          esm_class: 0x04,
          protocol_id: 0,
          priority_flag: 0,
          schedule_delivery_time: '',
          validity_period: '',
          registered_delivery: 0,
          replace_if_present_flag: 0,
          data_coding: 0,
          sm_default_msg_id: 0,
        });
        assert.equal(receiptedId(receipt), id);
        assert.equal(tlvValue(receipt.tlvs, 'message_state'), state);
        const network = tlvValue(receipt.tlvs, 'network_error_code');
        assert.deepEqual(network && [...network], end === 'delivered' ? undefined : [3, 0, Number(err)]);
        await eventually('it is forgotten', async () => (await untold()) === 0);
      });
    }

    it('has the addresses as they were submitted', async () => {
      const esme = await Esme.bound(given().port, customer);
      const to = newNumber();
      await submitTo(esme, { destination_addr: to.slice(1), source_addr: '', source_addr_ton: 0 });
      const plus = newNumber();
      const body = { destination_addr: plus, dest_addr_ton: 0, dest_addr_npi: 8, source_addr_npi: 9 };
      assert.equal((await esme.submit(body)).status, 0);
      await given().operator.receipt(await sentTo(plus.slice(1)), 'delivered');
      const [first, second] = [await esme.delivery(0), await esme.delivery(1)];
      assert.deepEqual(
        [first, second].map(({ body: { source_addr, source_addr_npi, destination_addr, dest_addr_npi } }) => [
          source_addr,
          source_addr_npi,
          destination_addr,
          dest_addr_npi,
        ]),
        [
          [to.slice(1), 1, '', 0],
          [plus, 8, 'DUKA', 9],
        ],
      );
    });

    const wishes: [registered: number, end: ReceiptState, told: boolean][] = [
      [0, 'delivered', false],
      [1, 'delivered', true],
      [0x11, 'undelivered', true],
      [2, 'delivered', false],
      [2, 'undelivered', true],
      [3, 'delivered', true],
      [3, 'undelivered', false],
    ];
    for (const [registered_delivery, end, isTold] of wishes) {
      it(`of registered_delivery ${registered_delivery} for what is ${end}: ${isTold ? 'told' : 'not told'}`, async () => {
        const esme = await Esme.bound(given().port, customer);
        await submitTo(esme, { registered_delivery }, end);
        const last = await submitTo(esme, { registered_delivery: 1 });
        await esme.until('the last', () => esme.deliveries.some((pdu) => receiptedId(pdu) === last));
        assert.equal(esme.deliveries.length, isTold ? 2 : 1);
      });
    }

    it('of a message to several numbers comes for each, under the one id', async () => {
      const esme = await Esme.bound(given().port, customer);
      const numbers = [newDigits(), newDigits()];
      const dest_address = numbers.map(
        (destination_addr) => ({ dest_flag: 1, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr }) as const,
      );
      const body = { source_addr: 'DUKA', source_addr_ton: 5, registered_delivery: 1 };
      const short_message = Buffer.from('Habari');
      const response = await esme.ask('submit_multi', { ...body, dest_address, short_message });
      for (const number of numbers) await given().operator.receipt(await sentTo(number), 'delivered');
      await esme.delivery(1);
      const heard = esme.deliveries.map((pdu) => [receiptedId(pdu), pdu.body.source_addr]);
      assert.deepEqual(heard.sort(), numbers.map((number) => [response.body.message_id, number]).sort());
    });

    it('of a long message comes for each part, under its id', async () => {
      const esme = await Esme.bound(given().port, customer);
      const to = newDigits();
      const ids: string[] = [];
      for (const part of [1, 2]) {
        const short_message = Buffer.concat([Buffer.from([5, 0, 3, 7, 2, part]), Buffer.alloc(153, 'a')]);
        const response = await esme.submit({ destination_addr: to, esm_class: 0x40, short_message });
        ids.push(response.body.message_id);
      }
      const messageId = await sentTo(to);
      for (const segment of [1, 2]) await given().operator.receipt(messageId, 'delivered', { segment });
      await esme.delivery(1);
      assert.deepEqual(esme.deliveries.map(receiptedId).sort(), ids.sort());
    });

    it('goes to the session of the submit, of several that could take it', async () => {
      const esmes = await Promise.all([1, 2, 3].map(() => Esme.bound(given().port, customer)));
      for (const esme of esmes) {
        const id = await submitTo(esme);
        assert.equal(receiptedId(await esme.delivery()), id);
      }
      assert.deepEqual(
        esmes.map(({ deliveries }) => deliveries.length),
        [1, 1, 1],
      );
    });

    it('goes to the receiver beside a transmitter, some time after the submit', async () => {
      const [tx, rx] = [
        await Esme.bound(given().port, customer, { as: transmitter }),
        await Esme.bound(given().port, customer, { as: receiver }),
      ];
      const began = Date.now();
      const id = await submitTo(tx);
      assert.equal(receiptedId(await rx.delivery()), id);
      assert.ok(Date.now() - began >= 100);
      assert.deepEqual(tx.deliveries, []);
    });

    it('goes round the receivers when the submitting session is gone', async () => {
      const tx = await Esme.bound(given().port, customer, { as: transmitter });
      const ids = [await submitTo(tx, {}, null), await submitTo(tx, {}, null)];
      await tx.close();
      const receivers = await Promise.all([1, 2].map(() => Esme.bound(given().port, customer, { as: receiver })));
      const { messages } = await given().sms.messages.list(customer.accountId, {}, { limit: 5, offset: 0 });
      for (const { id } of messages) {
        await eventually('submitted', () => given().operator.has(id));
        await given().operator.receipt(id, 'delivered');
      }
      await eventually('both', () => receivers.every(({ deliveries }) => deliveries.length === 1));
      assert.deepEqual(receivers.map(({ deliveries }) => receiptedId(deliveries[0]!)).sort(), ids.sort());
    });

    it('never comes before the answer to its submit, however quick the operator is', async () => {
      const { operator } = given();
      const { answer } = operator;
      operator.answer = (message) => {
        setImmediate(() => void operator.receipt(message.id, 'delivered'));
        return answer(message);
      };
      try {
        for (const kinds of [['bind_transceiver'], [transmitter, receiver]] as const) {
          const [from, to = from] = await Promise.all(
            kinds.map((as) => Esme.bound(given().port, customer, { as: as })),
          );
          const order: string[] = [];
          to!.answer = (pdu) => {
            order.push(`receipt ${receiptedId(pdu)}`);
            return 0;
          };
          const ids = await Promise.all(
            Array.from({ length: 100 }, async () => {
              const { body } = await from!.submit({ destination_addr: newDigits() });
              return body.message_id;
            }),
          );
          await eventually('all receipts', () => order.length === 100, 20_000);
          assert.deepEqual(order.map((one) => one.slice(8)).sort(), ids.sort());
          if (from === to) {
            const all = from!.received.filter(
              ({ command }) => command === 'submit_sm_resp' || command === 'deliver_sm',
            );
            const answered = new Set<string | undefined>();
            for (const pdu of all) {
              if (pdu.command === 'submit_sm_resp') answered.add(pdu.body.message_id);
              else if (pdu.command === 'deliver_sm') assert.ok(answered.has(receiptedId(pdu)));
            }
          }
          await Esme.closeAll();
        }
      } finally {
        operator.answer = answer;
      }
    });

    it('waits while nobody is bound, and is told at the next bind', async () => {
      const esme = await Esme.bound(given().port, customer);
      const ids = [await submitTo(esme, {}, null), await submitTo(esme, {}, null), await submitTo(esme, {}, null)];
      await esme.close();
      const { messages } = await given().sms.messages.list(customer.accountId, {}, { limit: 5, offset: 0 });
      for (const { id } of messages) {
        await eventually('submitted', () => given().operator.has(id));
        await given().operator.receipt(id, 'delivered');
      }
      await eventually('they are stored', async () => (await untold()) === 3);
      const tx = await Esme.bound(given().port, customer, { as: transmitter });
      await sleep(100);
      assert.deepEqual([tx.deliveries.length, await untold()], [0, 3]);
      const rx = await Esme.bound(given().port, customer, { as: receiver });
      await rx.delivery(2);
      assert.deepEqual(rx.deliveries.map(receiptedId).sort(), ids.sort());
      await eventually('they are forgotten', async () => (await untold()) === 0);
    });

    it('does not go to a session that has closed its half', async () => {
      const [half, whole] = [await Esme.bound(given().port, customer), await Esme.bound(given().port, customer)];
      const id = await submitTo(half, {}, null);
      half.socket.end();
      const { messages } = await given().sms.messages.list(customer.accountId, {}, { limit: 5, offset: 0 });
      await eventually('submitted', () => given().operator.has(messages[0]!.id));
      await eventually('it is gone', () => given().server.sessions(customer.accountId).length === 1);
      await given().operator.receipt(messages[0]!.id, 'delivered');
      assert.equal(receiptedId(await whole.delivery()), id);
      assert.deepEqual(half.deliveries, []);
    });

    it('does not go to a session that unbinds', async () => {
      const [leaving, staying] = [await Esme.bound(given().port, customer), await Esme.bound(given().port, customer)];
      const id = await submitTo(leaving, {}, null);
      await leaving.ask('unbind');
      const { messages } = await given().sms.messages.list(customer.accountId, {}, { limit: 5, offset: 0 });
      await eventually('submitted', () => given().operator.has(messages[0]!.id));
      await given().operator.receipt(messages[0]!.id, 'delivered');
      assert.equal(receiptedId(await staying.delivery()), id);
    });

    for (const status of [0x58, 0x14, 0x64, 0x08]) {
      it(`that is answered 0x${status.toString(16)} is told again until it is taken`, async () => {
        const esme = await Esme.bound(given().port, customer);
        let refusals = 0;
        esme.answer = () => (refusals++ < 4 ? status : 0);
        const id = await submitTo(esme);
        await eventually('it is told', async () => refusals === 5 && (await untold()) === 0, 20_000);
        assert.ok(esme.deliveries.every((pdu) => receiptedId(pdu) === id));
      }).timeout(30_000);
    }

    for (const status of [0x65, 0x66, 0x01, 0x0b, 0xff, 0x499]) {
      it(`that is answered 0x${status.toString(16)} three times is believed to be unwanted`, async () => {
        const esme = await Esme.bound(given().port, customer);
        esme.answer = () => status;
        await submitTo(esme);
        await eventually('it is given up', async () => esme.deliveries.length === 3 && (await untold()) === 0);
        await sleep(300);
        assert.equal(esme.deliveries.length, 3);
      });
    }

    it('that is answered with generic_nack is told again, and then given up', async () => {
      const esme = await Esme.bound(given().port, customer);
      esme.answer = () => undefined;
      await submitTo(esme);
      for (let n = 0; n < 3; n++) {
        const { sequence } = await esme.delivery(n);
        esme.write('generic_nack', { sequence, status: 3 });
      }
      await eventually('it is given up', async () => (await untold()) === 0);
    });

    it('that is not answered goes to another session', async () => {
      const [silent, other] = [await Esme.bound(given().port, customer), await Esme.bound(given().port, customer)];
      silent.answer = () => undefined;
      const id = await submitTo(silent);
      await silent.delivery();
      assert.equal(receiptedId(await other.delivery()), id);
      await eventually('it is forgotten', async () => (await untold()) === 0);
    });

    it('under way on a connection that breaks goes to another session, or waits', async () => {
      const [breaking, other] = [await Esme.bound(given().port, customer), await Esme.bound(given().port, customer)];
      breaking.answer = () => undefined;
      const first = await submitTo(breaking);
      await breaking.delivery();
      await breaking.close();
      assert.equal(receiptedId(await other.delivery()), first);
      other.answer = () => undefined;
      const second = await submitTo(other);
      await other.delivery(1);
      await other.close();
      const last = await Esme.bound(given().port, customer);
      assert.equal(receiptedId(await last.delivery()), second);
      await eventually('it is forgotten', async () => (await untold()) === 0);
    });

    it('has no TLVs for who is older than them', async () => {
      const esme = await Esme.connect(given().port);
      await esme.bind(customer, 'bind_transceiver', { interface_version: 0x33 });
      const id = await submitTo(esme);
      const receipt = await esme.delivery();
      assert.deepEqual(receipt.tlvs, []);
      assert.ok(textOf(receipt).startsWith(`id:${id} `));
    });

    it('is told as a webhook too: it is the same message', async () => {
      const esme = await Esme.bound(given().port, customer);
      await submitTo(esme);
      await esme.delivery();
      const events = await toldTo(given(), customer.accountId);
      assert.deepEqual(
        events.map(({ type }) => type).filter((type) => type.startsWith('message.')),
        ['message.accepted', 'message.submitted', 'message.delivered'],
      );
    });
  });

  describe('the window', () => {
    it('is never exceeded, and everything is told through it', async () => {
      const esme = await Esme.bound(given().port, customer);
      const waiting: number[] = [];
      let most = 0;
      esme.answer = ({ sequence }) => {
        waiting.push(sequence);
        most = Math.max(most, waiting.length);
        return undefined;
      };
      const answer = setInterval(() => {
        for (const sequence of waiting.splice(0)) esme.write('deliver_sm_resp', { sequence, body: {} });
      }, 20);
      try {
        await Promise.all(Array.from({ length: 60 }, () => submitTo(esme)));
        await eventually('all', () => esme.deliveries.length === 60, 20_000);
        assert.ok(most <= 10, `${most} at a time`);
        assert.equal(new Set(esme.deliveries.map(receiptedId)).size, 60);
      } finally {
        clearInterval(answer);
      }
    });
  });

  describe('a message from a handset', () => {
    async function hear(text: string, { alphabet = null as 'latin1' | null } = {}): Promise<Esme> {
      const sender = `D${Math.random().toString(36).slice(2, 9)}`;
      customer = await openCustomer(given(), { sender });
      await given().sms.esme.configure(customer.accountId, { alphabet });
      const esme = await Esme.bound(given().port, customer);
      const from = newNumber();
      await given().sms.send(customer.accountId, { to: from, message: 'x' });
      await given().operator.hear(from, sender, text);
      const { body } = await esme.delivery();
      assert.deepEqual(
        [body.source_addr_ton, body.source_addr_npi, body.source_addr, body.destination_addr, body.esm_class & 0x3c],
        [1, 1, from.slice(1), sender, 0],
      );
      return esme;
    }

    it('is told in GSM 7-bit', async () => {
      const { body } = (await hear('asante @ €')).deliveries[0]!;
      assert.deepEqual(
        [body.data_coding, Buffer.from(body.short_message)],
        [0, Buffer.from('asante \0 \x1be', 'latin1')],
      );
    });

    it('is told in the account’s own alphabet', async () => {
      const { body } = (await hear('voilà @', { alphabet: 'latin1' })).deliveries[0]!;
      assert.deepEqual([body.data_coding, Buffer.from(body.short_message)], [0, Buffer.from('voilà @', 'latin1')]);
    });

    it('is told in UCS-2 where that lacks a character', async () => {
      const { body } = (await hear('привет')).deliveries[0]!;
      assert.deepEqual(
        [body.data_coding, Buffer.from(body.short_message)],
        [8, Buffer.from('привет', 'utf16le').swap16()],
      );
    });

    it('is told in parts when it is long', async () => {
      const esme = await hear('a'.repeat(200));
      const second = await esme.delivery(1);
      const [one, two] = [esme.deliveries[0]!, second].map(({ body }) => Buffer.from(body.short_message));
      assert.deepEqual([esme.deliveries[0]!.body.esm_class, second.body.esm_class], [0x40, 0x40]);
      assert.deepEqual([...one!.subarray(4, 6), ...two!.subarray(4, 6)], [2, 1, 2, 2]);
      assert.equal(one![3], two![3]);
      assert.equal(one!.subarray(6).toString() + two!.subarray(6).toString(), 'a'.repeat(200));
      await eventually('it is forgotten', async () => (await untold()) === 0);
    });
  });

  it('stops: what is under way is answered, the rest is kept for the next', async () => {
    const served = await serve(given());
    const esme = await Esme.bound(served.port, customer);
    esme.answer = () => undefined;
    const id = await submitTo(esme);
    const { sequence } = await esme.delivery();
    const stopped = served.server.stop({ deadlineMs: 3_000 });
    await esme.until('an unbind', () => esme.received.find(({ command }) => command === 'unbind'));
    assert.equal((await esme.submit({ destination_addr: newDigits() })).status, 0x08);
    esme.write('deliver_sm_resp', { sequence, body: {} });
    await stopped;
    assert.ok(esme.hasEnded);
    assert.equal(await untold(), 0, id);
    await assert.rejects(Esme.connect(served.port));
  });

  it('stops in time when an ESME does not leave', async () => {
    const served = await serve(given());
    const esme = await Esme.bound(served.port, customer);
    esme.answersUnbind = false;
    esme.answer = () => undefined;
    await submitTo(esme);
    await esme.delivery();
    const began = Date.now();
    await served.server.stop({ deadlineMs: 600 });
    assert.ok(Date.now() - began < 2_000);
    assert.equal(await untold(), 1);
    const again = await Esme.bound(given().port, customer);
    await again.delivery();
  });
});
