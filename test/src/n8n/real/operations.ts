import assert from 'node:assert/strict';
import { byId } from './world.js';

/** A node of the one workflow that does every operation, and what its item must show. */
export interface Tried {
  name: string;
  resource?: string;
  operation?: string;
  parameters?: object;
  /** A node of n8n's in its place, that makes what the next one works on. */
  stands?: { type: string; typeVersion: number; parameters: object };
  sees?: (item: Shown, of: (node: string) => Shown) => void;
}

type Shown = Record<string, unknown>;

const to = '+255712345678';
const phone = '0713000001';
/** Its receipt comes once the execution sleeps. */
const late = '+255712345910';
const payer = '0744963858';
const audience = Array.from({ length: 5 }, (_, index) => `+25571234501${index}`).join();

const idOf = (node: string): object => byId(`={{ $('${node}').first().json.uuid }}`);
const later = (): string => new Date(Date.now() + 3_600_000).toISOString();

const op = (
  name: string,
  [resource, operation]: readonly [string, string],
  parameters: object,
  sees: NonNullable<Tried['sees']>,
): Tried => ({ name, resource, operation, parameters, sees });

/** A CSV file with one number, as the item of the node after it. */
function file(name: string, content: object): Tried[] {
  return [
    {
      name: `${name} Rows`,
      stands: {
        type: 'n8n-nodes-base.set',
        typeVersion: 3.4,
        parameters: { mode: 'raw', jsonOutput: JSON.stringify(content), options: {} },
      },
    },
    {
      name: `${name} File`,
      stands: {
        type: 'n8n-nodes-base.convertToFile',
        typeVersion: 1.1,
        parameters: { operation: 'csv', options: { fileName: 'watu.csv' } },
      },
    },
  ];
}

const account: Tried[] = [
  op('Balance', ['account', 'getBalance'], {}, ({ unit }) => assert.equal(unit, 'credits')),
  op('Quote', ['account', 'getQuote'], { to: `${to}, 12`, message: 'Habari' }, (item) => {
    assert.deepEqual([item.parts, typeof item.balance_after], [1, 'number']);
  }),
];

const messages: Tried[] = [
  op('Preview', ['message', 'preview'], { message: 'Reçu', to }, ({ encoding }) => assert.equal(encoding, 'ucs2')),
  op(
    'Send',
    ['message', 'send'],
    { to, message: 'Habari', senderId: byId('MYAPP', 'name') },
    ({ to: number, sender_id: sender, parts }) => assert.deepEqual([number, sender, parts], [to, 'MYAPP', 1]),
  ),
  op('Get', ['message', 'get'], { messageId: idOf('Send') }, ({ uuid, history }, of) =>
    assert.deepEqual([uuid, history], [of('Send').uuid, undefined]),
  ),
  op('Get Many', ['message', 'getAll'], { limit: 1 }, ({ uuid }, of) => assert.equal(uuid, of('Send').uuid)),
  op(
    'Later',
    ['message', 'send'],
    { to, message: 'Later', additionalFields: { scheduledAt: later(), lane: 'otp' } },
    ({ lane, state }) => assert.deepEqual([lane, state], ['otp', 'scheduled']),
  ),
  op('Cancel', ['message', 'cancel'], { messageId: idOf('Later') }, ({ state }) => assert.equal(state, 'cancelled')),
  op('Resend', ['message', 'resend'], { messageId: idOf('Later') }, ({ resend_of: first }, of) =>
    assert.equal(first, of('Later').uuid),
  ),
  op('Batch', ['message', 'sendBatch'], { to, message: '={{ "Batch of " + $json.to }}' }, ({ to: number, status }) =>
    assert.deepEqual([number, status], [to, 'queued']),
  ),
  op(
    'Wait',
    ['message', 'sendAndWaitForDelivery'],
    { to: late, message: 'Your code is 4711', waitAmount: 1, waitUnit: 'minutes' },
    ({ to: number, state }) => assert.deepEqual([number, state], [late, 'delivered']),
  ),
  ...file('Sent', { phone: '0713000007', name: 'Neema' }),
  op('Send File', ['message', 'sendFromFile'], { message: 'Habari {{name}}' }, ({ uuid }) =>
    assert.equal(typeof uuid, 'string'),
  ),
];

const contacts: Tried[] = [
  op('Create', ['contact', 'create'], { phone, additionalFields: { firstName: 'Asha', tags: 'a, b' } }, ({ tags }) =>
    assert.deepEqual(tags, ['a', 'b']),
  ),
  op('Upsert', ['contact', 'upsert'], { phone, additionalFields: { lastName: 'Juma' } }, (item) =>
    assert.deepEqual([item.created, item.first_name, item.last_name], [false, 'Asha', 'Juma']),
  ),
  op(
    'Update',
    ['contact', 'update'],
    { contactId: idOf('Create'), updateFields: { email: 'a@example.com' } },
    ({ email }) => assert.equal(email, 'a@example.com'),
  ),
  op('Contact', ['contact', 'get'], { contactId: idOf('Create') }, (item) => assert.equal(item.phone, '+255713000001')),
  op('Contacts', ['contact', 'getAll'], { limit: 1 }, ({ uuid }, of) => assert.equal(uuid, of('Create').uuid)),
  ...file('Imported', { phone: '0713000009', first_name: 'Neema' }),
  op('Import', ['contact', 'importFromFile'], { options: {} }, ({ uuid }) => assert.equal(typeof uuid, 'string')),
];

