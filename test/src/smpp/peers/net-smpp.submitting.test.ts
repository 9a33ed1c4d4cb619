import assert from 'node:assert/strict';
import { eventually } from '../../contracts/eventually.js';
import { newNumber } from '../../contracts/platform.js';
import type { NetSmppFields, NetSmppPdu } from './net-smpp.js';
import { describeNetSmpp, idOf, ok, submit, tomorrow } from './net-smpp-suite.js';

describeNetSmpp('submits', (world) => {
  const { bind } = world;

  describe('submitting', () => {
    it('has a submit_sm accepted under a decimal id, and hears how it ended', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const to = newNumber().slice(1);
      const sent = await peer.call('submit_sm', submit(esme, { destination_addr: to, registered_delivery: 1 }));
      const id = idOf(sent);
      const { fields, at } = await peer.delivery('the receipt', ({ esm_class }) => esm_class === 4);
      assert.ok(at >= sent.at);
      const { short_message: text, ...others } = fields;
      assert.match(
        String(text),
        new RegExp(
          `^id:${id} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:Habari$`,
        ),
      );
      assert.deepEqual(others, {
        service_type: '',
        source_addr_ton: 1,
        source_addr_npi: 1,
        source_addr: to,
        dest_addr_ton: 5,
        dest_addr_npi: 0,
        destination_addr: esme.sender,
        esm_class: 4,
        protocol_id: 0,
        priority_flag: 0,
        schedule_delivery_time: '',
        validity_period: '',
        registered_delivery: 0,
        replace_if_present_flag: 0,
        data_coding: 0,
        sm_default_msg_id: 0,
        receipted_message_id: { hex: `${Buffer.from(id).toString('hex')}00` },
        message_state: { hex: '02' },
      });
    });

    const tells: [number, 'delivered' | 'undelivered', boolean][] = [
      [0, 'delivered', false],
      [1, 'undelivered', true],
      [2, 'delivered', false],
      [2, 'undelivered', true],
      [3, 'delivered', true],
      [3, 'undelivered', false],
      [0x11, 'delivered', true],
    ];
    for (const [wish, ending, isTold] of tells) {
      it(`is ${isTold ? '' : 'not '}told that a message ended ${ending} with registered_delivery ${wish}`, async () => {
        const esme = await world.platform.newEsme();
        const peer = await bind(esme);
        world.platform.ending = ending;
        try {
          const first = idOf(await peer.call('submit_sm', submit(esme, { registered_delivery: wish })));
          const last = idOf(await peer.call('submit_sm', submit(esme, { registered_delivery: 1 })));
          const isOf = (id: string) => (fields: NetSmppPdu['fields']) =>
            String(fields.short_message).startsWith(`id:${id} `);
          await peer.delivery('the receipt of the message after it', isOf(last));
          if (isTold) await peer.delivery('the receipt', isOf(first));
          else assert.equal(peer.of('deliver_sm').length, 1);
        } finally {
          world.platform.ending = 'delivered';
        }
      });
    }

    it('has a submit_multi accepted under one id, and hears which number is none', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const numbers = [newNumber().slice(1), newNumber().slice(1)];
      const wanted = submit(esme, { destination_addr: [numbers[0]!, '2557', numbers[1]!], registered_delivery: 1 });
      const { command, status, fields } = await peer.call('submit_multi', {
        ...wanted,
        dest_addr_ton: [1, 1, 1],
        dest_addr_npi: [1, 1, 1],
      });
      assert.deepEqual([command, status], ['submit_multi_resp', ok]);
      const { message_id: id, ...unsuccessful } = fields;
      assert.deepEqual(unsuccessful, {
        no_unsuccess: 1,
        num_unsuccess: 1,
        dest_addr_ton: [1],
        dest_addr_npi: [1],
        destination_addr: ['2557'],
        error_status_code: [0x0b],
      });
      await eventually('both receipts', () => peer.of('deliver_sm').length >= 2);
      assert.deepEqual(
        new Set(peer.of('deliver_sm').map(({ fields: { source_addr: number } }) => number)),
        new Set(numbers),
      );
      for (const receipt of peer.of('deliver_sm')) {
        assert.ok(String(receipt.fields.short_message).startsWith(`id:${String(id)} `));
      }
    });

    it('is told that there are no distribution lists', async () => {
      const esme = await world.platform.newEsme();
      const wanted = submit(esme, { dest_flag: [2], destination_addr: ['everybody'] });
      const { status } = await (await bind(esme)).call('submit_multi', wanted);
      assert.equal(status, 'ESME_RINVDLNAME');
    });

    it('has a data_sm accepted, of more than one segment', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme, 'bind_transmitter');
      const to = newNumber();
      const { dest_addr_ton, source_addr } = submit(esme) as Record<string, number | string>;
      const text = 'Habari ya asubuhi. '.repeat(20).trim();
      const wanted = { source_addr: source_addr!, dest_addr_ton: dest_addr_ton!, destination_addr: to.slice(1) };
      idOf(await peer.call('data_sm', { ...wanted, message_payload: text }));
      await eventually('the operator has it', () => world.platform.textsTo(to).length > 0);
      assert.deepEqual(world.platform.textsTo(to), [text]);
      assert.equal((await peer.call('data_sm', wanted)).status, 'ESME_RMISSINGOPTPARAM');
    });

    it('has the parts of a long message joined, by SAR and as the first guide showed it', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      for (const [reference, esmClass] of [0, 0x40].entries()) {
        const to = newNumber();
        const part = (segment: number, text: string): NetSmppFields =>
          submit(esme, {
            destination_addr: to.slice(1),
            esm_class: esmClass,
            short_message: text,
            sar_msg_ref_num: { hex: `00${reference}0` },
            sar_total_segments: { hex: '02' },
            sar_segment_seqnum: { hex: `0${segment}` },
          });
        idOf(await peer.call('submit_sm', part(2, 'dunia')));
        idOf(await peer.call('submit_sm', part(1, 'Habari, ')));
        await eventually('the operator has it', () => world.platform.textsTo(to).length > 0);
        assert.deepEqual(world.platform.textsTo(to), ['Habari, dunia']);
      }
    });

    it('hears of each part of a long message by its own id', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const to = newNumber();
      const parts = ['Habari ya ', 'asubuhi'].map((text, index) => ({
        destination_addr: to.slice(1),
        registered_delivery: 1,
        esm_class: 0x40,
        short_message: { hex: `0500032a020${index + 1}${Buffer.from(text).toString('hex')}` },
      }));
      const ids: string[] = [];
      for (const part of parts) ids.push(idOf(await peer.call('submit_sm', submit(esme, part))));
      await eventually('both receipts', () => peer.of('deliver_sm').length >= 2);
      const told = peer.of('deliver_sm').map(({ fields }) => /^id:(\d+) /.exec(String(fields.short_message))?.[1]);
      assert.deepEqual(told.sort(), ids.sort());
      assert.deepEqual(world.platform.textsTo(to), ['Habari ya asubuhi']);
    });

    it('replaces what is pending to a number when it asks for that', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const wanted = submit(esme, { schedule_delivery_time: tomorrow() });
      const first = idOf(await peer.call('submit_sm', wanted));
      const second = idOf(await peer.call('submit_sm', { ...wanted, replace_if_present_flag: 1 }));
      const stateOf = async (id: string): Promise<unknown> =>
        (await peer.call('query_sm', { message_id: id, source_addr: '' })).fields.message_state;
      const deleted = 4;
      await eventually('the first is deleted', async () => (await stateOf(first)) === deleted);
      assert.equal(await stateOf(second), 1);
    });

    it('is told that a PDU ends too soon, and may go on', async () => {
      const peer = await bind(await world.platform.newEsme());
      peer.writeOctets('00000014000000040000000000abcdef00050044');
      const answer = await eventually('it is told', () => peer.answers(0xabcdef)[0]);
      assert.deepEqual([answer.command, answer.status], ['submit_sm_resp', 'ESME_RINVCMDLEN']);
      assert.equal((await peer.call('enquire_link')).status, ok);
    });

    it('is told that a text is too long', async () => {
      const esme = await world.platform.newEsme();
      const { short_message: _, ...wanted } = submit(esme);
      const { status } = await (await bind(esme)).call('submit_sm', { ...wanted, message_payload: 'a'.repeat(20_000) });
      assert.equal(status, 'ESME_RINVMSGLEN');
    });

    const refusals: [string, NetSmppFields, status: string][] = [
      ['a sender that is not its own', { source_addr: 'BENKI' }, 'ESME_RINVSRCADR'],
      ['a sender of 12 characters', { source_addr: 'ABCDEFGHIJKL' }, 'ESME_RINVSRCADR'],
      ['a type of number that is none', { source_addr_ton: 9 }, 'ESME_RINVSRCTON'],
      ['a numbering plan that is none', { source_addr_npi: 99 }, 'ESME_RINVSRCNPI'],
      ['no destination', { destination_addr: '' }, 'ESME_RINVDSTADR'],
      ['a destination of letters', { destination_addr: 'simu' }, 'ESME_RINVDSTADR'],
      ['a destination that is too short', { destination_addr: '25571' }, 'ESME_RINVDSTADR'],
      ['the esm_class of a receipt', { esm_class: 0x04 }, 'ESME_RINVESMCLASS'],
      ['a header longer than the text', { esm_class: 0x40, short_message: { hex: '7f00' } }, 'ESME_RINVESMCLASS'],
      ['a priority above 3', { priority_flag: 4 }, 'ESME_RINVPRTFLG'],
      ['a schedule that is no time', { schedule_delivery_time: 'tomorrow' }, 'ESME_RINVSCHED'],
      ['a schedule that is over', { schedule_delivery_time: '200101000000000+' }, 'ESME_RINVSCHED'],
      ['a validity that is no time', { validity_period: '000R' }, 'ESME_RINVEXPIRY'],
      ['a validity that is over', { validity_period: '200101000000000+' }, 'ESME_RINVEXPIRY'],
      ['reserved bits in registered_delivery', { registered_delivery: 0x20 }, 'ESME_RINVREGDLVFLG'],
      ['a default message', { sm_default_msg_id: 1 }, 'ESME_RINVDFTMSGID'],
      // SMPP 3.4 has no word for it, and neither has Net::SMPP.
      ['an alphabet nobody knows', { data_coding: 5 }, '0x00000104'],
      ['no text', { short_message: '' }, 'ESME_RINVMSGLEN'],
      ['two texts', { message_payload: 'Habari' }, 'ESME_RINVMSGLEN'],
      ['a TLV of a wrong length', { sar_msg_ref_num: { hex: '01' } }, 'ESME_RINVPARLEN'],
    ];
    it('is told what is wrong with a submit_sm', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const told: Record<string, string> = {};
      for (const [title, changes] of refusals) {
        const { command, status } = await peer.call('submit_sm', submit(esme, changes));
        told[title] = command === 'submit_sm_resp' ? status : command;
      }
      assert.deepEqual(told, Object.fromEntries(refusals.map(([title, , status]) => [title, status])));
      idOf(await peer.call('submit_sm', submit(esme)));
    });

    it('is throttled beyond its rate, after its answers have been held back', async () => {
      const esme = await world.platform.newEsme();
      await world.platform.sms.esme.configure(esme.accountId, { segmentsPerSecond: 4 });
      const peer = await bind(esme);
      const answers = await Promise.all(Array.from({ length: 12 }, () => peer.call('submit_sm', submit(esme))));
      const statuses = answers.map(({ status }) => status);
      assert.deepEqual(statuses.sort(), [...Array<string>(8).fill(ok), ...Array<string>(4).fill('ESME_RTHROTTLED')]);
    });

    it('is told that the credit is spent, in a way that is not tried again', async () => {
      const esme = await world.platform.newEsme({ credits: 1_000 });
      const peer = await bind(esme);
      idOf(await peer.call('submit_sm', submit(esme)));
      assert.equal((await peer.call('submit_sm', submit(esme))).status, 'ESME_RSUBMITFAIL');
    });
  });
});
