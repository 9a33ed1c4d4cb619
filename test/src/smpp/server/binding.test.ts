import assert from 'node:assert/strict';
import { tlvValue } from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { describeOnDatabases } from '../../support/databases.js';
import { Esme } from './esme.js';
import { newDigits, openCustomer, serve, servedPlatformFor, type Customer } from './served-platform.js';

const RBINDFAIL = 0x0d;
const RINVPASWD = 0x0e;

describeOnDatabases('binding over SMPP', (open) => {
  const given = servedPlatformFor(open);
  let customer: Customer;
  before(async () => {
    customer = await openCustomer(given());
  });

  for (const kind of ['transmitter', 'receiver', 'transceiver'] as const) {
    it(`works as a ${kind}, by the password and by a token`, async () => {
      for (const password of [customer.password, customer.apiToken]) {
        const esme = await Esme.connect(given().port);
        const response = await esme.bind({ ...customer, password }, `bind_${kind}`);
        assert.equal(response.command, `bind_${kind}_resp`);
        assert.equal(response.status, 0);
        assert.deepEqual(response.body, { system_id: 'Ujumbe' });
        assert.equal(tlvValue(response.tlvs, 'sc_interface_version'), 0x34);
        const [view] = given().server.sessions(customer.accountId);
        assert.deepEqual(
          [view?.bind, view?.teamCode, view?.remoteAddress, view?.tls],
          [kind, customer.systemId, '127.0.0.1', false],
        );
        await esme.ask('unbind');
        await esme.closed();
        assert.deepEqual(given().server.sessions(customer.accountId), []);
      }
    });
  }

  it('ignores system_type, and tells no version to who is older than TLVs', async () => {
    const esme = await Esme.connect(given().port);
    const response = await esme.bind(customer, 'bind_transceiver', {
      interface_version: 0x33,
      system_type: 'TRANSCEIVER',
    });
    assert.deepEqual([response.status, response.tlvs], [0, []]);
  });

  const refusedBinds: [string, number, () => Promise<{ systemId: string; password: string }>][] = [
    ['an unknown name', RINVPASWD, () => Promise.resolve({ ...customer, systemId: 'NOBODY' })],
    ['no name', RINVPASWD, () => Promise.resolve({ ...customer, systemId: '' })],
    ['a wrong password', RINVPASWD, () => Promise.resolve({ ...customer, password: 'wrong' })],
    ['no password', RINVPASWD, () => Promise.resolve({ ...customer, password: '' })],
    [
      'the first eight characters of a token',
      RINVPASWD,
      () => Promise.resolve({ ...customer, password: customer.apiToken.slice(0, 8) }),
    ],
    [
      'a revoked token',
      RINVPASWD,
      async () => {
        const { raw, token } = await given().sms.tokens.create(customer.accountId, { name: 'x', scopes: ['messages'] });
        await given().sms.tokens.revoke(customer.accountId, token.id);
        return { ...customer, password: raw };
      },
    ],
    [
      'another account’s token',
      RINVPASWD,
      async () => ({ ...customer, password: (await openCustomer(given())).apiToken }),
    ],
    [
      'a token without the scope',
      RBINDFAIL,
      async () => {
        const other = await openCustomer(given(), { scopes: ['reports'] });
        return { ...other, password: other.apiToken };
      },
    ],
    [
      'a suspended account',
      RBINDFAIL,
      async () => {
        const other = await openCustomer(given());
        await given().sms.accounts.suspend(other.accountId);
        return other;
      },
    ],
    [
      'an address that is not on the list',
      RBINDFAIL,
      async () => {
        const other = await openCustomer(given());
        await given().sms.esme.configure(other.accountId, { addresses: ['10.0.0.0/8', '2001:db8::/32'] });
        return other;
      },
    ],
  ];
  for (const [what, status, login] of refusedBinds) {
    it(`refuses ${what} with ${status} and closes`, async () => {
      const esme = await Esme.connect(given().port);
      const response = await esme.bind(await login());
      assert.deepEqual([response.command, response.status], ['bind_transceiver_resp', status]);
      await esme.closed();
    });
  }

  it('is allowed from an address on the list', async () => {
    const other = await openCustomer(given());
    for (const addresses of [['127.0.0.1'], ['127.0.0.0/8'], ['::1', '::ffff:127.0.0.1']]) {
      await given().sms.esme.configure(other.accountId, { addresses });
      await (await Esme.bound(given().port, other)).close();
    }
  });

  it('is told that the platform has trouble when it has, which counts as nobody’s failure', async () => {
    const { sms } = given();
    const authenticate = sms.esme.authenticate.bind(sms.esme);
    sms.esme.authenticate = () => Promise.reject(new Error('the database has gone'));
    try {
      const esme = await Esme.connect(given().port);
      assert.equal((await esme.bind(customer)).status, 0x08);
    } finally {
      sms.esme.authenticate = authenticate;
    }
  });

  it('is refused on a session that is bound', async () => {
    const esme = await Esme.bound(given().port, customer);
    assert.equal((await esme.bind(customer)).status, 0x05);
    assert.equal((await esme.ask('enquire_link')).status, 0);
  });

  it('leaves everything else to after it', async () => {
    const esme = await Esme.connect(given().port);
    for (const command of ['submit_sm', 'data_sm', 'query_sm', 'cancel_sm', 'replace_sm'] as const) {
      assert.equal((await esme.ask(command, {})).status, 0x04, command);
    }
    assert.equal((await esme.ask('enquire_link')).status, 0);
  });

  it('locks out who guesses, by name and by address, and not who has bound from there', async () => {
    const served = await serve(given(), { limits: { failuresPerSystemId: 3, failuresPerAddress: 6 } });
    const [known, stranger] = [await openCustomer(served), await openCustomer(served)];
    const tryToBind = async (systemId: string, password: string): Promise<number> => {
      const esme = await Esme.connect(served.port);
      return (await esme.bind({ systemId, password })).status;
    };
    assert.equal(await tryToBind(known.systemId, known.password), 0);
    for (let n = 0; n < 3; n++) assert.equal(await tryToBind(stranger.systemId, 'wrong'), RINVPASWD);
    assert.equal(await tryToBind(stranger.systemId, stranger.password), RBINDFAIL);
    for (let n = 0; n < 3; n++) assert.equal(await tryToBind(`GUESS${n}`, 'wrong'), RINVPASWD);
    assert.equal(await tryToBind('GUESS4', 'wrong'), RBINDFAIL);
    assert.equal(await tryToBind(known.systemId, known.password), 0);
    served.clock.move(301_000);
    assert.equal(await tryToBind(stranger.systemId, stranger.password), 0);
    await Esme.closeAll();
    await served.server.stop();
  });

  describe('a session more than there may be', () => {
    it('is refused while the others live', async () => {
      const other = await openCustomer(given());
      const five = await Promise.all(Array.from({ length: 5 }, () => Esme.bound(given().port, other)));
      const sixth = await Esme.connect(given().port);
      assert.equal((await sixth.bind(other)).status, RBINDFAIL);
      assert.equal(given().server.sessions(other.accountId).length, 5);
      assert.ok(five.every(({ isClosed }) => !isClosed));
    });

    it('takes the place of one that no longer answers', async () => {
      const other = await openCustomer(given());
      const five = await Promise.all(Array.from({ length: 5 }, () => Esme.bound(given().port, other)));
      five[2]!.answersEnquireLink = false;
      await Esme.bound(given().port, other);
      await five[2]!.closed();
      assert.equal(given().server.sessions(other.accountId).length, 5);
    });

    it('is what the account’s settings say', async () => {
      const other = await openCustomer(given());
      await given().sms.esme.configure(other.accountId, { maxSessions: 1 });
      await Esme.bound(given().port, other, { as: 'bind_receiver' });
      const second = await Esme.connect(given().port);
      assert.equal((await second.bind(other)).status, RBINDFAIL);
    });

    it('is found out among binds of the same moment', async () => {
      const other = await openCustomer(given());
      const seven = await Promise.all(Array.from({ length: 7 }, () => Esme.connect(given().port)));
      const answers = await Promise.all(seven.map(async (esme) => (await esme.bind(other)).status));
      assert.deepEqual(answers.filter((status) => status === 0).length, 5);
    });
  });

  describe('what ends a session at once', () => {
    const ends: [string, (of: Customer) => Promise<unknown>, 'password' | 'apiToken'][] = [
      ['a suspended account', ({ accountId }) => given().sms.accounts.suspend(accountId), 'password'],
      ['a suspended account, bound by token', ({ accountId }) => given().sms.accounts.suspend(accountId), 'apiToken'],
      ['another SMPP password', ({ accountId }) => given().sms.esme.rotatePassword(accountId), 'password'],
      [
        'a revoked token',
        async ({ accountId }) => {
          const [token] = await given().sms.tokens.list(accountId);
          await given().sms.tokens.revoke(accountId, token!.id);
        },
        'apiToken',
      ],
      [
        'an address list without its address',
        ({ accountId }) => given().sms.esme.configure(accountId, { addresses: ['10.1.1.1'] }),
        'apiToken',
      ],
    ];
    for (const [what, end, by] of ends) {
      it(`is ${what}`, async () => {
        const other = await openCustomer(given());
        const esme = await Esme.bound(given().port, { ...other, password: other[by] });
        const neighbour = await Esme.bound(given().port, customer);
        await end(other);
        await esme.until('an unbind', () => esme.received.find(({ command }) => command === 'unbind'));
        await esme.closed();
        assert.equal((await neighbour.ask('enquire_link')).status, 0);
      });
    }

    it('is the suspension of a tenant, by its partner or with it', async () => {
      const { sms, port } = given();
      const { accountId: partner } = await openCustomer(given(), { kind: 'partner' });
      const tenant = async (name: string): Promise<Customer> =>
        openCustomer(given(), { kind: 'tenant', parentId: partner, name });
      const [first, second] = [await tenant('First'), await tenant('Second')];
      const [stopped, going] = [await Esme.bound(port, first), await Esme.bound(port, second)];
      await sms.tenants.suspend(partner, first.accountId);
      await stopped.until('an unbind', () => stopped.received.find(({ command }) => command === 'unbind'));
      await stopped.closed();
      assert.equal((await going.submit({ destination_addr: newDigits() })).status, 0);
      await sms.accounts.suspend(partner);
      await going.until('an unbind', () => going.received.find(({ command }) => command === 'unbind'));
      await going.closed();
      assert.equal((await (await Esme.connect(port)).bind(second)).status, RBINDFAIL);
      await sms.accounts.resume(partner);
      await (await Esme.bound(port, second)).close();
      assert.equal((await (await Esme.connect(port)).bind(first)).status, RBINDFAIL);
    });

    it('is not a change that leaves it its right', async () => {
      const other = await openCustomer(given());
      const esme = await Esme.bound(given().port, { ...other, password: other.apiToken });
      await given().sms.esme.configure(other.accountId, { segmentsPerSecond: 777 });
      await eventually('the new rate', () => given().server.sessions(other.accountId)[0]?.segmentsPerSecond === 777);
      assert.equal((await esme.submit({ destination_addr: newDigits() })).status, 0);
    });
  });
});
