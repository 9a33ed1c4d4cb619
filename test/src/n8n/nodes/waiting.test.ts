import assert from 'node:assert/strict';
import { simulatedWallet } from '@ujumbe/core';
import { NodeHelpers, Workflow, type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';
import { dataOf, until } from '../../api/api-host.js';
import { Receiver, type Post } from '../../contracts/receiver.js';
import { byId, nodeOf, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, type How } from '../support/tried-node.js';
import { hear, type Listening } from '../support/webhook-call.js';

const delivered = '+255712345678';
const undelivered = '+255712345902';
const silent = '+255712345904';
const payer = '+255744963858';
const refusedPayer = '+255744963901';
const canceller = '+255744963903';

describeNode(
  'waiting',
  (tried) => {
    const n8n = new Receiver();
    let starter: string;
    let executions = 0;
    /** What each execution was resumed with, by its id. */
    const resumed = new Map<string, INodeExecutionData[]>();

    const listening = (): Listening => ({
      type: tried.node,
      credential: tried.credentialOf(tried.customer),
      parameters: {},
      memory: {},
      workflowId: '1',
      url: n8n.url(),
      mode: 'webhook',
    });
    const resume = async (post: Post): Promise<{ status: number; body?: string }> => {
      const { answer, data } = await hear(listening(), post);
      const id = new URL(post.path, n8n.url()).pathname.split('/').at(-1) ?? '';
      if (data) resumed.set(id, data[0] ?? []);
      return answer;
    };

    before(async () => {
      n8n.answer = resume;
      await n8n.up();
      const details = { name: 'Starter', credits: 1_000_000, price: 1_800_000, currency: 'TZS' };
      starter = (await tried.host.sms.packages.create(details)).id;
    });
    after(() => n8n.down());

    /** Calls an operation that waits; what its execution is resumed with follows. */
    async function wait(resource: string, operation: string, parameters: object, how: How = {}) {
      const executionId = String(++executions);
      const resumeUrl = n8n.url(`/webhook-waiting/${executionId}`);
      const called = await tried.call(resource, operation, parameters, { executionId, resumeUrl, ...how });
      return { called, resumed: () => until(() => resumed.get(executionId)), executionId };
    }
    const send = (to: string[], parameters: object = {}, how: How = {}) =>
      wait(
        'message',
        'sendAndWaitForDelivery',
        { to: (index: number) => to[index], message: 'Your code is 4711', ...parameters },
        { items: to.map(() => ({})), ...how },
      );
    const request = (phones: string[], parameters: object = {}, how: How = {}) =>
      wait(
        'payment',
        'requestAndWaitForResult',
        { phone: (index: number) => phones[index], packageId: byId(starter), ...parameters },
        { items: phones.map(() => ({})), ...how },
      );
    const leaves = (items: INodeExecutionData[], shown: (json: IDataObject) => unknown): unknown[] =>
      items.map(({ json, error, pairedItem }) => [error ? 'second' : 'first', shown(json), pairedItem]);
    const isAsleep = ({ asleep, outputs }: Called, items: number): void => {
      // A plain node with an error output: that is how n8n leaves by two.
      assert.deepEqual([asleep?.type, asleep?.onError], ['n8n-nodes-base.noOp', 'continueErrorOutput']);
      assert.equal(outputs[0]?.length, items);
    };

    it('sends, and goes on with each message where it belongs once all are settled', async () => {
      const { called, resumed: on } = await send([undelivered, '12', delivered]);
      isAsleep(called, 3);
      assert.deepEqual(
        leaves(await on(), ({ state, error_code: code }) => state ?? code),
        [
          ['second', 'undelivered', { item: 0 }],
          ['second', 'number_invalid', { item: 1 }],
          ['first', 'delivered', { item: 2 }],
        ],
      );
    });

    it('goes on at the end of the time, and says for whom it was over', async () => {
      const { resumed: on } = await send([silent, delivered], { waitAmount: 1, waitUnit: 'seconds' });
      assert.deepEqual(
        leaves(await on(), ({ timed_out: isOver }) => isOver),
        [
          ['second', true, { item: 0 }],
          ['first', false, { item: 1 }],
        ],
      );
    });

    it('sends once however often it is retried, and waits again for the same message', async () => {
      const customData = new Map<string, string>();
      const first = await send([silent], {}, { customData });
      customData.set('ujumbeExecution', first.executionId);
      const second = await send([silent], { waitAmount: 1, waitUnit: 'seconds' }, { customData });
      await second.resumed();
      assert.equal((await dataOf(tried.customer.get('/messages'))).total, 1);
    });

    it('does not wait when nothing was sent, or for longer or more than it can', async () => {
      const none = await failure(send(['12', '13']));
      assert.match(none.description ?? '', /number_invalid/);
      const { called } = await send(['12'], {}, { onError: 'continueRegularOutput' });
      assert.deepEqual(
        [called.asleep, called.outputs[0], jsonOf(called, 1)[0]?.code],
        [undefined, [], 'number_invalid'],
      );
      const long = await failure(send([delivered], { waitAmount: 8, waitUnit: 'days' }));
      assert.match(long.message, /7 days/);
      const many = await failure(send(Array.from({ length: 101 }, () => delivered)));
      assert.match(many.description ?? '', /Loop Over Items.*Send Batch/);
      const sender = await tried.customer.withScopes('messages');
      const deaf = await failure(send([delivered], {}, { credential: tried.credentialOf(sender) }));
      assert.match(deaf.description ?? '', /scope_missing/);
    });

    it('asks for payments, and goes on with each where it belongs once all have ended', async () => {
      const { called, resumed: on } = await request([canceller, refusedPayer, payer]);
      isAsleep(called, 3);
      assert.deepEqual(
        leaves(await on(), ({ state, error_code: code }) => state ?? code),
        [
          ['second', 'cancelled', { item: 0 }],
          ['second', 'upstream_rejected', { item: 1 }],
          ['first', 'completed', { item: 2 }],
        ],
      );
    });

    it('does not wait when no phone was asked, or when what is given is no request', async () => {
      const none = await failure(request([refusedPayer]));
      assert.match(none.description ?? '', /upstream_rejected/);
      const { called } = await request([refusedPayer], {}, { onError: 'continueRegularOutput' });
      assert.deepEqual([called.asleep, jsonOf(called, 1)[0]?.code], [undefined, 'upstream_rejected']);
      const empty = await failure(request([payer, '']));
      assert.deepEqual([empty.message, empty.context.itemIndex], ['"Phone" is empty', 1]);
      assert.equal((await dataOf(tried.customer.get('/payments'))).total, 2);
    });

    it('is resumed by nobody else, and not before its time', async () => {
      const { executionId } = await send([silent]);
      const { items } = await dataOf(tried.customer.get('/messages'));
      const other = { url: n8n.url('/elsewhere'), message_uuids: [items[0]!.uuid], within_seconds: 1 };
      const { uuid } = await dataOf(tried.customer.post('/watches', other));
      const post = (body: object): Promise<{ status: number }> =>
        resume({ path: `/webhook-waiting/${executionId}`, headers: {}, body: JSON.stringify(body) });
      assert.equal((await post({})).status, 400);
      assert.equal((await post({ data: { uuid: '../balance' } })).status, 400);
      assert.equal((await post({ data: { uuid } })).status, 403);
      assert.equal((await post({ data: { uuid: items[0]!.uuid } })).status, 403);
      assert.equal(resumed.has(executionId), false);
    });

    it('shows two outputs for what waits and one for everything else', () => {
      const outputsOf = (operation: string): unknown[] => {
        const node: INode = nodeOf(tried.node, { operation });
        const nodeTypes = {
          getByName: () => tried.node,
          getByNameAndVersion: () => tried.node,
          getKnownTypes: () => ({}),
        };
        const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
        return NodeHelpers.getNodeOutputs(workflow, node, tried.node.description).map((output) =>
          typeof output === 'string' ? output : (output.displayName ?? output.type),
        );
      };
      assert.deepEqual(outputsOf('sendAndWaitForDelivery'), ['Delivered', 'Not Delivered']);
      assert.deepEqual(outputsOf('requestAndWaitForResult'), ['Completed', 'Not Completed']);
      assert.deepEqual(outputsOf('send'), ['main']);
    });
  },
  {
    sms: () => ({
      payments: {
        wallets: [simulatedWallet({ delayMs: 20 })],
        schedule: { soonEveryMs: 100 },
        buyerEmail: 'duka@example.com',
      },
    }),
  },
);
