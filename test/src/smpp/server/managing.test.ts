import assert from 'node:assert/strict';
import type { BodyInput } from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { newNumber } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { Esme, receiptedId, textOf } from './esme.js';
import { newDigits, openCustomer, servedPlatformFor, type Customer } from './served-platform.js';

const RQUERYFAIL = 0x67;
const RCANCELFAIL = 0x11;
const RREPLACEFAIL = 0x13;

describeOnDatabases('what was submitted over SMPP', (open) => {
  const given = servedPlatformFor(open);
  let customer: Customer;
  let esme: Esme;
  let stranger: Esme;
  before(async () => {
    customer = await openCustomer(given());
  });
  beforeEach(async () => {
    esme = await Esme.bound(given().port, customer);
    stranger = await Esme.bound(given().port, await openCustomer(given()));
  });

  /** Submits for later, so that no operator has it. */
  async function pending(body: Partial<BodyInput<'submit_sm'>> = {}): Promise<string> {
    const schedule = { schedule_delivery_time: '000000010000000R' };
    const response = await esme.submit({ destination_addr: newDigits(), ...schedule, ...body });
    assert.equal(response.status, 0);
    return response.body.message_id;
  }

  /** Submits, and waits until the operator has it. */
  async function sent(): Promise<{ id: string; messageId: string; to: string }> {
    const to = newNumber();
    const { body } = await esme.submit({ destination_addr: to.slice(1) });
    const page = { limit: 1, offset: 0 };
    const list = () => given().sms.messages.list(customer.accountId, { recipient: to, states: ['submitted'] }, page);
    const [message] = await eventually('it is submitted', async () => {
      const { messages } = await list();
      return messages.length > 0 && messages;
    });
    return { id: body.message_id, messageId: message!.id, to: to.slice(1) };
  }

  describe('is asked for by query_sm', () => {
    it('while it is pending', async () => {
      const message_id = await pending();
      const response = await esme.ask('query_sm', { message_id, source_addr_ton: 5, source_addr: 'DUKA' });
      assert.equal(response.status, 0);
      assert.deepEqual(response.body, { message_id, final_date: '', message_state: 1, error_code: 0 });
    });

    it('when it is at its end', async () => {
      const { id, messageId } = await sent();
      await given().operator.receipt(messageId, 'undelivered', { errorCode: '011' });
      const response = await esme.until('its end', async () => {
        const answer = await esme.ask('query_sm', { message_id: id });
        return answer.body.message_state === 5 && answer;
      });
      assert.match(response.body.final_date, /^\d{12}\d00\+$/);
      assert.equal(response.body.error_code, 11);
    });

    it('and there is no such, by its owner and source alone', async () => {
      const message_id = await pending();
      const asked: [Esme, BodyInput<'query_sm'>][] = [
        [stranger, { message_id }],
        [esme, { message_id, source_addr: 'OTHER' }],
        [esme, { message_id: '999999999999' }],
        [esme, { message_id: 'abc' }],
        [esme, {}],
      ];
      for (const [who, body] of asked) assert.equal((await who.ask('query_sm', body)).status, RQUERYFAIL);
    });
  });

  describe('is taken back by cancel_sm', () => {
    it('by its id, which is told where it was asked for', async () => {
      const message_id = await pending();
      assert.equal((await esme.ask('cancel_sm', { message_id, source_addr: 'DUKA' })).status, 0);
      const receipt = await esme.delivery();
      assert.equal(receiptedId(receipt), message_id);
      assert.match(textOf(receipt), /stat:DELETED/);
      assert.equal((await esme.ask('query_sm', { message_id })).body.message_state, 4);
      assert.equal((await esme.ask('cancel_sm', { message_id })).status, RCANCELFAIL);
    });

    it('by source and destination, all of them', async () => {
      const to = newDigits();
      const ids = [await pending({ destination_addr: to }), await pending({ destination_addr: to })];
      const wanted = { dest_addr_ton: 1, destination_addr: to };
      assert.equal((await esme.ask('cancel_sm', { ...wanted, source_addr: 'OTHER' })).status, RCANCELFAIL);
      assert.equal((await stranger.ask('cancel_sm', wanted)).status, RCANCELFAIL);
      assert.equal((await esme.ask('cancel_sm', { ...wanted, source_addr: 'DUKA' })).status, 0);
      for (const message_id of ids) {
        assert.equal((await esme.ask('query_sm', { message_id })).body.message_state, 4);
      }
      assert.equal((await esme.ask('cancel_sm', wanted)).status, RCANCELFAIL);
    });

    it('but not when it is another’s, from elsewhere, or too late', async () => {
      const message_id = await pending();
      const { id } = await sent();
      const asked: [Esme, BodyInput<'cancel_sm'>, number][] = [
        [stranger, { message_id }, RCANCELFAIL],
        [esme, { message_id, source_addr: 'OTHER' }, RCANCELFAIL],
        [esme, { message_id, destination_addr: newDigits() }, RCANCELFAIL],
        [esme, { message_id: id }, RCANCELFAIL],
        [esme, { message_id: '123' }, RCANCELFAIL],
        [esme, {}, 0x0b],
      ];
      for (const [who, body, status] of asked) assert.equal((await who.ask('cancel_sm', body)).status, status);
    });
  });

  describe('is changed by replace_sm', () => {
    it('in text, time and receipt, under the same id', async () => {
      const to = newNumber();
      const message_id = await pending({ destination_addr: to.slice(1), registered_delivery: 0 });
      const short_message = Buffer.from('Mpya kabisa');
      const body = { message_id, source_addr: 'DUKA', short_message, registered_delivery: 1 };
      const response = await esme.ask('replace_sm', { ...body, schedule_delivery_time: '000000000000100R' });
      assert.equal(response.status, 0);
      const replaced = await eventually('it is sent', () =>
        given().operator.submitted.find(({ recipient }) => recipient === to),
      );
      assert.equal(replaced.text, 'Mpya kabisa');
      await eventually('it is submitted', async () => {
        await given().operator.receipt(replaced.id, 'delivered');
        return esme.deliveries.length > 0;
      });
      const receipt = await esme.delivery();
      assert.equal(receiptedId(receipt), message_id);
      assert.match(textOf(receipt), /text:Mpya kabisa$/);
    });

    it('in the data_coding it was submitted in', async () => {
      const to = newNumber();
      const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
      const message_id = await pending({
        destination_addr: to.slice(1),
        data_coding: 8,
        short_message: ucs2('Привет'),
      });
      assert.equal((await esme.ask('replace_sm', { message_id, short_message: ucs2('Пока') })).status, 0);
      const page = { limit: 5, offset: 0 };
      const { messages } = await given().sms.messages.list(customer.accountId, { recipient: to }, page);
      assert.deepEqual(messages.map(({ text, state }) => `${text} ${state}`).sort(), [
        'Пока scheduled',
        'Привет cancelled',
      ]);
    });

    it('but not when it is another’s, from elsewhere, too late, or nonsense', async () => {
      const message_id = await pending();
      const { id } = await sent();
      const short_message = Buffer.from('Mpya');
      const asked: [Esme, BodyInput<'replace_sm'>, number][] = [
        [stranger, { message_id, short_message }, RREPLACEFAIL],
        [esme, { message_id, short_message, source_addr: 'OTHER' }, RREPLACEFAIL],
        [esme, { message_id: '999999999999', short_message }, RREPLACEFAIL],
        [esme, { message_id: id, short_message }, RREPLACEFAIL],
        [esme, { message_id }, 0x01],
        [esme, { message_id, short_message, sm_default_msg_id: 1 }, 0x63],
        [esme, { message_id, short_message, validity_period: 'soon' }, 0x62],
        [esme, { message_id, short_message, schedule_delivery_time: 'soon' }, 0x61],
      ];
      for (const [who, body, status] of asked) assert.equal((await who.ask('replace_sm', body)).status, status);
    });
  });

  for (const command of ['alert_notification', 'outbind'] as const) {
    it(`is none of ${command}’s business`, async () => {
      const sequence = esme.send(command, {});
      const response = await esme.responseTo(sequence);
      assert.deepEqual([response.command, response.status], ['generic_nack', 0x03]);
    });
  }

  it('is not asked for on a session that only receives', async () => {
    const receiver = await Esme.bound(given().port, customer, { as: 'bind_receiver' });
    for (const command of ['query_sm', 'cancel_sm', 'replace_sm', 'submit_multi', 'data_sm'] as const) {
      const body = command === 'submit_multi' ? { dest_address: [{ dest_flag: 2, dl_name: 'x' } as const] } : {};
      assert.equal((await receiver.ask(command, body)).status, 0x04, command);
    }
  });
});
