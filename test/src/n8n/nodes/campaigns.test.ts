import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { dataOf, until } from '../../api/api-host.js';
import { byId, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, only, search, type How } from '../support/tried-node.js';

const numbers = ['+255712345671', '+255712345672', '+255712345673'];
const day = 86_400_000;

describeNode('campaigns', (tried) => {
  const call = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
    tried.call('campaign', operation, parameters, how);
  const step = (operation: string, uuid: unknown, parameters: object = {}, how: How = {}): Promise<Called> =>
    call(operation, { campaignId: byId(uuid as string), ...parameters }, how);
  const create = async (parameters: object = {}): Promise<IDataObject> =>
    only(
      await call('create', {
        name: 'May Promo',
        message: 'Habari',
        audience: { numbers: [{ numbers }] },
        ...parameters,
      }),
    );
  const group = async (name: string, phones: string[]): Promise<string> => {
    const { uuid } = await dataOf(tried.customer.post('/groups', { name }));
    await tried.customer.post(`/groups/${uuid}/contacts`, { phones }).expect(200);
    return uuid;
  };
  const segment = async (name: string): Promise<string> =>
    (await dataOf(tried.customer.post('/segments', { name, rule: { active: true } }))).uuid;

  it('creates a draft with every field of the form', async () => {
    const [first, second] = [await group('VIP', numbers.slice(0, 2)), await group('Staff', ['+255712345674'])];
    const everybody = await segment('Everybody');
    const at = new Date(Date.now() + day).toISOString().slice(0, 10);
    const draft = only(
      await call(
        'create',
        {
          name: 'May Promo',
          message: 'Habari {{first_name|default:"rafiki"}}',
          audience: {
            groups: [{ groupId: byId(first) }, { groupId: second }],
            segments: [{ segmentId: byId(everybody) }],
            numbers: [{ numbers: '0712345671, 0712345675' }, { numbers: ['+255712345676'] }],
          },
          senderId: { __rl: true, mode: 'name', value: 'MYAPP' },
          additionalFields: {
            lane: 'transactional',
            scheduledAt: `${at}T09:00:00`,
            segmentsPerSecond: 20,
            validitySeconds: 3_600,
          },
        },
        { timezone: 'Africa/Dar_es_Salaam' },
      ),
    );
    assert.deepEqual(
      [draft.status, draft.recipient_count, draft.lane, draft.segments_per_second, draft.validity_seconds],
      ['draft', 5, 'transactional', 20, 3_600],
    );
    assert.deepEqual([draft.group_ids, draft.segment_ids], [[first, second], [everybody]]);
    assert.equal(draft.scheduled_at, `${at}T06:00:00Z`);
    assert.ok(draft.sender_id);
  });

  it('creates one draft in an execution that is retried', async () => {
    const parameters = { name: 'Once', message: 'x', audience: { numbers: [{ numbers }] } };
    const first = only(await call('create', parameters, { executionId: 'same' }));
    assert.equal(only(await call('create', parameters, { executionId: 'same' })).uuid, first.uuid);
  });

  it('plans, sends exactly what was planned, and tells how far it is', async () => {
    const { uuid } = await create();
    const plan = only(await step('plan', uuid));
    assert.deepEqual([plan.recipient_count, plan.cost_units], [3, 3]);
    const sent = only(await step('send', uuid, { options: { planId: plan.plan_id } }));
    assert.equal(sent.status, 'sending');
    const done = await until(async () => {
      const got = only(await step('get', uuid));
      return got.state === 'completed' ? got : undefined;
    });
    assert.equal((done.progress as IDataObject).total, 3);
    assert.deepEqual([done.message, done.reason], [undefined, null]);
    assert.equal(only(await step('get', uuid, { simplify: false })).message, 'Habari');
  });

  it('sends nothing of a plan that does not hold any more, and says why', async () => {
    const { uuid } = await create();
    const { plan_id: planId } = only(await step('plan', uuid));
    await tried.customer.patch(`/campaigns/${uuid as string}`, { message: 'Other' }).expect(200);
    const refused = await failure(step('send', uuid, { options: { planId } }));
    assert.match(refused.message, /^Since it was planned, texts changed|^This campaign has no such plan|plan/i);
    assert.deepEqual([refused.httpCode, refused.context.itemIndex], ['409', 0]);
    assert.equal(only(await step('get', uuid)).state, 'draft');
  });

  it('pauses, resumes and cancels', async () => {
    const phones = Array.from({ length: 40 }, (_, index) => `+2557123${String(10_000 + index)}`);
    const slow = { audience: { numbers: [{ numbers: phones }] }, additionalFields: { segmentsPerSecond: 1 } };
    const { uuid } = await create(slow);
    await step('send', uuid);
    assert.equal(only(await step('pause', uuid)).state, 'paused');
    assert.equal(only(await step('resume', uuid)).state, 'sending');
    const cancelled = only(await step('cancel', uuid));
    assert.equal(cancelled.state, 'cancelled');
    const again = await failure(step('pause', uuid));
    assert.deepEqual([again.httpCode, (again.description ?? '').includes('conflict')], ['409', true]);
  });

  it('gets many by filters, and all of them page by page', async () => {
    for (let index = 0; index < 105; index++) await create({ name: `Promo ${index}` });
    const other = await create({ name: 'Notice' });
    const all = await call('getAll', { returnAll: true });
    assert.deepEqual([jsonOf(all).length, all.requests.length], [106, 2]);
    assert.equal(jsonOf(await call('getAll', { limit: 3 })).length, 3);
    const found = only(await call('getAll', { filters: { search: 'notice', status: 'draft' } }));
    assert.deepEqual([found.uuid, found.segment_ids], [other.uuid, undefined]);
    assert.deepEqual(jsonOf(await call('getAll', { filters: { status: 'completed' } })), []);
    const whole = only(await call('getAll', { filters: { search: 'notice' }, simplify: false }));
    assert.deepEqual(whole.segment_ids, []);
  });

  it('refuses what is missing in the words of the form, and goes on with the others where it is told to', async () => {
    const draft = { message: 'x', audience: { numbers: [{ numbers }] } };
    assert.equal((await failure(call('create', { ...draft, name: '' }))).message, '"Name" is empty');
    const open = { ...draft, name: 'x', audience: { groups: [{ groupId: byId('') }] } };
    assert.equal((await failure(call('create', open))).message, 'A "Group" in "Audience" is empty');
    assert.equal((await failure(step('get', ''))).message, '"Campaign" is empty');
    const nowhere = await failure(step('get', '01890000-0000-7000-8000-000000000000', {}, { items: [{}] }));
    assert.deepEqual([nowhere.message, nowhere.httpCode], ['Campaign not found', '404']);
    const poor = await tried.host.open({ credits: 1_000 });
    const credential = tried.credentialOf(poor);
    const { uuid } = only(await call('create', { ...draft, name: 'x' }, { credential }));
    const unpaid = await failure(step('send', uuid, {}, { credential }));
    assert.match(unpaid.description ?? '', /2 credits are missing.*insufficient_balance/);
    const { outputs } = await call(
      'create',
      { ...draft, name: (index: number) => ['a', '', 'c'][index] },
      { items: [{}, {}, {}], onError: 'continueRegularOutput' },
    );
    assert.deepEqual(
      outputs[0]?.map(({ json, pairedItem }) => [json.name ?? json.error, pairedItem]),
      [
        ['a', { item: 0 }],
        ['"Name" is empty', { item: 1 }],
        ['c', { item: 2 }],
      ],
    );
  });

  it('offers campaigns, groups and segments in its form', async () => {
    const { uuid } = await create({ name: 'Promo' });
    await create({ name: 'Notice' });
    const campaigns = await search(tried, 'searchCampaigns', 'promo');
    assert.deepEqual(campaigns.results, [{ name: 'Promo · draft', value: uuid }]);
    // The fifty of a page, none of which is looked for, do not hide the one behind them.
    for (let index = 0; index < 55; index++) await tried.customer.post('/groups', { name: `A ${index}` }).expect(200);
    const vip = await group('VIP', numbers);
    assert.equal((await search(tried, 'searchGroups')).results.length, 50);
    assert.deepEqual((await search(tried, 'searchGroups', 'vip')).results, [{ name: 'VIP (3)', value: vip }]);
    const everybody = await segment('Everybody');
    assert.deepEqual((await search(tried, 'searchSegments')).results, [{ name: 'Everybody', value: everybody }]);
    const senders = await search(tried, 'searchSenders', 'my');
    assert.deepEqual(senders.results, [{ name: 'MYAPP', value: 'MYAPP' }]);
  });
});
