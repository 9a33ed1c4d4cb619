import assert from 'node:assert/strict';
import { eventTypes } from '@ujumbe/core';
import type { IDataObject, INodeType, INodePropertyOptions } from 'n8n-workflow';
import { Webhook } from 'standardwebhooks';
import { dataOf, listOf, until, untilState, type Shown } from '../../api/api-host.js';
import { Receiver, type Answer, type Post } from '../../contracts/receiver.js';
import { byId, loadNode } from '../support/node-call.js';
import type { Requested } from '../support/node-requests.js';
import { describeNode, failure, payingByPhone, unusedUrl } from '../support/tried-node.js';
import { callHook, hear, type Listening } from '../support/webhook-call.js';

const to = '+255712345678';
const undelivered = '+255712345902';
/** Delivered, and the handset replies STOP. */
const stopper = '+255712345909';
const payer = '+255744963858';
const canceller = '+255744963903';

describeNode(
  'trigger',
  (tried) => {
    const n8n = new Receiver();
    let type: INodeType;
    let paths = 0;
    let nodes: Listening[] = [];
    /** What executions were started with, by the path of the node that heard it. */
    const started = new Map<string, IDataObject[]>();

    /** n8n's own part: hands a POST to the node that listens at its path. */
    const receive = async (post: Post): Promise<Answer> => {
      const listening = nodes.find(({ url }) => new URL(url).pathname === post.path);
      if (!listening) return { status: 404 };
      const { answer, data } = await hear(listening, post);
      for (const { json } of data?.[0] ?? []) started.get(post.path)?.push(json);
      return answer;
    };

    before(async () => {
      type = await loadNode('UjumbeTrigger/UjumbeTrigger');
      n8n.answer = receive;
      await n8n.up();
    });
    afterEach(async () => {
      for (const listening of nodes) await callHook(listening, 'delete');
      nodes = [];
    });
    after(() => n8n.down());

    /** A node in a workflow that is not active yet. */
    function placed(events: string[], filters: IDataObject = {}, how: Partial<Listening> = {}): Listening {
      const path = `/webhook/${++paths}`;
      started.set(path, []);
      const listening: Listening = {
        type,
        credential: tried.credentialOf(tried.customer),
        parameters: { events, filters },
        memory: {},
        workflowId: String(paths),
        url: n8n.url(path),
        mode: 'webhook',
        ...how,
      };
      nodes.push(listening);
      return listening;
    }
    async function activated(...[events, filters, how]: Parameters<typeof placed>): Promise<Listening> {
      const listening = placed(events, filters, how);
      assert.equal(await callHook(listening, 'checkExists'), false);
      assert.equal(await callHook(listening, 'create'), true);
      return listening;
    }
    const executions = ({ url }: Listening): IDataObject[] => started.get(new URL(url).pathname) ?? [];
    const first = (listening: Listening): Promise<IDataObject> => until(() => executions(listening)[0]);
    const subscriptions = (): Promise<Shown[]> => listOf(tried.customer.get('/webhooks'));
    const send = (changes: object = {}): Promise<Shown> =>
      dataOf(tried.customer.post('/messages', { to, message: 'Habari', client_ref: 'order 7', ...changes }));
    /** Waits until all that is to be told has been, so that what is not there will not come. */
    const allTold = (): Promise<true> =>
      until(async () => {
        for (const { uuid } of await subscriptions()) {
          const { items } = await dataOf(tried.customer.get(`/webhooks/${uuid}/deliveries`));
          if (items.length === 0 || items.some(({ state }) => state !== 'succeeded')) return undefined;
        }
        return true;
      });

    it('subscribes to its events alone, starts on a genuine receipt, and ends its subscription', async () => {
      const listening = await activated(['message.delivered', 'message.failed']);
      const [subscription, ...others] = await subscriptions();
      assert.deepEqual(
        [subscription?.events, subscription?.url, subscription?.description, others],
        [['message.delivered', 'message.failed'], listening.url, `n8n: Told (${listening.workflowId})`, []],
      );
      assert.equal(await callHook(listening, 'checkExists'), true);
      const sent = await send();
      const { event_id: id, event_at: at, ...item } = await first(listening);
      assert.deepEqual(item, {
        event: 'message.delivered',
        account_uuid: tried.customer.accountId,
        uuid: sent.uuid,
        to,
        sender_id: 'MYAPP',
        state: 'delivered',
        status: 'delivered',
        parts: 1,
        client_ref: 'order 7',
        error_code: null,
      });
      assert.match(id as string, /^[0-9a-f-]{36}$/);
      assert.ok(Date.parse(at as string) > 0);
      assert.equal(await callHook(listening, 'delete'), true);
      assert.deepEqual(await subscriptions(), []);
      assert.equal(await callHook(listening, 'checkExists'), false);
    });

    it('offers every event of the platform, in the order of their names', () => {
      const { options } = type.description.properties.find(({ name }) => name === 'events') ?? {};
      const offered = options as INodePropertyOptions[];
      assert.deepEqual(offered.map(({ value }) => value as string).sort(), [...eventTypes].sort());
      const names = offered.map(({ name }) => name);
      assert.deepEqual(names, [...names].sort());
    });

    it('finds a subscription whose secret is lost, and doubles none', async () => {
      const listening = await activated(['message.delivered']);
      const [before] = await subscriptions();
      // An imported copy of the workflow, or an answer that was lost.
      listening.memory = {};
      assert.equal(await callHook(listening, 'checkExists'), false);
      await callHook(listening, 'create');
      const [after, ...others] = await subscriptions();
      assert.deepEqual([after?.uuid, others], [before?.uuid, []]);
      await send();
      await first(listening);
      // Whatever else doubled it is taken away.
      await tried.customer.post('/webhooks', { url: listening.url }).expect(200);
      listening.memory = {};
      await callHook(listening, 'create');
      assert.equal((await subscriptions()).length, 1);
    });

    it('puts right a subscription that hears something else or was put aside', async () => {
      const listening = await activated(['message.delivered']);
      const [{ uuid } = { uuid: '' }] = await subscriptions();
      await tried.customer.patch(`/webhooks/${uuid}`, { state: 'disabled' }).expect(200);
      listening.parameters = { events: ['message.failed', 'payment.completed'] };
      const requests: Requested[] = [];
      assert.equal(await callHook(listening, 'checkExists', requests), true);
      const [subscription] = await subscriptions();
      assert.deepEqual(
        [subscription?.uuid, subscription?.state, subscription?.events],
        [uuid, 'active', ['message.failed', 'payment.completed']],
      );
      assert.deepEqual(
        requests.map(({ method }) => method),
        ['GET', 'PATCH'],
      );
    });

    it('has a subscription of its own for test runs', async () => {
      const active = await activated(['message.delivered']);
      const test = { workflowId: active.workflowId, mode: 'manual' } as const;
      const trying = await activated(['message.delivered'], {}, test);
      assert.equal((await subscriptions()).length, 2);
      await send();
      await Promise.all([first(active), first(trying)]);
      await callHook(trying, 'delete');
      assert.deepEqual(
        (await subscriptions()).map(({ url }) => url),
        [active.url],
      );
    });

    it('forgets a subscription that is gone, and tells one from a server that is away', async () => {
      const listening = await activated(['message.delivered']);
      const [{ uuid } = { uuid: '' }] = await subscriptions();
      const away = { ...listening, credential: { ...listening.credential, baseUrl: await unusedUrl() } };
      assert.match((await failure(callHook(away, 'checkExists'))).message, /^The Ujumbe server did not answer\. Check/);
      const nowhere = { ...listening, credential: { ...listening.credential, baseUrl: n8n.url('/nothing') } };
      assert.match((await failure(callHook(nowhere, 'checkExists'))).message, /not an Ujumbe API/);
      assert.equal(listening.memory.webhookId, uuid);
      await tried.customer.delete(`/webhooks/${uuid}`).expect(200);
      assert.equal(await callHook(listening, 'checkExists'), false);
      assert.deepEqual(listening.memory, {});
      assert.equal(await callHook(listening, 'delete'), true);
    });

    it('says on activation why it cannot subscribe', async () => {
      // n8n 1.x shows the description of some errors alone, 2.x the message: the message says it all.
      assert.match((await failure(callHook(placed([]), 'create'))).message, /^"Events" is empty\. Choose/);
      const credential = tried.credentialOf(await tried.customer.withScopes('messages'));
      const unscoped = await failure(callHook(placed(['message.received'], {}, { credential }), 'create'));
      assert.match(unscoped.message, /scope.*Use a credential.*scope_missing/);
      const listener = tried.credentialOf(await tried.customer.withScopes('webhooks'));
      const tags = placed(['message.received'], { tags: 'vip' }, { credential: listener });
      assert.match((await failure(callHook(tags, 'create'))).message, /contacts/);
      // n8n's own address, until it is told another.
      const local = placed(['message.received'], {}, { url: 'http://localhost:5678/webhook/1' });
      const unreachable = await failure(callHook(local, 'create'));
      assert.match(unreachable.message, /private, loopback.*WEBHOOK_URL.*UJUMBE_WEBHOOK_ALLOW/);
      assert.deepEqual(await subscriptions(), []);
    });

    it('refuses what is not signed with its secret, and starts nothing', async () => {
      const listening = await activated(['message.delivered']);
      const secret = listening.memory.secret as string;
      const path = new URL(listening.url).pathname;
      const body = JSON.stringify({ id: 'x', type: 'message.delivered', timestamp: '', data: { uuid: 'forged' } });
      const signed = (by: string, at: Date, text = body): Post => ({
        path,
        body: text,
        headers: {
          'webhook-id': 'x',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(by).sign('x', at, text),
        },
      });
      const now = new Date();
      const good = signed(secret, now);
      const old = signed(secret, new Date(now.getTime() - 301_000));
      const ahead = signed(secret, new Date(now.getTime() + 302_000));
      const other = signed('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILA==', now);
      const unsigned: Post = { path, body, headers: {} };
      const changed: Post = { ...good, body: body.replace('forged', 'Forged') };
      const spaced: Post = { ...good, body: `${body} ` };
      const renamed: Post = { ...good, headers: { ...good.headers, 'webhook-id': 'y' } };
      const short: Post = { ...good, headers: { ...good.headers, 'webhook-signature': 'v1,AAAA' } };
      for (const post of [old, ahead, other, unsigned, changed, spaced, renamed, short]) {
        const { answer, data } = await hear(listening, post);
        assert.deepEqual([answer.status, data], [401, undefined], JSON.stringify(post));
      }
      for (const memory of [{}, { secret: '' }, { secret: 'whsec_' }]) {
        assert.equal((await hear({ ...listening, memory }, good)).answer.status, 401);
      }
      const rotating: Post = { ...good };
      rotating.headers = {
        ...good.headers,
        'webhook-signature': `${String(other.headers['webhook-signature'])} ${String(good.headers['webhook-signature'])}`,
      };
      const { answer, data } = await hear(listening, rotating);
      assert.deepEqual([answer.status, data?.[0]?.[0]?.json.uuid], [200, 'forged']);
    });

    it('starts once for an event that comes twice, also after a restart', async () => {
      const listening = await activated(['message.delivered']);
      await send();
      await first(listening);
      await allTold();
      const [{ uuid } = { uuid: '' }] = await subscriptions();
      const { items } = await dataOf(tried.customer.get(`/webhooks/${uuid}/deliveries`));
      const replay = async (attempts: number): Promise<void> => {
        await tried.customer.post(`/webhooks/${uuid}/deliveries/${items[0]!.uuid}/replay`).expect(200);
        await until(async () => {
          const shown = await dataOf(tried.customer.get(`/webhooks/${uuid}/deliveries`));
          return shown.items[0]?.attempts === attempts && shown.items[0].state === 'succeeded' ? true : undefined;
        });
      };
      await replay(2);
      // What the process remembers is lost with it; what is stored with the workflow stays.
      listening.workflowId = 'after a restart';
      await replay(3);
      assert.equal(executions(listening).length, 1);
    });

    it('hears what becomes of messages, and what handsets answer', async () => {
      const messages = await activated(['message.submitted', 'message.failed']);
      const handsets = ['message.received', 'message.opted_out'];
      const replies = await activated(handsets, { senderIds: 'MyApp', prefixes: '+25571' });
      const elsewhere = await activated(handsets, { senderIds: 'OTHER', prefixes: '+25574' });
      const [lost, stopped] = [await send({ to: undelivered }), await send({ to: stopper })];
      await until(() => executions(messages)[2] && executions(replies)[1]);
      await allTold();
      const told = executions(messages).map(({ event, uuid, state }) => [event, uuid, state]);
      assert.deepEqual(
        told.sort(),
        [
          ['message.submitted', lost.uuid, 'submitted'],
          ['message.failed', lost.uuid, 'undelivered'],
          ['message.submitted', stopped.uuid, 'submitted'],
        ].sort(),
      );
      const heard = (type: string): IDataObject => {
        const {
          event_id: _,
          event_at: __,
          account_uuid: ___,
          ...fields
        } = executions(replies).find(({ event }) => event === type) ?? {};
        return fields;
      };
      const { uuid, ...received } = heard('message.received');
      assert.equal(typeof uuid, 'string');
      assert.deepEqual(received, { event: 'message.received', from: stopper, to: 'MYAPP', message: 'STOP' });
      assert.deepEqual(heard('message.opted_out'), { event: 'message.opted_out', phone: stopper, keyword: 'STOP' });
      assert.deepEqual(executions(elsewhere), []);
    });

    it('hears campaigns, payments and credits', async () => {
      await tried.customer.patch('/balance', { low_below: 99.5 }).expect(200);
      const campaigns = await activated(['campaign.started', 'campaign.paused', 'campaign.completed']);
      const money = await activated(['payment.completed', 'payment.failed', 'credits.low']);
      const draft = { name: 'May Promo', message: 'x', numbers: [to] };
      const { uuid } = await dataOf(tried.customer.post('/campaigns', draft));
      await tried.customer.post(`/campaigns/${uuid}/send`).expect(200);
      await until(() => executions(campaigns)[1]);
      assert.deepEqual(
        executions(campaigns).map(({ event, campaign_uuid: campaign, name }) => [event, campaign, name]),
        [
          ['campaign.started', uuid, 'May Promo'],
          ['campaign.completed', uuid, 'May Promo'],
        ],
      );
      const low = await first(money);
      assert.deepEqual([low.event, low.available, low.below], ['credits.low', 99, 99.5]);
      const paid = await dataOf(tried.customer.post('/payments', { credits: 500, phone: payer }));
      const told = await until(() => executions(money)[1]);
      assert.deepEqual([told.event, told.uuid, told.credits], ['payment.completed', paid.uuid, 500]);
      const denied = await dataOf(tried.customer.post('/payments', { credits: 500, phone: canceller }));
      const failed = await until(() => executions(money)[2]);
      assert.deepEqual([failed.event, failed.uuid, failed.state], ['payment.failed', denied.uuid, 'cancelled']);
      const slow = { ...draft, numbers: [to, '+255712345679', '+255712345680'], segments_per_second: 1 };
      const { uuid: other } = await dataOf(tried.customer.post('/campaigns', slow));
      await tried.customer.post(`/campaigns/${other}/send`).expect(200);
      await tried.customer.post(`/campaigns/${other}/pause`).expect(200);
      const paused = await until(() => executions(campaigns).find(({ event }) => event === 'campaign.paused'));
      assert.deepEqual([paused.campaign_uuid, paused.state], [other, 'paused']);
    });

    it('starts only for the sender IDs, the numbers and the campaign it is to', async () => {
      await tried.host.sms.accounts.approveSender(tried.customer.accountId, 'OTHER');
      const delivered = ['message.delivered'];
      const bySender = await activated(delivered, { senderIds: 'nobody, other' });
      const byNumber = await activated(delivered, { prefixes: ['+255 74', '0'] });
      const draft = { name: 'May Promo', message: 'x', numbers: ['+255712345679'] };
      const { uuid: campaign } = await dataOf(tried.customer.post('/campaigns', draft));
      const byCampaign = await activated([...delivered, 'campaign.completed', 'credits.added'], {
        campaignId: byId(campaign),
      });
      const plain = await send();
      const other = await send({ sender_id: 'OTHER' });
      const number = await send({ to: '+255742345678' });
      await tried.customer.post(`/campaigns/${campaign}/send`).expect(200);
      for (const { uuid } of [plain, other, number]) await untilState(tried.customer, uuid, 'delivered');
      await until(() => executions(byCampaign)[1]);
      await allTold();
      assert.deepEqual(
        executions(bySender).map(({ uuid }) => uuid),
        [other.uuid],
      );
      assert.deepEqual(
        executions(byNumber).map(({ uuid }) => uuid),
        [number.uuid],
      );
      assert.deepEqual(
        executions(byCampaign)
          .map(({ event, campaign_uuid: of }) => [event, of])
          .sort(),
        [
          ['campaign.completed', campaign],
          ['message.delivered', campaign],
        ],
      );
    });

    it('starts only for contacts with the tags it is to, and lets no event go that it cannot tell of', async () => {
      await tried.customer.post('/contacts', { phone: to, tags: ['vip', 'arusha'] }).expect(200);
      await tried.customer.post('/contacts', { phone: '+255712345670', tags: ['staff'] }).expect(200);
      const vips = await activated(['message.delivered'], { tags: 'gold, vip' });
      const wanted = await send();
      await send({ to: '+255712345670' });
      await send({ to: '+255712345671' });
      await first(vips);
      await until(async () => {
        const { items } = await dataOf(tried.customer.get('/messages'));
        return items.every(({ state }) => state === 'delivered') ? true : undefined;
      });
      await allTold();
      assert.deepEqual(
        executions(vips).map(({ uuid }) => uuid),
        [wanted.uuid],
      );
      const { credential } = vips;
      vips.credential = { ...credential, baseUrl: await unusedUrl() };
      const { answer } = await hear(vips, n8n.to(new URL(vips.url).pathname)[0]!);
      assert.deepEqual([answer.status, answer.body?.includes('tags')], [503, true]);
      vips.credential = credential;
    });
  },
  { sms: payingByPhone },
);
