import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createSms,
  simulator,
  type MessageState,
  type OutboundMessage,
  type ReceiptReport,
  type SimulatorOptions,
  type Sms,
  type SubmitOutcome,
  type Transport,
  type UpstreamReport,
} from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { assertInvariants } from '../support/ledger-invariants.js';
import { eventually } from './eventually.js';
import { newNumber, openAccount, reaches, refusal, sendOne } from './platform.js';
import { never, outbound, transportSuite } from './transport-suite.js';

const ending = (digits: string): string => `+255713000${digits}`;

describe('the simulated operator', () => {
  transportSuite(() => {
    const handed: string[] = [];
    const transport = simulator({ delayMs: 10, onSubmit: ({ id }) => handed.push(id) });
    return { transport, deliverable: newNumber, refused: ending('901'), handed: () => handed };
  });

  describe('does what the last three digits ask', () => {
    const delayMs = 20;
    let transport: Transport;
    let reports: UpstreamReport[];
    let submits: OutboundMessage[];

    function open(options: SimulatorOptions = {}): void {
      reports = [];
      submits = [];
      transport = simulator({ delayMs, onSubmit: (message) => submits.push(message), ...options });
      transport.onReports((told) => {
        reports.push(...told);
        return Promise.resolve();
      });
    }
    beforeEach(() => open());
    afterEach(() => transport.stop?.());

    const submit = async (digits: string, changes: Partial<OutboundMessage> = {}): Promise<SubmitOutcome> => {
      const [outcome] = transport.submit([outbound(ending(digits), changes)], never);
      return outcome!;
    };
    const stateOf = ([report]: UpstreamReport[]): string | undefined => (report as ReceiptReport | undefined)?.state;
    /** What was reported once everything that could come has come. */
    const told = async (): Promise<UpstreamReport[]> => {
      await sleep(delayMs * 6);
      return reports;
    };

    it('901 is rejected at submit', async () => {
      assert.equal((await submit('901')).kind, 'rejected');
      assert.deepEqual(await told(), []);
    });

    it('902 and 903 are accepted and fail', async () => {
      assert.equal((await submit('902')).kind, 'accepted');
      assert.equal(stateOf(await told()), 'undelivered');
      reports.length = 0;
      assert.equal((await submit('903')).kind, 'accepted');
      assert.equal(stateOf(await told()), 'expired');
      assert.match((reports[0] as ReceiptReport).raw, /stat:EXPIRED err:001/);
    });

    it('904 is never heard of again', async () => {
      assert.equal((await submit('904')).kind, 'accepted');
      assert.deepEqual(await told(), []);
    });

    it('905 is throttled twice', async () => {
      for (const attempt of [1, 2]) assert.equal((await submit('905', { attempt })).kind, 'deferred');
      assert.deepEqual(submits, []);
      assert.equal((await submit('905', { attempt: 3 })).kind, 'accepted');
      assert.equal(stateOf(await told()), 'delivered');
    });

    it('906 gets no answer, and a receipt that carries our reference', async () => {
      const message = outbound(ending('906'));
      const [outcome] = await Promise.all(transport.submit([message], never));
      assert.equal(outcome?.kind, 'unknown');
      const [report] = (await told()) as ReceiptReport[];
      assert.deepEqual([report?.state, report?.reference], ['delivered', message.id]);
    });

    it('907 is told twice', async () => {
      await submit('907');
      const both = (await told()) as ReceiptReport[];
      assert.equal(both.length, 2);
      assert.deepEqual(both[0], both[1]);
    });

    it('908 is told before it is answered', async () => {
      assert.equal((await submit('908')).kind, 'accepted');
      assert.equal(stateOf(reports), 'delivered');
      assert.equal((await told()).length, 1);
    });

    it('909 is delivered, and the handset replies STOP', async () => {
      await submit('909');
      const [receipt, reply] = await told();
      assert.equal(stateOf([receipt!]), 'delivered');
      const { at, ...inbound } = reply as Extract<UpstreamReport, { kind: 'inbound' }>;
      assert.deepEqual(inbound, { kind: 'inbound', from: ending('909'), to: 'DUKA', text: 'STOP' });
    });

    it('910 is late, and any other comes after the delay', async () => {
      open({ lateDelayMs: 400 });
      await submit('910');
      await submit('911');
      await eventually('the first receipt', () => reports.length === 1);
      assert.equal((await told()).length, 1);
      await eventually('the late one', () => reports.length === 2);
    });

    it('waits a real operator’s while unless it is told another', async () => {
      transport = simulator();
      let toldAt = 0;
      transport.onReports(() => Promise.resolve(void (toldAt = Date.now())));
      const submittedAt = Date.now();
      await submit('911');
      await eventually('the receipt', () => toldAt > 0);
      assert.ok(toldAt - submittedAt >= 45 && toldAt - submittedAt < 1_000, `${toldAt - submittedAt} ms`);
    });

    it('tells at its end what it still had to tell', async () => {
      open({ delayMs: 60_000 });
      for (const digits of ['911', '907', '910']) await submit(digits);
      await transport.stop?.();
      assert.equal(reports.length, 4);
    });

    it('names messages by their id and its seed', async () => {
      const message = outbound(newNumber());
      const ids = async (options: SimulatorOptions): Promise<string[]> => {
        open({ delayMs: 60_000, ...options });
        const [outcome] = await Promise.all(transport.submit([message], never));
        return outcome?.kind === 'accepted' ? outcome.upstreamIds : [];
      };
      assert.deepEqual(await ids({ seed: 'a' }), await ids({ seed: 'a' }));
      assert.notDeepEqual(await ids({ seed: 'a' }), await ids({ seed: 'b' }));
    });

    it('lets what it has no room for wait, until there is room or the abort', async () => {
      open({ delayMs: 60_000 });
      const full = Array.from({ length: 20_000 }, () => outbound(newNumber()));
      await Promise.all(transport.submit(full, never));
      const abort = new AbortController();
      const waiting = Promise.all(transport.submit([outbound(newNumber())], abort.signal));
      assert.equal(await Promise.race([waiting, sleep(50, 'waits')]), 'waits');
      abort.abort();
      assert.deepEqual(await Promise.race([waiting, sleep(1_000, 'still waits')]), [{ kind: 'deferred' }]);
      const [patient] = transport.submit([outbound(newNumber())], never);
      await transport.stop?.();
      assert.equal((await patient!).kind, 'accepted');
      assert.equal(submits.length, 20_001);
    });
  });
});

