import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../contracts/eventually.js';
import { newNumber } from '../../contracts/platform.js';
import { describeNetSmpp, idOf, ok, submit, tomorrow } from './net-smpp-suite.js';

describeNetSmpp('manages and is told', (world) => {
  const { bind } = world;

  describe('managing what it submitted', () => {
    it('queries it by id and sender', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const id = idOf(await peer.call('submit_sm', submit(esme, { registered_delivery: 1 })));
      await peer.delivery('the receipt', () => true);
      const { status, fields } = await peer.call('query_sm', { message_id: id, source_addr: esme.sender });
      const { final_date: date, ...others } = fields;
      assert.deepEqual([status, others], [ok, { message_id: id, message_state: 2, error_code: 0 }]);
      assert.match(String(date), /^\d{13}00\+$/);

      const later = idOf(await peer.call('submit_sm', submit(esme, { schedule_delivery_time: tomorrow() })));
      const pending = await peer.call('query_sm', { message_id: later, source_addr: '' });
      assert.deepEqual(pending.fields, { message_id: later, final_date: '', message_state: 1, error_code: 0 });

      const unknown = [
        { message_id: '999999999999', source_addr: esme.sender },
        { message_id: 'abc', source_addr: esme.sender },
        { message_id: id, source_addr: 'OTHER' },
      ];
      for (const asked of unknown) assert.equal((await peer.call('query_sm', asked)).status, 'ESME_RQUERYFAIL');
      const stranger = await bind(await world.platform.newEsme());
      const { status: toStranger } = await stranger.call('query_sm', { message_id: id, source_addr: '' });
      assert.equal(toStranger, 'ESME_RQUERYFAIL');
    });

    it('cancels it by id, and hears that it was deleted', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const wanted = submit(esme, { schedule_delivery_time: tomorrow(), registered_delivery: 1 });
      const id = idOf(await peer.call('submit_sm', wanted));
      const { destination_addr: to } = wanted as { destination_addr: string };
      const asked = { message_id: id, source_addr: esme.sender, destination_addr: to };
      assert.equal((await peer.call('cancel_sm', asked)).status, ok);
      const { fields } = await peer.delivery('the receipt', () => true);
      assert.match(String(fields.short_message), new RegExp(`^id:${id} .* stat:DELETED `));
      assert.deepEqual(fields.message_state, { hex: '04' });
      assert.equal((await peer.call('cancel_sm', asked)).status, 'ESME_RCANCELFAIL');
      assert.equal((await peer.call('cancel_sm', { ...asked, message_id: '999' })).status, 'ESME_RCANCELFAIL');
    });

    it('cancels all that is pending to a number', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const to = newNumber().slice(1);
      const wanted = submit(esme, {
        destination_addr: to,
        schedule_delivery_time: tomorrow(),
        registered_delivery: 1,
      });
      for (let nth = 1; nth <= 3; nth++) idOf(await peer.call('submit_sm', wanted));
      const asked = { message_id: '', source_addr: esme.sender, dest_addr_ton: 1, destination_addr: to };
      assert.equal((await peer.call('cancel_sm', asked)).status, ok);
      await eventually('three receipts', () => peer.of('deliver_sm').length >= 3);
      assert.equal((await peer.call('cancel_sm', asked)).status, 'ESME_RCANCELFAIL');
    });

    it('replaces it while it is pending', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const to = newNumber();
      const wanted = { destination_addr: to.slice(1), schedule_delivery_time: tomorrow() };
      const id = idOf(await peer.call('submit_sm', submit(esme, wanted)));
      const replacement = {
        message_id: id,
        source_addr: esme.sender,
        short_message: 'Kwaheri',
        registered_delivery: 1,
      };
      const inASecond = '000000000001000R';
      const { status } = await peer.call('replace_sm', { ...replacement, schedule_delivery_time: inASecond });
      assert.equal(status, ok);
      const { fields } = await peer.delivery('the receipt', () => true);
      assert.match(String(fields.short_message), new RegExp(`^id:${id} .* stat:DELIVRD .* text:Kwaheri$`));
      assert.deepEqual(world.platform.textsTo(to), ['Kwaheri']);
      assert.equal((await peer.call('replace_sm', replacement)).status, 'ESME_RREPLACEFAIL');
      const { status: ofNone } = await peer.call('replace_sm', { ...replacement, message_id: '999' });
      assert.equal(ofNone, 'ESME_RREPLACEFAIL');
    });
  });

  describe('being told', () => {
    it('hears on its receiver, and after its transmitter has been answered', async () => {
      const esme = await world.platform.newEsme();
      const transmitter = await bind(esme, 'bind_transmitter');
      const receiver = await bind(esme, 'bind_receiver');
      const from = newNumber();
      const wanted = submit(esme, { destination_addr: from.slice(1), registered_delivery: 1 });
      const sent = await transmitter.call('submit_sm', wanted);
      const receipt = await receiver.delivery('the receipt', ({ esm_class }) => esm_class === 4);
      assert.ok(receipt.at > sent.at, 'the answer came first');
      await world.platform.operator.hear(from, esme.sender, 'Asante');
      const { fields } = await receiver.delivery('what the handset wrote', ({ esm_class }) => esm_class === 0);
      assert.equal(fields.short_message, 'Asante');
      assert.deepEqual(
        [fields.source_addr_ton, fields.source_addr_npi, fields.source_addr, fields.destination_addr],
        [1, 1, from.slice(1), esme.sender],
      );
      assert.deepEqual(transmitter.of('deliver_sm'), []);
    });

    it('is told again what it could not take', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      peer.answerDeliveriesWith(0x64);
      await world.platform.operator.hear(newNumber(), esme.sender, 'Upo?');
      await eventually('it is offered twice', () => peer.of('deliver_sm').length >= 2);
      peer.answerDeliveriesWith(0);
      const offered = await eventually('it is taken', async () => {
        const waiting = await world.platform.sms.esme.waiting(esme.accountId);
        return waiting === 0 && peer.of('deliver_sm').length;
      });
      await sleep(300);
      assert.equal(peer.of('deliver_sm').length, offered);
    });

    it('hears at its next bind what came while it was away', async () => {
      const esme = await world.platform.newEsme();
      const before = await bind(esme);
      world.platform.ending = undefined;
      let id = '';
      try {
        id = idOf(await before.call('submit_sm', submit(esme, { registered_delivery: 1 })));
        await eventually('the operator has it', () => world.platform.operator.submitted.at(-1)?.sender === esme.sender);
      } finally {
        world.platform.ending = 'delivered';
      }
      await before.close();
      await world.platform.report(world.platform.operator.submitted.at(-1)!, 'delivered');
      await world.platform.operator.hear(newNumber(), esme.sender, 'Upo?');
      await eventually('both wait', async () => (await world.platform.sms.esme.waiting(esme.accountId)) === 2);
      const peer = await bind(esme);
      await peer.delivery('what the handset wrote', ({ short_message: text }) => text === 'Upo?');
      await peer.delivery('the receipt', ({ short_message: text }) => String(text).startsWith(`id:${id} `));
    });
  });
});
