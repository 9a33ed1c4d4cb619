import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboundMessage, ReceiptReport, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';
import { skipBecause } from '../support/skip.js';
import { eventually } from './eventually.js';

/** A transport with an operator behind it that delivers what it is handed, unless the number asks otherwise. */
export interface TransportUnderTest {
  transport: Transport;
  /** A number the operator delivers to. */
  deliverable(): string;
  /** A number the operator refuses at submit. */
  refused: string;
  /** What the operator has been handed so far, by our ids. */
  handed(): readonly string[];
}

const partSeptets = 153;

/** A message as the platform hands it over; of several segments it has a text that long. */
export function outbound(recipient: string, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  const { segments = 1 } = changes;
  return {
    id: randomUUID(),
    recipient,
    sender: 'DUKA',
    text: segments === 1 ? 'Habari' : 'x'.repeat(segments * partSeptets),
    encoding: 'gsm7',
    segments,
    expiresAt: Date.now() + 60_000,
    attempt: 1,
    ...changes,
  };
}

export const never: AbortSignal = new AbortController().signal;

/** What an operator's answers and reports came to. */
const idsOf = (outcome: SubmitOutcome): string[] => (outcome.kind === 'accepted' ? outcome.upstreamIds : []);

/**
 * What the platform relies on in every way out; source: messaging/transport.ts. An implementation passes it with a
 * real operator, or a simulated one, behind it.
 */
export function transportSuite(make: () => TransportUnderTest): void {
  let given: TransportUnderTest;
  let reports: UpstreamReport[];

  beforeEach(async () => {
    given = make();
    reports = [];
    given.transport.onReports((told) => {
      reports.push(...told);
      return Promise.resolve();
    });
    await given.transport.start?.();
  });

  afterEach(() => given.transport.stop?.());

  const submit = (messages: readonly OutboundMessage[], signal = never): Promise<SubmitOutcome[]> =>
    Promise.all(given.transport.submit(messages, signal));

  it('has a name, and says what troubles it in a sentence', () => {
    const { name, trouble } = { name: given.transport.name, trouble: given.transport.trouble?.() ?? null };
    assert.match(name, /^[a-z][a-z0-9_-]*$/i);
    assert.ok(trouble === null || trouble.length > 10);
  });

  it('answers with one promise a message, in the order of the messages', async () => {
    const messages = Array.from({ length: 50 }, (_, n) => outbound(n === 20 ? given.refused : given.deliverable()));
    const promises = given.transport.submit(messages, never);
    assert.equal(promises.length, messages.length);
    const kinds = (await Promise.all(promises)).map(({ kind }) => kind);
    assert.deepEqual(
      kinds,
      messages.map((_, n) => (n === 20 ? 'rejected' : 'accepted')),
    );
    assert.deepEqual(await submit([]), []);
  });

  it('names each segment, no two alike', async () => {
    const messages = Array.from({ length: 30 }, (_, n) => outbound(given.deliverable(), { segments: 1 + (n % 4) }));
    const ids = (await submit(messages)).map(idsOf);
    assert.deepEqual(
      ids.map(({ length }) => length),
      messages.map(({ segments }) => segments),
    );
    assert.equal(new Set(ids.flat()).size, ids.flat().length);
    // What is longer could not be stored whole, and its receipt would find nothing.
    for (const id of ids.flat()) assert.ok(id.length > 0 && id.length <= 100, id);
  });

  it('says of a message the operator refuses why, and never reports on it', async () => {
    const [outcome] = await submit([outbound(given.refused)]);
    assert.equal(outcome?.kind, 'rejected');
    assert.ok(outcome.detail.length > 0);
    await sleep(200);
    assert.deepEqual(reports, []);
  });

  it('reports on each segment it named, to the listener, not before the submit', async () => {
    await sleep(50);
    assert.deepEqual(reports, []);
    const submittedAt = Date.now();
    const messages = Array.from({ length: 20 }, () => outbound(given.deliverable(), { segments: 2 }));
    const ids = (await submit(messages)).flatMap(idsOf);
    const due = given.transport.receiptsPerMessage === 'one' ? messages.length : ids.length;
    await eventually('every receipt', () => reports.length >= due);
    const receipts = reports as ReceiptReport[];
    assert.deepEqual(new Set(receipts.map(({ state }) => state)), new Set(['delivered']));
    assert.equal(new Set(receipts.map(({ upstreamId }) => upstreamId)).size, due);
    assert.ok(receipts.every(({ upstreamId }) => ids.includes(upstreamId)));
    assert.ok(receipts.every(({ at, raw }) => Math.abs(at - submittedAt) < 60_000 && raw.length > 0));
  });

  it('tells again what the listener could not store', async () => {
    let refusals = 0;
    given.transport.onReports((told) => {
      if (++refusals <= 2) return Promise.reject(new Error('the database is away'));
      reports.push(...told);
      return Promise.resolve();
    });
    const [outcome] = await submit([outbound(given.deliverable())]);
    await eventually('the receipt after all', () => reports.length > 0);
    assert.equal(refusals, 3);
    assert.deepEqual([(reports[0] as ReceiptReport).upstreamId], idsOf(outcome!));
  });

  it('hands nothing over after the abort, and says so', async () => {
    const aborted = AbortSignal.abort();
    const message = outbound(given.deliverable());
    assert.deepEqual(
      (await submit([message], aborted)).map(({ kind }) => kind),
      ['deferred'],
    );
    await sleep(100);
    assert.ok(!given.handed().includes(message.id));
    assert.deepEqual(reports, []);
  });

  it('settles everything soon after an abort in the middle, and tells sent from unsent', async () => {
    const abort = new AbortController();
    const messages = Array.from({ length: 200 }, () => outbound(given.deliverable()));
    const promises = given.transport.submit(messages, abort.signal);
    abort.abort();
    const outcomes = await Promise.race([Promise.all(promises), sleep(1_000)]);
    assert.ok(outcomes, 'not settled a second after the abort');
    const handed = new Set(given.handed());
    outcomes.forEach(({ kind }, n) => {
      assert.ok(['accepted', 'deferred', 'unknown'].includes(kind), kind);
      if (kind === 'deferred') assert.ok(!handed.has(messages[n]!.id), 'deferred, but the operator has it');
      if (kind === 'accepted') assert.ok(handed.has(messages[n]!.id), 'accepted, but the operator has not seen it');
    });
  });

  it('knows a message that is handed over again, where it says it does', async function () {
    if (!given.transport.recognisesRepeats) skipBecause(this, 'it does not say so');
    const message = outbound(given.deliverable(), { segments: 3 });
    const [first] = await submit([message]);
    const [again] = await submit([{ ...message, attempt: 2 }]);
    assert.deepEqual(idsOf(again!), idsOf(first!));
    await given.transport.stop?.();
    // The process after a crash is a new one.
    given = make();
    await given.transport.start?.();
    const [afterCrash] = await submit([message]);
    assert.deepEqual(idsOf(afterCrash!), idsOf(first!));
  });

  it('can be stopped and started again', async () => {
    await given.transport.stop?.();
    await given.transport.start?.();
    const [outcome] = await submit([outbound(given.deliverable())]);
    const [upstreamId] = idsOf(outcome!);
    await eventually('the receipt', () =>
      reports.some((report) => (report as ReceiptReport).upstreamId === upstreamId),
    );
  });
}
