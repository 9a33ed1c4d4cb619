import assert from 'node:assert/strict';
import { createSms, type MessageState, type Sms } from '@ujumbe/core';
import {
  createSmscSimulator,
  smppTransport,
  type SmppTransportOptions,
  type SmscSimulator,
  type SmscSimulatorOptions,
} from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { openAccount, reaches, refusal, sendOne } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';

const ending = (digits: string): string => `+255713000${digits}`;

const operators: [title: string, operator: SmscSimulatorOptions, client: Partial<SmppTransportOptions>][] = [
  ['TRX, decimal ids', {}, {}],
  [
    'TX+RX, ids hexadecimal in answers and decimal in receipts',
    { ids: 'hex', receiptIds: 'decimal' },
    { binds: { kind: 'tx+rx', count: 1 } },
  ],
  [
    'receipts without TLVs, ids decimal in answers and hexadecimal in receipts',
    { receiptIds: 'hex', receiptTlvs: false },
    {},
  ],
];

for (const [title, operator, client] of operators) {
  // Only a TLV tells which message it was whose submit had no answer.
  const unanswered: MessageState = operator.receiptTlvs === false ? 'submitted' : 'delivered';
  const unansweredCode = operator.receiptTlvs === false ? 'upstream_unknown' : null;
  const ends: [digits: string, state: MessageState, captured: number, errorCode: string | null][] = [
    ['901', 'rejected', 0, 'upstream_rejected'],
    ['902', 'undelivered', 1, 'absent_subscriber'],
    ['903', 'expired', 1, 'expired'],
    ['904', 'submitted', 1, null],
    ['905', 'delivered', 1, null],
    ['906', unanswered, unanswered === 'delivered' ? 1 : 0, unansweredCode],
    ['907', 'delivered', 1, null],
    ['908', 'delivered', 1, null],
    ['909', 'delivered', 1, null],
    ['910', 'delivered', 1, null],
    ['911', 'delivered', 1, null],
  ];

  describeOnDatabases(`an operator over SMPP, ${title}`, (open) => {
    let sms: Sms;
    let smsc: SmscSimulator;
    let database: Awaited<ReturnType<typeof open>>;
    const sent = new Map<string, { account: string; id: string }>();
    before(async () => {
      database = await open();
      smsc = createSmscSimulator({ delayMs: 20, lateDelayMs: 300, ...operator });
      const port = await smsc.start();
      const transport = smppTransport({
        name: 'operator',
        host: '127.0.0.1',
        port,
        systemId: 'ujumbe',
        password: 'secret',
        timers: { responseMs: 400 },
        ...client,
      });
      const secret = Buffer.alloc(32).toString('base64');
      sms = await createSms({ database: database.options, transports: [transport], secret });
      await sms.start();
      for (const [digits] of ends) {
        const account = await openAccount(sms);
        const id = await sendOne(sms, account, { to: ending(digits), message: 'x'.repeat(161) });
        sent.set(digits, { account, id });
      }
    });
    after(async () => {
      await sms.stop();
      await smsc.stop();
      await assertInvariants(database);
    });

    for (const [digits, state, captured, errorCode] of ends) {
      it(`${digits} ends ${state}`, async () => {
        const { account, id } = sent.get(digits)!;
        const message = await reaches(sms, account, id, state);
        assert.equal(message.errorCode, errorCode);
        assert.equal((await sms.accounts.balance(account)).captured, captured * 2_000);
        if (digits !== '909') return;
        await eventually('the opt-out', async () =>
          (await sms.events.after(account, undefined, 50)).some(({ type }) => type === 'message.opted_out'),
        );
        assert.equal(await refusal(sendOne(sms, account, { to: ending(digits) })), 'opted_out');
      });
    }
  });
}