const groups: Tried[] = [
  op('Group', ['group', 'create'], { name: 'VIP' }, ({ name }) => assert.equal(name, 'VIP')),
  op('Add', ['group', 'addContact'], { groupId: idOf('Group'), phone }, ({ added }) => assert.equal(added, true)),
  op('Group Update', ['group', 'update'], { groupId: idOf('Group'), updateFields: { name: 'Gold' } }, ({ name }) =>
    assert.equal(name, 'Gold'),
  ),
  op('Group Get', ['group', 'get'], { groupId: idOf('Group') }, (item) => assert.equal(item.contact_count, 1)),
  op('Groups', ['group', 'getAll'], { returnAll: true }, (item) => assert.equal(item.contact_count, 1)),
  op('Remove', ['group', 'removeContact'], { groupId: idOf('Group'), phone }, (item) =>
    assert.equal(item.deleted, true),
  ),
  op('Group Delete', ['group', 'delete'], { groupId: idOf('Group') }, (item) => assert.equal(item.deleted, true)),
];

const campaigns: Tried[] = [
  op(
    'Campaign',
    ['campaign', 'create'],
    {
      name: 'May Promo',
      message: 'Habari',
      audience: { numbers: [{ numbers: audience }] },
      additionalFields: { segmentsPerSecond: 1 },
    },
    ({ state, recipient_count: count }) => assert.deepEqual([state, count], ['draft', 5]),
  ),
  op('Plan', ['campaign', 'plan'], { campaignId: idOf('Campaign') }, (item) =>
    assert.equal(typeof item.plan_id, 'string'),
  ),
  op(
    'Send Campaign',
    ['campaign', 'send'],
    { campaignId: idOf('Campaign'), options: { planId: "={{ $('Plan').first().json.plan_id }}" } },
    ({ state }) => assert.equal(state, 'sending'),
  ),
  op('Pause', ['campaign', 'pause'], { campaignId: idOf('Campaign') }, ({ state }) => assert.equal(state, 'paused')),
  op('Resume', ['campaign', 'resume'], { campaignId: idOf('Campaign') }, ({ state }) =>
    assert.notEqual(state, 'paused'),
  ),
  op('Cancel Campaign', ['campaign', 'cancel'], { campaignId: idOf('Campaign') }, ({ state }) =>
    assert.equal(state, 'cancelled'),
  ),
  op('Get Campaign', ['campaign', 'get'], { campaignId: idOf('Campaign') }, ({ uuid }, of) =>
    assert.equal(uuid, of('Campaign').uuid),
  ),
  op('Campaigns', ['campaign', 'getAll'], { limit: 1 }, ({ uuid }, of) => assert.equal(uuid, of('Campaign').uuid)),
];

const payments: Tried[] = [
  op('Request', ['payment', 'request'], { phone: payer, buy: 'credits', credits: 1_000 }, ({ credits, amount }) =>
    assert.deepEqual([credits, amount], [1_000, 18_000]),
  ),
  op('Payment', ['payment', 'get'], { paymentId: idOf('Request') }, ({ uuid }, of) =>
    assert.equal(uuid, of('Request').uuid),
  ),
  op('Payments', ['payment', 'getAll'], { limit: 1 }, ({ uuid }, of) => assert.equal(uuid, of('Request').uuid)),
  op(
    'Request and Wait',
    ['payment', 'requestAndWaitForResult'],
    { phone: payer, buy: 'credits', credits: 500, waitAmount: 1, waitUnit: 'minutes' },
    ({ state, credits }) => assert.deepEqual([state, credits], ['completed', 500]),
  ),
];

const suppressions: Tried[] = [
  op('Suppress', ['suppression', 'add'], { phone: to, additionalFields: { reason: 'by phone' } }, ({ reason }) =>
    assert.equal(reason, 'by phone'),
  ),
  op('Check', ['suppression', 'check'], { phone: to }, ({ suppressed }) => assert.equal(suppressed, true)),
  op('Allow', ['suppression', 'remove'], { phone: to }, ({ deleted }) => assert.equal(deleted, true)),
];

const ends: Tried[] = [
  op('Delete', ['contact', 'delete'], { contactId: idOf('Create') }, ({ deleted }) => assert.equal(deleted, true)),
  op('Usage', ['account', 'getUsage'], { by: 'day', options: { totalOnly: true } }, (item) =>
    assert.ok(Number(item.messages) > 0, JSON.stringify(item)),
  ),
];

/** Every operation once, one behind the other. */
export const operations: readonly Tried[] = [
  ...account,
  ...messages,
  ...contacts,
  ...groups,
  ...campaigns,
  ...payments,
  ...suppressions,
  ...ends,
];
