import assert from 'node:assert/strict';
import type { Account } from '../accounts/account.js';
import { SmsError, type SmsErrorCode } from '../errors.js';
import { PriceList } from '../ledger/price-list.js';
import type { Lane } from '../queue/job.js';
import { defaultSendingLimits, prepareMessages, type PreparedMessages, type SendCommand } from './prepare-messages.js';
import { RouteTable, type RouteRule } from './route.js';
import type { SendingPolicy } from './sending-policy.js';
import type { Transport } from './transport.js';

const nowMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

const account: Account = {
  id: 'account',
  parentId: null,
  kind: 'standalone',
  name: 'Duka',
  country: 'TZ',
  currency: 'TZS',
  teamCode: 'DUKA',
  state: 'active',
  defaultSenderId: 'approved-id',
  refundPolicy: 'on_submit',
  plan: null,
  version: 1,
  createdAt: 0,
};

const policy: SendingPolicy = {
  account,
  senders: [
    { id: 'approved-id', name: 'DUKA', state: 'approved' },
    { id: 'other-id', name: 'DUKA2', state: 'approved' },
    { id: 'draft-id', name: 'DRAFT', state: 'submitted' },
    { id: 'bad-id', name: 'BAD', state: 'suspended' },
  ],
  prices: new PriceList([{ prefix: '254', credits: 2_500, effectiveAt: 0, scope: 'account' }], nowMs),
};

const transport = (name: string): Transport => ({ name, recognisesRepeats: true, submit: () => [], onReports() {} });

function prepare(
  command: Partial<SendCommand>,
  { with: changed = policy, rules }: { with?: SendingPolicy; rules?: RouteRule[] } = {},
): PreparedMessages {
  let made = 0;
  return prepareMessages({ items: [{ to: '0712345678', text: 'Habari' }], ...command }, changed, {
    nowMs,
    ids: { next: () => `id-${++made}` },
    routes: new RouteTable([transport('first'), transport('second')], rules),
    limits: defaultSendingLimits,
  });
}

/** The code a whole command is refused with. */
function refusal(command: Partial<SendCommand>, changed?: SendingPolicy): SmsErrorCode {
  try {
    prepare(command, changed && { with: changed });
  } catch (error) {
    assert.ok(error instanceof SmsError);
    return error.code;
  }
  throw new Error('It was not refused.');
}

/** The code one item is refused with; the items around it stand. */
function itemRefusal(item: SendCommand['items'][number], rules?: RouteRule[]): SmsErrorCode | undefined {
  const good = { to: '0712345678', text: 'Habari' };
  const { messages, rejected } = prepare({ items: [good, item, good] }, rules ? { rules } : {});
  assert.deepEqual(
    messages.map(({ index }) => index),
    [0, 2],
  );
  assert.equal(rejected.length, 1);
  assert.equal(rejected[0]?.index, 1);
  assert.equal(rejected[0].to, item.to);
  return rejected[0].code;
}

