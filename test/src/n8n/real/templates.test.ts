import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { dataOf, listOf, until, type Shown } from '../../api/api-host.js';
import { outputsOf, type WorkflowNode } from '../support/n8n-client.js';
import { describeInN8n, type Credentials, type World } from './world.js';

const folder = join(__dirname, '../../../../packages/n8n-nodes/workflows');
const to = '+255712345678';
/** Its receipt comes once the execution sleeps. */
const late = '+255712345910';
const undelivered = '+255712345902';
const payer = '+255744963858';

/** A workflow as it is exported. */
interface Template {
  name: string;
  nodes: (WorkflowNode & { credentials?: Credentials })[];
}

describeInN8n(
  'n8n: templates',
  (of) => {
    let world: World;
    const opened: { id: string }[] = [];
    const tried = new Set<string>();
    before(() => (world = of()));
    afterEach(async () => {
      assert.deepEqual(world.host.logged, []);
      for (const workflow of opened.splice(0)) await world.client.deactivate(workflow);
    });
    after(() => {
      // A failed test is told of by itself.
      if (tried.size > 0) assert.deepEqual([...tried].sort(), readdirSync(folder).sort());
    });

    /** Imports a template, gives its nodes the credentials a user would choose, and activates it. */
    async function use(file: string, credentials: Credentials = {}): Promise<{ id: string; template: Template }> {
      tried.add(file);
      const template = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template;
      const own: Credentials = { ...world.credentials, ...credentials };
      for (const node of template.nodes) {
        assert.equal(node.credentials, undefined, `${file} names credentials that only its author has`);
        if (node.type.startsWith('n8n-nodes-ujumbe.')) node.credentials = { ujumbeApi: own.ujumbeApi! };
        const named = node.type.split('.')[1]!;
        if (named in own) node.credentials = { [named]: own[named]! };
      }
      const workflow = await world.client.importWorkflow(template);
      await world.client.activate(workflow);
      opened.push(workflow);
      return { id: workflow.id, template };
    }

    async function call(path: string, body: object | FormData): Promise<void> {
      await world.client.until(`${path} can be called`, async () => {
        const form = body instanceof FormData;
        const answer = await fetch(world.n8n.url + path, {
          method: 'POST',
          body: form ? body : JSON.stringify(body),
          ...(!form && { headers: { 'content-type': 'application/json' } }),
        });
        await answer.text();
        return answer.status === 200 || undefined;
      });
    }

    const sentTo = async (phone: string): Promise<Shown[]> =>
      (await dataOf(world.customer.get(`/messages?phone=${encodeURIComponent(phone)}`))).items;

    it('sends a one-time password and tells whether it arrived', async () => {
      const workflow = await use('otp-with-wait.json');
      await call('/webhook/send-code', { phone: late, code: '4711' });
      const arrived = await world.client.ended(workflow);
      const [[item]] = outputsOf(arrived, 'Delivered') as [[{ json: Record<string, unknown> }]];
      assert.deepEqual([item.json.phone, item.json.delivered], [late, true]);
      const [message] = await sentTo(late);
      assert.deepEqual([message!.lane, message!.message], ['otp', 'Your code is 4711. Tell it to nobody.']);
      await call('/webhook/send-code', { phone: undelivered, code: '4712' });
      const lost = await world.client.ended(workflow, 2);
      const [[other]] = outputsOf(lost, 'Not Delivered') as [[{ json: Record<string, unknown> }]];
      assert.deepEqual([other.json.phone, other.json.delivered], [undelivered, false]);
      assert.notEqual(other.json.reason, '');
    });

    it('sends a campaign to the numbers of a spreadsheet, unless it is too dear', async () => {
      const { id, template } = await use('campaign-from-spreadsheet.json');
      const { webhookId } = template.nodes.find(({ name }) => name === 'Form')!;
      const submit = async (name: string, budget: number): Promise<void> => {
        const form = new FormData();
        form.append('field-0', new Blob(['name,phone\nAsha,0712000001\nJuma,+255 712 000 002\n']), 'watu.csv');
        for (const [index, value] of [name, 'Habari', String(budget)].entries()) {
          form.append(`field-${index + 1}`, value);
        }
        await call(`/form/${String(webhookId)}`, form);
      };
      await submit('Paid', 2);
      const sent = await world.client.ended({ id });
      const [[item]] = outputsOf(sent, 'Send Campaign') as [[{ json: Record<string, unknown> }]];
      assert.equal(item.json.recipient_count, 2);
      await submit('Dear', 1);
      const dear = await world.client.ended({ id }, 2);
      assert.deepEqual([dear.status, dear.runData['Send Campaign']], ['success', undefined]);
      const campaigns = await dataOf(world.customer.get('/campaigns'));
      assert.equal(campaigns.items.find(({ name }) => name === 'Dear')?.state, 'draft');
      await until(async () => ((await sentTo('+255712000002')).length === 1 ? true : undefined));
    });

    it('writes each delivery report into one row of a database', async () => {
      const { options } = await world.openDatabase({ empty: true });
      const url = options as string;
      const { hostname, port, username, password, pathname } = new URL(url);
      const postgres = await world.client.addCredential('postgres', {
        host: hostname,
        port: Number(port || 5432),
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: pathname.slice(1),
        ssl: 'disable',
      });
      const workflow = await use('delivery-report-to-database.json', { postgres });
      const { uuid } = await dataOf(world.customer.post('/messages', { to, message: 'x', client_ref: 'order 7' }));
      assert.equal((await world.client.ended(workflow)).status, 'success');
      const other = await dataOf(world.customer.post('/messages', { to: undelivered, message: 'x' }));
      assert.equal((await world.client.ended(workflow, 2)).status, 'success');
      const client = new pg.Client(url);
      await client.connect();
      const { rows } = await client.query(
        'SELECT message_uuid, recipient, reference, state FROM sms_reports ORDER BY 4',
      );
      await client.end();
      assert.deepEqual(rows, [
        { message_uuid: uuid, recipient: to, reference: 'order 7', state: 'delivered' },
        { message_uuid: other.uuid, recipient: undelivered, reference: null, state: 'undelivered' },
      ]);
    });

    it('answers replies by their first word', async () => {
      const workflow = await use('reply-router.json');
      const joins = '+255713000101';
      const leaves = '+255713000102';
      await world.receive(joins, 'jiunge mimi');
      assert.equal((await world.client.ended(workflow)).status, 'success');
      const [welcome] = await sentTo(joins);
      assert.match(String(welcome!.message), /Karibu/);
      const contacts = await dataOf(world.customer.get('/contacts?search=713000101'));
      assert.deepEqual(contacts.items[0]?.tags, ['joined']);
      await world.receive(leaves, 'Ondoa');
      assert.equal((await world.client.ended(workflow, 2)).status, 'success');
      const { suppressed } = await dataOf(world.customer.get(`/suppressions/${encodeURIComponent(leaves)}`));
      assert.equal(suppressed, true);
      await world.receive(joins, 'Where is my order?');
      const asked = await world.client.ended(workflow, 3);
      assert.deepEqual([asked.status, asked.runData['Ask a Person']?.length], ['success', 1]);
    });

    it('thanks whoever has paid', async () => {
      const workflow = await use('payment-thank-you.json');
      await world.customer.post('/payments', { credits: 200, phone: payer }).expect(200);
      assert.equal((await world.client.ended(workflow)).status, 'success');
      const [thanks] = await sentTo(payer);
      assert.match(String(thanks!.message), /Asante! We received TZS 3600, and 200 credits/);
    });

    it('asks a phone to pay when credits are low', async () => {
      const workflow = await use('low-balance-payment.json');
      const { available } = await world.customer.balance();
      await world.customer.patch('/balance', { low_below: available / 1_000 }).expect(200);
      await world.customer.post('/messages', { to, message: 'The last straw' }).expect(200);
      const execution = await world.client.ended(workflow);
      assert.equal(execution.status, 'success');
      const [[item]] = outputsOf(execution, 'Topped Up') as [[{ json: Record<string, unknown> }]];
      assert.deepEqual([item.json.state, item.json.credits, item.json.phone], ['completed', 1_000, payer]);
      await world.customer.patch('/balance', { low_below: null }).expect(200);
      assert.deepEqual((await listOf(world.customer.get('/webhooks'))).length, 1);
    });
  },
  { on: 'postgres' },
);