describeOnDatabases('the simulated operator, end to end', (open) => {
  const ends: [digits: string, state: MessageState, captured: number, errorCode: string | null][] = [
    ['901', 'rejected', 0, 'upstream_rejected'],
    ['902', 'undelivered', 1, 'absent_subscriber'],
    ['903', 'expired', 1, 'expired'],
    ['904', 'submitted', 1, null],
    ['905', 'delivered', 1, null],
    ['906', 'delivered', 1, null],
    ['907', 'delivered', 1, null],
    ['908', 'delivered', 1, null],
    ['909', 'delivered', 1, null],
    ['910', 'delivered', 1, null],
    ['911', 'delivered', 1, null],
  ];

  let sms: Sms;
  let database: Awaited<ReturnType<typeof open>>;
  before(async () => {
    database = await open();
    const transports = [simulator({ delayMs: 20, lateDelayMs: 300 })];
    sms = await createSms({ database: database.options, transports, secret: Buffer.alloc(32).toString('base64') });
    await sms.start();
  });
  after(async () => {
    await sms.stop();
    await assertInvariants(database);
  });

  for (const [digits, state, captured, errorCode] of ends) {
    it(`${digits} ends ${state}`, async () => {
      const account = await openAccount(sms);
      const id = await sendOne(sms, account, { to: ending(digits), message: 'x'.repeat(161) });
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