describe('prepareMessages', () => {
  it('decides a message in full', () => {
    const { messages, rejected } = prepare({ items: [{ to: '0712345678', text: 'Habari', clientRef: 'order 7' }] });
    assert.deepEqual(rejected, []);
    assert.deepEqual(messages[0]?.message, {
      id: 'id-1',
      accountId: 'account',
      recipient: '+255712345678',
      sender: 'DUKA',
      text: 'Habari',
      encoding: 'gsm7',
      segments: 1,
      cost: 1_000,
      lane: 'transactional',
      route: 'first',
      state: 'queued',
      holdState: 'held',
      errorCode: null,
      errorDetail: null,
      upstreamError: null,
      clientRef: 'order 7',
      resendOf: null,
      campaignId: null,
      fileId: null,
      batchId: null,
      scheduledAt: null,
      expiresAt: nowMs + dayMs,
      createdAt: nowMs,
      submittedAt: null,
      finalAt: null,
      history: [{ state: 'queued', at: nowMs, source: 'api' }],
    });
  });

  it('charges each segment at the price of the destination', () => {
    const text = 'ş'.repeat(71);
    const { messages } = prepare({ items: [{ to: '+254712345678', text }] });
    assert.equal(messages[0]?.message.encoding, 'ucs2');
    assert.equal(messages[0].message.segments, 2);
    assert.equal(messages[0].message.cost, 5_000);
  });

  it('sends a number that is named again one message, when it is asked to', () => {
    const items = ['0712345678', '+255712345678', '0712345679', '255712345678'].map((to) => ({ to, text: 'Habari' }));
    const { messages, rejected } = prepare({ items, isDistinct: true });
    assert.deepEqual(
      messages.map(({ index }) => index),
      [0, 2],
    );
    assert.deepEqual(rejected, []);
    assert.equal(prepare({ items }).messages.length, 4);
  });

  it('is refused as a whole by the errors that are named, and by no others', () => {
    const items = ['0712345678', '12', '+255222110000'].map((to) => ({ to, text: 'Habari' }));
    assert.equal(refusal({ items, refusedBy: ['number_invalid'] }), 'number_invalid');
    assert.equal(refusal({ items, refusedBy: ['message_empty', 'not_mobile'] }), 'not_mobile');
    assert.equal(prepare({ items, refusedBy: ['message_empty'] }).rejected.length, 2);
  });

  it('finds the sender by its name, by its id, or the account’s default', () => {
    const sender = (senderId?: string): string | undefined => prepare({ senderId }).messages[0]?.message.sender;
    assert.equal(sender('DUKA2'), 'DUKA2');
    assert.equal(sender('other-id'), 'DUKA2');
    assert.equal(sender(), 'DUKA');
  });

  it('schedules what lies ahead, counting its validity from then', () => {
    const at = nowMs + dayMs;
    const message = prepare({ scheduledAt: at, validityMs: 60_000 }).messages[0]?.message;
    assert.equal(message?.state, 'scheduled');
    assert.equal(message.scheduledAt, at);
    assert.equal(message.expiresAt, at + 60_000);
  });

  it('sends at once what was scheduled for a moment ago', () => {
    const message = prepare({ scheduledAt: nowMs - 1 }).messages[0]?.message;
    assert.equal(message?.state, 'queued');
    assert.equal(message.scheduledAt, null);
  });

  it('keeps a validity to three days', () => {
    assert.equal(prepare({ validityMs: 30 * dayMs }).messages[0]?.message.expiresAt, nowMs + 3 * dayMs);
  });

  it('takes the longest prefix of the routes', () => {
    const rules = [
      { prefix: '', transport: 'first' },
      { prefix: '+25571', transport: 'second' },
    ];
    const routes = prepare({ items: ['0712345678', '0652345678'].map((to) => ({ to, text: 'x' })) }, { rules });
    assert.deepEqual(
      routes.messages.map(({ message }) => message.route),
      ['second', 'first'],
    );
  });

  describe('refuses the whole', () => {
    const cases: [what: string, command: Partial<SendCommand>, code: SmsErrorCode][] = [
      ['without a recipient', { items: [] }, 'invalid_request'],
      ['with too many', { items: Array(1_001).fill({ to: '0712345678', text: 'x' }) as [] }, 'too_many_recipients'],
      ['with a lane that is none', { lane: 'urgent' as Lane }, 'invalid_request'],
      ['with a sender it does not know', { senderId: 'NOBODY' }, 'sender_unknown'],
      ['with a sender that is not approved', { senderId: 'DRAFT' }, 'sender_not_approved'],
      ['with a suspended sender', { senderId: 'bad-id' }, 'sender_suspended'],
      ['scheduled for no time', { scheduledAt: Number.NaN }, 'invalid_request'],
      ['scheduled in years', { scheduledAt: nowMs + 367 * dayMs }, 'invalid_request'],
      ['valid for less than a second', { validityMs: 999 }, 'invalid_request'],
      ['valid for no number', { validityMs: Infinity }, 'invalid_request'],
    ];
    for (const [what, command, code] of cases) it(what, () => assert.equal(refusal(command), code));

    it('of a suspended account', () => {
      assert.equal(refusal({}, { ...policy, account: { ...account, state: 'suspended' } }), 'account_suspended');
    });

    it('without a sender where there is no default', () => {
      assert.equal(refusal({}, { ...policy, account: { ...account, defaultSenderId: null } }), 'sender_unknown');
    });
  });

  describe('refuses one item', () => {
    const to = '0712345678';
    const cases: [what: string, item: SendCommand['items'][number], code: SmsErrorCode][] = [
      ['to no number', { to: 'mama', text: 'x' }, 'number_invalid'],
      ['to a number nobody can have', { to: '+255000000000', text: 'x' }, 'number_invalid'],
      ['to a fixed line', { to: '+255222110000', text: 'x' }, 'not_mobile'],
      ['without a text', { to, text: '' }, 'message_empty'],
      ['of eleven segments', { to, text: 'x'.repeat(10 * 153 + 1) }, 'message_too_long'],
      ['of a million characters', { to, text: 'x'.repeat(1_000_000) }, 'message_too_long'],
      ['of eleven UCS-2 segments', { to, text: 'ş'.repeat(671) }, 'message_too_long'],
      ['with NUL', { to, text: 'a\0b' }, 'invalid_request'],
      ['with half of a pair', { to, text: 'a\ud83d' }, 'invalid_request'],
      ['with a reference too long', { to, text: 'x', clientRef: 'r'.repeat(101) }, 'invalid_request'],
      ['with NUL in its reference', { to, text: 'x', clientRef: 'a\0' }, 'invalid_request'],
      ['with half of a pair in its reference', { to, text: 'x', clientRef: '\udc00' }, 'invalid_request'],
    ];
    for (const [what, item, code] of cases) it(what, () => assert.equal(itemRefusal(item), code));

    it('without a route', () => {
      const rules = [{ prefix: '255', transport: 'first' }];
      assert.equal(itemRefusal({ to: '+254712345678', text: 'x' }, rules), 'no_route');
    });

    it('takes texts of exactly ten segments', () => {
      const longest = ['x'.repeat(1_530), 'ş'.repeat(670)].map((text) => ({ to, text }));
      const { messages } = prepare({ items: longest });
      assert.deepEqual(
        messages.map(({ message }) => message.segments),
        [10, 10],
      );
    });
  });
});

describe('RouteTable', () => {
  it('refuses two transports of one name and a rule that names none', () => {
    const invalid = (error: unknown): boolean => error instanceof SmsError && error.code === 'invalid_request';
    assert.throws(() => new RouteTable([transport('a'), transport('a')]), invalid);
    assert.throws(() => new RouteTable([transport('a')], [{ prefix: '', transport: 'b' }]), invalid);
  });
});
