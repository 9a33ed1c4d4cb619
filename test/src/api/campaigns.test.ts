import assert from 'node:assert/strict';
import { eventually } from '../contracts/eventually.js';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, type ApiHost, type Customer, type Shown } from './api-host.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describeOnDatabases('API: campaigns', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
  });
  beforeEach(async () => {
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  /** A group of some people who are called Asha. */
  async function groupOf(count: number): Promise<string> {
    const { uuid } = await dataOf(customer.post('/groups', { name: `g${Math.random()}` }));
    for (let n = 0; n < count; n++) {
      const phone = `+25571234${String(500 + n).padStart(4, '0')}`;
      await customer.post('/contacts', { phone, first_name: 'Asha' });
      await dataOf(customer.post(`/groups/${uuid}/contacts`, { phone }));
    }
    return uuid;
  }

  const create = (body: object = {}): Promise<Shown> =>
    dataOf(customer.post('/campaigns', { name: 'May Promo', message: 'Habari', numbers: ['0712345001'], ...body }));
  const get = (uuid: string): Promise<Shown> => dataOf(customer.get(`/campaigns/${uuid}`));
  const step = (uuid: string, verb: string, body?: object) => customer.post(`/campaigns/${uuid}/${verb}`, body);
  const reaches = (uuid: string, state: string): Promise<Shown> =>
    eventually(`the campaign is ${state}`, async () => {
      const campaign = await get(uuid);
      return campaign.state === state && campaign;
    });

  it('makes a draft with the contract’s fields and what it comes to', async () => {
    const group = await groupOf(2);
    const senders = await dataOf(customer.get('/sender-ids'));
    const [sender] = senders as unknown as Shown[];
    const body = {
      name: 'May Promo',
      message: 'x'.repeat(161),
      sender_id: sender?.uuid ?? 'MYAPP',
      group_ids: [group],
    };
    const campaign = await dataOf(customer.post('/campaigns', body));
    const { uuid, created_at: createdAt, ...shown } = campaign;
    assert.match(uuid, /^[0-9a-f-]{36}$/);
    assert.match(createdAt, /Z$/);
    assert.deepEqual(
      [shown.name, shown.status, shown.recipient_count, shown.cost_units, shown.state],
      ['May Promo', 'draft', 2, 4, 'draft'],
    );
    assert.deepEqual(shown.segments_histogram, { 2: 2 });
    assert.deepEqual(shown.group_ids, [group]);
    assert.deepEqual(await get(uuid), campaign);
  });

  it('renders a template for each, and counts who has no value for it', async () => {
    const group = await groupOf(2);
    const message = 'Habari {{first_name}}, {{city|default:"Tanzania"}}';
    const campaign = await create({ message, group_ids: [group], numbers: ['0712345999'] });
    assert.equal(campaign.recipient_count, 2);
    assert.deepEqual(campaign.left_out, { template_variable_missing: 1 });
    await dataOf(step(campaign.uuid, 'send'));
    await reaches(campaign.uuid, 'completed');
    const { items, total } = await dataOf(customer.get(`/campaigns/${campaign.uuid}/messages?page_size=1`));
    assert.equal(total, 2);
    assert.equal(items.length, 1);
    assert.equal(items[0]?.message, 'Habari Asha, Tanzania');
    assert.equal(items[0].campaign_uuid, campaign.uuid);
    assert.equal(items[0].lane, 'promotional');
  });

  it('refuses what is no campaign, in one sentence', async () => {
    const wrong: [object, RegExp][] = [
      [{ message: 'x' }, /^name is required/],
      [{ name: 'x' }, /^message is required/],
      [{ name: ' ', message: 'x' }, /^name /],
      [{ name: 'x', message: '' }, /^message is required/],
      [{ name: 'x', message: '{{' }, /^message opens/],
      [{ name: 'x', message: '{{a|upper}}' }, /^message has a place/],
      [{ name: 'x', message: 'x', numbers: ['123'] }, /number/],
      [{ name: 'x', message: 'x', sender_id: 'NOBODY' }, /^sender_id/],
      [{ name: 'x', message: 'x', scheduled_at: 'tomorrow' }, /^scheduled_at/],
      [{ name: 'x', message: 'x', segments_per_second: 0 }, /^segments_per_second/],
      [{ name: 'x', message: 'x', colour: 'red' }, /^unknown field: colour/],
    ];
    for (const [body, sentence] of wrong) {
      assert.match((await refusalOf(customer.post('/campaigns', body))).error, sentence);
    }
    for (const body of [{ group_ids: [noId] }, { segment_ids: [noId] }, { group_ids: ['x'] }]) {
      await refusalOf(customer.post('/campaigns', { name: 'x', message: 'x', ...body }), 404);
    }
    const { total } = await dataOf(customer.get('/campaigns'));
    assert.equal(total, 0);
  });

  it('changes a draft and counts again, deletes it, and duplicates any', async () => {
    const { uuid } = await create();
    const put = await dataOf(
      customer.put(`/campaigns/${uuid}`, {
        message: 'x'.repeat(200),
        numbers: ['0712345001', '0712345002', '+255712345001'],
      }),
    );
    assert.deepEqual([put.recipient_count, put.cost_units, put.name], [2, 4, 'May Promo']);
    const patched = await dataOf(
      customer.patch(`/campaigns/${uuid}`, { scheduled_at: inAnHour(), validity_seconds: 60 }),
    );
    assert.equal(patched.validity_seconds, 60);
    assert.equal((await dataOf(customer.patch(`/campaigns/${uuid}`, { scheduled_at: null }))).scheduled_at, null);
    const copy = await dataOf(step(uuid, 'duplicate'));
    assert.deepEqual([copy.name, copy.recipient_count, copy.state], ['May Promo (copy)', 2, 'draft']);
    assert.deepEqual(await dataOf(customer.delete(`/campaigns/${uuid}`)), { deleted: true });
    await refusalOf(customer.get(`/campaigns/${uuid}`), 404);
  });

  it('lists by page, newest first, by status and by name', async () => {
    const first = await create({ name: 'Moja' });
    const second = await create({ name: 'Mbili 100%' });
    const list = await dataOf(customer.get('/campaigns?page_size=1'));
    assert.deepEqual([list.total, list.items[0]?.uuid], [2, second.uuid]);
    assert.equal((await dataOf(customer.get('/campaigns?search=MOJA'))).items[0]?.uuid, first.uuid);
    assert.equal((await dataOf(customer.get('/campaigns?search=0%25'))).items[0]?.uuid, second.uuid);
    await dataOf(step(first.uuid, 'send'));
    await reaches(first.uuid, 'completed');
    const drafts = await dataOf(customer.get('/campaigns?status=draft'));
    assert.deepEqual(
      drafts.items.map(({ uuid }) => uuid),
      [second.uuid],
    );
    assert.equal((await dataOf(customer.get('/campaigns?status=completed'))).total, 1);
    await refusalOf(customer.get('/campaigns?status=running'));
  });

  it('sends: holds the price, completes, shows progress, and is sent once', async () => {
    const { uuid } = await create({ numbers: ['0712345001', '0712345002', '0712345003'] });
    const sent = await dataOf(step(uuid, 'send'));
    assert.deepEqual([sent.status, sent.state, sent.recipient_count], ['sending', 'sending', 3]);
    assert.equal((await refusalOf(step(uuid, 'send'), 409)).code, 'conflict');
    await reaches(uuid, 'completed');
    const done = await eventually('all are delivered', async () => {
      const campaign = await get(uuid);
      return (campaign.progress as { delivered: number }).delivered === 3 && campaign;
    });
    assert.deepEqual(
      { ...(done.progress as object), messages_per_second: null, seconds_left: null },
      {
        total: 3,
        queued: 0,
        sent: 3,
        delivered: 3,
        failed: 0,
        cancelled: 0,
        skipped: 0,
        messages_per_second: null,
        seconds_left: null,
      },
    );
    for (const verb of ['pause', 'resume', 'cancel']) await refusalOf(step(uuid, verb), 409);
    await refusalOf(customer.put(`/campaigns/${uuid}`, { name: 'x' }), 409);
    await refusalOf(customer.delete(`/campaigns/${uuid}`), 409);
    await refusalOf(step(uuid, 'plan'), 409);
  });

  it('answers 402 before anything leaves, and 400 when there is nobody', async () => {
    customer = await host.open({ credits: 1_000 });
    const { uuid } = await create({ numbers: ['0712345001', '0712345002'] });
    const refused = await refusalOf(step(uuid, 'send'), 402);
    assert.equal(refused.code, 'insufficient_balance');
    assert.equal((await get(uuid)).state, 'draft');
    assert.deepEqual(await customer.balance().then(({ held }) => held), 0);
    const scheduled = await create({ numbers: ['0712345001', '0712345002'], scheduled_at: inAnHour() });
    await refusalOf(step(scheduled.uuid, 'send'), 402);
    const empty = await create({ numbers: [] });
    assert.match((await refusalOf(step(empty.uuid, 'send'))).error, /nobody/);
    await refusalOf(step(empty.uuid, 'plan'));
  });

  it('sends exactly what was planned, or says what has changed', async () => {
    const { uuid } = await create();
    const plan = await dataOf(step(uuid, 'plan'));
    assert.deepEqual([plan.recipient_count, plan.cost_units, plan.segments_histogram], [1, 1, { 1: 1 }]);
    assert.equal((await get(uuid)).plan_id, plan.plan_id);
    await refusalOf(step(uuid, 'send', { plan_id: noId }), 404);
    await refusalOf(step(uuid, 'send', { plan: plan.plan_id }), 400);
    await dataOf(customer.put(`/campaigns/${uuid}`, { message: 'Kwaheri', numbers: ['0712345002'] }));
    const { body } = await step(uuid, 'send', { plan_id: plan.plan_id }).expect(409);
    assert.deepEqual((body as { details: unknown }).details, { changed: ['audience', 'texts'] });
    const again = await dataOf(step(uuid, 'plan'));
    await refusalOf(step(uuid, 'send', { plan_id: plan.plan_id }), 409);
    assert.equal((await dataOf(step(uuid, 'send', { plan_id: again.plan_id }))).state, 'sending');
    await reaches(uuid, 'completed');
  });

  it('waits for its time with its credit held, and gives it back when it is cancelled', async () => {
    const { uuid } = await create({ scheduled_at: inAnHour() });
    const sent = await dataOf(step(uuid, 'send'));
    assert.deepEqual([sent.status, sent.state], ['draft', 'scheduled']);
    assert.ok(sent.queued_at);
    assert.equal((await customer.balance()).held, 1_000);
    await refusalOf(step(uuid, 'pause'), 409);
    const cancelled = await dataOf(step(uuid, 'cancel'));
    assert.deepEqual([cancelled.status, cancelled.state], ['cancelled', 'cancelled']);
    assert.equal((await customer.balance()).held, 0);
  });

  it('pauses, resumes and cancels', async () => {
    const numbers = Array.from({ length: 50 }, (_, n) => `+25571234${String(1_000 + n)}`);
    const { uuid } = await create({ numbers, segments_per_second: 2 });
    await dataOf(step(uuid, 'send'));
    assert.deepEqual([(await dataOf(step(uuid, 'pause'))).state, (await get(uuid)).status], ['paused', 'sending']);
    await refusalOf(step(uuid, 'pause'), 409);
    assert.equal((await dataOf(step(uuid, 'resume'))).state, 'sending');
    assert.equal((await dataOf(step(uuid, 'cancel'))).state, 'cancelled');
    await refusalOf(step(uuid, 'cancel'), 409);
    await eventually('what did not leave is given back', async () => (await customer.balance()).held === 0);
  });

  it('gives repeated requests the first answer', async () => {
    const body = { name: 'x', message: 'x', numbers: ['0712345001'] };
    const make = () => customer.post('/campaigns', body).set('idempotency-key', 'make-1').expect(200);
    const made = await make();
    assert.equal((await make()).text, made.text);
    const { uuid } = (made.body as { data: Shown }).data;
    const send = () => step(uuid, 'send').set('idempotency-key', 'send-1').expect(200);
    assert.equal((await send()).text, (await send()).text);
  });

  it('hides what another account has', async () => {
    const { uuid } = await create();
    const mine = await dataOf(step(uuid, 'plan'));
    customer = await host.open();
    const own = await create();
    await refusalOf(step(own.uuid, 'send', { plan_id: mine.plan_id }), 404);
    const asks = [
      customer.get(`/campaigns/${uuid}`),
      customer.put(`/campaigns/${uuid}`, { name: 'x' }),
      customer.patch(`/campaigns/${uuid}`, { name: 'x' }),
      customer.delete(`/campaigns/${uuid}`),
      customer.get(`/campaigns/${uuid}/messages`),
      ...['plan', 'send', 'pause', 'resume', 'cancel', 'duplicate'].map((verb) => step(uuid, verb)),
      customer.get('/campaigns/nonsense'),
    ];
    for (const ask of asks) assert.equal((await refusalOf(ask, 404)).error, 'campaign not found');
  });

  it('is for tokens with the scope', async () => {
    const { uuid } = await create();
    customer = await customer.withScopes('messages', 'groups', 'contacts');
    const asks = [
      customer.get('/campaigns'),
      customer.post('/campaigns', { name: 'x', message: 'x' }),
      customer.get(`/campaigns/${uuid}`),
      ...['plan', 'send', 'pause', 'resume', 'cancel', 'duplicate'].map((verb) => step(uuid, verb)),
    ];
    for (const ask of asks) assert.equal((await refusalOf(ask, 403)).code, 'scope_missing');
  });
});
