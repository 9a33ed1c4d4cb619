import assert from 'node:assert/strict';
import { join } from 'node:path';
import { endProcesses, newFolder, ujumbe, UjumbeProcess, type Environment } from './ujumbe-process.js';

const secret = Buffer.alloc(32, 9).toString('base64');

/** What commands ask of the core holds on every database; that they ask it is shown on one. */
describe('the command line: packages, prices and plans', () => {
  let env: Environment;
  let partner: string;
  let partnerCode: string;
  let account: string;

  async function json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  }

  async function refusal(...args: string[]): Promise<{ error: string; code: string }> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.deepEqual([code, stdout], [1, '']);
    return JSON.parse(stderr) as { error: string; code: string };
  }

  const openAccount = (...more: string[]): Promise<{ account_uuid: string; team_code: string }> => {
    const details = ['--name', 'Acme', '--country', 'TZ', '--currency', 'TZS', '--credits', '10'];
    return json('account', 'create', ...details, ...more);
  };

  before(async () => {
    const url = `sqlite:${join(newFolder(), 'sms.sqlite')}`;
    env = { UJUMBE_DATABASE_URL: url, UJUMBE_SECRET: secret };
    await json('migrate');
    account = (await openAccount()).account_uuid;
    ({ account_uuid: partner, team_code: partnerCode } = await openAccount('--partner'));
  });
  after(endProcesses);

  it('offers packages, lists them and takes them off sale', async () => {
    assert.deepEqual(await json('package', 'list'), []);
    assert.match((await ujumbe(['package', 'list'], env)).stdout, /^Nothing is for sale\.$/m);
    const starter = ['--name', 'Starter', '--credits', '1000', '--price', '18000', '--currency', 'tzs'];
    const offer = await json<{ package_uuid: string }>('package', 'create', ...starter);
    const shown = { package_uuid: offer.package_uuid, name: 'Starter', credits: 1_000, price: 18_000, currency: 'TZS' };
    assert.deepEqual(offer, { ...shown, partner_uuid: null });
    const { partner_uuid: owner, ...own } = await json<{ package_uuid: string; partner_uuid: string }>(
      ...['package', 'create', ...starter, '--partner', partnerCode],
    );
    assert.equal(owner, partner);
    assert.equal((await json<object[]>('package', 'list')).length, 2);
    const list = (await ujumbe(['package', 'list'], env)).stdout;
    assert.match(list, new RegExp(`^${own.package_uuid} .+ to the tenants of ${partner}$`, 'm'));
    assert.match(list, new RegExp(`^${offer.package_uuid} .+ for 18000 TZS$`, 'm'));
    const which = ['--package', own.package_uuid];
    assert.deepEqual(await json('package', 'retire', ...which), { package_uuid: own.package_uuid, retired: true });
    assert.deepEqual(await json('package', 'list'), [offer]);
    assert.equal((await refusal('package', 'retire', ...which)).code, 'not_found');
  });

  it('refuses packages that cannot be meant', async () => {
    const starter = ['--name', 'Starter', '--credits', '1000', '--currency', 'TZS'];
    for (const price of ['much', '0']) {
      const { code } = await refusal('package', 'create', ...starter, '--price', price);
      assert.ok(['usage', 'invalid_request'].includes(code), price);
    }
    assert.equal(
      (await refusal('package', 'create', ...starter, '--price', '1', '--partner', account)).code,
      'invalid_request',
    );
    assert.equal((await refusal('package', 'create', '--price', '1')).code, 'usage');
  });

  it('sets prices, and says where they are below cost', async () => {
    const below = await json('price', 'set', '--credits', '2', '--prefix', '25571', '--buy');
    assert.deepEqual(below, { set: true, below_cost: [{ prefix: '25571', credits: 1, cost: 2 }] });
    const raised = await json('price', 'set', '--credits', '2', '--prefix', '25571');
    assert.deepEqual(raised, { set: true, below_cost: [] });
    const of = ['--account', account, '--from', '2026-01-01T00:00:00Z'];
    assert.deepEqual(await json('price', 'set', '--credits', '3', '--network', '64004', ...of), {
      set: true,
      below_cost: [],
    });
    assert.equal((await refusal('price', 'set', '--credits', '1', '--from', 'soon')).code, 'usage');
    assert.equal((await refusal('price', 'set', '--credits', '1', '--account', 'NOBODY')).code, 'not_found');
    const both = ['--prefix', '25571', '--network', '64004'];
    assert.equal((await refusal('price', 'set', '--credits', '1', ...both)).code, 'invalid_request');
  });

  it('sets the plan of an account, and takes it back', async () => {
    const which = ['--account', account];
    assert.deepEqual(await json('account', 'plan', ...which, '--plan', 'premium'), {
      account_uuid: account,
      plan: 'premium',
    });
    assert.deepEqual(await json('account', 'plan', ...which, '--plan', 'default'), {
      account_uuid: account,
      plan: null,
    });
    assert.equal((await refusal('account', 'plan', ...which, '--plan', ' ')).code, 'invalid_request');
  });
});

describe('ujumbe simulate', function () {
  this.timeout(60_000);
  afterEach(endProcesses);

  it('runs a wallet that answers like ZenoPay, until it is told to stop', async () => {
    const wallet = new UjumbeProcess(['simulate', 'zenopay', '--port', '0', '--delay', '1', '--json'], {});
    const [json] = await wallet.shows(/^\{.*\}$/m);
    const { url } = JSON.parse(json) as { url: string };
    const order = {
      order_id: 'order-1',
      buyer_email: 'asha@example.com',
      buyer_name: 'Asha',
      buyer_phone: '0744963858',
      amount: 18_000,
    };
    const start = (key: string): Promise<Response> =>
      fetch(`${url}/api/payments/mobile_money_tanzania`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify(order),
      });
    assert.ok((await start('another-key')).status >= 400);
    assert.equal((await start('simulated-key')).status, 200);
    assert.equal((await wallet.stop()).code, 0);
  });

  it('runs an operator, until it is told to stop', async () => {
    const operator = new UjumbeProcess(['simulate', 'smsc', '--port', '0', '--json'], {});
    const [json] = await operator.shows(/^\{.*\}$/m);
    assert.ok((JSON.parse(json) as { port: number }).port > 0);
    assert.equal((await operator.stop('SIGTERM')).code, 0);
  });

  it('refuses options that cannot be meant', async () => {
    for (const args of [
      ['zenopay', '--port', 'x'],
      ['smsc', '--ids', 'roman'],
    ]) {
      const { code, stderr } = await ujumbe(['simulate', ...args], {});
      assert.equal(code, 1, args.join(' '));
      assert.match(stderr, /^--\w+ must be [^\n]+\.\n$/);
    }
  });
});
