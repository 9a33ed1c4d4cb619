import assert from 'node:assert/strict';
import { eventually } from '../../contracts/eventually.js';
import type { NetSmppFields } from './net-smpp.js';
import { binds, describeNetSmpp, loginOf, ok, submit } from './net-smpp-suite.js';
import type { Esme } from './platform-with-smpp.js';

describeNetSmpp('binds', (world) => {
  const { connect, bind } = world;

  describe('binding', () => {
    for (const how of binds) {
      it(`has its ${how} answered with our name and version`, async () => {
        const { command, status, fields } = await connect().call(how, loginOf(await world.platform.newEsme()));
        assert.deepEqual([command, status], [`${how}_resp`, ok]);
        assert.deepEqual(fields, { system_id: 'Ujumbe', sc_interface_version: '4' });
      });
    }

    it('may bind with an API token, which is longer than the field of SMPP', async () => {
      const { systemId, apiToken } = await world.platform.newEsme();
      const { status } = await connect().call('bind_transceiver', loginOf({ systemId, password: apiToken }));
      assert.equal(status, ok);
    });

    it('hears nothing of SMPP 3.4 when it speaks 3.3', async () => {
      const login = { ...loginOf(await world.platform.newEsme()), interface_version: 0x33 };
      const { status, fields } = await connect().call('bind_transmitter', login);
      assert.deepEqual([status, fields], [ok, { system_id: 'Ujumbe' }]);
    });

    const strangers: [string, (esme: Esme) => Pick<Esme, 'systemId' | 'password'>][] = [
      ['a wrong password', ({ systemId }) => ({ systemId, password: 'wrong123' })],
      ['an unknown system_id', ({ password }) => ({ systemId: 'NOBODY', password })],
      ['the first eight characters of a token', (esme) => ({ ...esme, password: esme.apiToken.slice(0, 8) })],
    ];
    for (const [title, asStranger] of strangers) {
      it(`is refused and sent away with ${title}`, async () => {
        const esme = await world.platform.newEsme();
        const peer = connect();
        const { status } = await peer.call('bind_transceiver', loginOf(asStranger(esme)));
        assert.equal(status, 'ESME_RINVPASWD');
        await peer.closes();
        assert.deepEqual(world.platform.sms.esme.sessions(esme.accountId), []);
      });
    }

    it('is refused while its account is suspended', async () => {
      const esme = await world.platform.newEsme();
      await world.platform.sms.accounts.suspend(esme.accountId);
      const { status } = await connect().call('bind_transceiver', loginOf(esme));
      assert.equal(status, 'ESME_RBINDFAIL');
    });

    it('is refused from an address that is not on its list', async () => {
      const esme = await world.platform.newEsme();
      await world.platform.sms.esme.configure(esme.accountId, { addresses: ['192.0.2.0/24'] });
      const { status } = await connect().call('bind_transceiver', loginOf(esme));
      assert.equal(status, 'ESME_RBINDFAIL');
    });

    it('is refused a sixth session', async () => {
      const esme = await world.platform.newEsme();
      for (let session = 1; session <= 5; session++) await bind(esme, binds[session % binds.length]);
      const { status } = await connect().call('bind_transceiver', loginOf(esme));
      assert.equal(status, 'ESME_RBINDFAIL');
    });

    it('is told that it has bound already', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      for (const how of binds) assert.equal((await peer.call(how, loginOf(esme))).status, 'ESME_RALYBND');
    });

    it('leaves by unbind', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      assert.equal((await peer.call('unbind')).status, ok);
      await peer.closes();
      await eventually('it has no session', () => world.platform.sms.esme.sessions(esme.accountId).length === 0);
    });

    it('has what it asked before its unbind answered before it', async () => {
      const esme = await world.platform.newEsme();
      const peer = await bind(esme);
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () => peer.call('submit_sm', submit(esme))),
        peer.call('query_sm', { message_id: '1' }),
        peer.call('unbind'),
      ]);
      assert.equal(new Set(answers.map(({ sequence }) => sequence)).size, answers.length);
      assert.equal(peer.received.length, 1 + answers.length);
      assert.equal(peer.received.at(-1)?.command, 'unbind_resp');
      await peer.closes();
    });

    it('is unbound when its token is revoked, and when its account is suspended', async () => {
      const esme = await world.platform.newEsme();
      const byPassword = await bind(esme);
      const byToken = await bind({ ...esme, password: esme.apiToken });
      const [token] = await world.platform.sms.tokens.list(esme.accountId);
      await world.platform.sms.tokens.revoke(esme.accountId, token!.id);
      await byToken.closes();
      assert.equal(byToken.of('unbind').length, 1);
      assert.equal((await byPassword.call('enquire_link')).status, ok);
      await world.platform.sms.accounts.suspend(esme.accountId);
      await byPassword.closes();
      assert.equal(byPassword.of('unbind').length, 1);
    });
  });

  describe('in the wrong state', () => {
    const requests: [string, (esme: Esme) => NetSmppFields][] = [
      ['submit_sm', submit],
      ['submit_multi', submit],
      ['data_sm', ({ sender }) => ({ source_addr: sender, destination_addr: '255710000000', message_payload: 'a' })],
      ['query_sm', () => ({ message_id: '1' })],
      ['cancel_sm', () => ({ message_id: '1' })],
      ['replace_sm', () => ({ message_id: '1', short_message: 'a' })],
      ['deliver_sm', submit],
    ];
    for (const [request, fieldsFor] of requests) {
      it(`has its ${request} refused before it binds, and as a receiver`, async () => {
        const esme = await world.platform.newEsme();
        for (const peer of [connect(), await bind(esme, 'bind_receiver')]) {
          const { command, status } = await peer.call(request, fieldsFor(esme));
          assert.deepEqual([command, status], [`${request}_resp`, 'ESME_RINVBNDSTS']);
          assert.equal((await peer.call('enquire_link')).status, ok);
        }
      });
    }

    it('is told that a PDU is none, and may go on', async () => {
      const peer = await bind(await world.platform.newEsme());
      peer.writeOctets('00000010000001ff0000000000abcdef');
      const nack = await eventually('it is told', () => peer.of('generic_nack')[0]);
      assert.deepEqual([nack.status, nack.sequence], ['ESME_RINVCMDID', 0xabcdef]);
      assert.equal((await peer.call('enquire_link')).status, ok);
    });

    it('is told that a length is none, and sent away', async () => {
      const peer = await bind(await world.platform.newEsme());
      peer.writeOctets('00000008000000040000000000abcdef');
      const nack = await eventually('it is told', () => peer.of('generic_nack')[0]);
      assert.equal(nack.status, 'ESME_RINVCMDLEN');
      await peer.closes();
    });
  });
});
