import assert from 'node:assert/strict';
import type { OutboundMessage, Sms, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';
import { Metrics } from './metrics.js';

/** A transport with private state, which a careless wrapper would lose. */
class ScriptedTransport implements Transport {
  readonly name = 'scripted';
  readonly recognisesRepeats = true;
  listener: (reports: UpstreamReport[]) => Promise<void> = () => Promise.resolve();
  readonly #outcomes: (() => Promise<SubmitOutcome>)[] = [
    () => Promise.resolve({ kind: 'accepted', upstreamIds: ['1'] }),
    () => Promise.resolve({ kind: 'deferred' }),
    () => Promise.reject(new Error('the line went dead')),
  ];

  submit(): Promise<SubmitOutcome>[] {
    return this.#outcomes.map((outcome) => outcome());
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.listener = listener;
  }

  trouble(): string {
    return `${this.#outcomes.length} outcomes`;
  }
}

const counts = { ready: 3, waiting: 2, claimed: 1, inFlight: 4, orphans: 5 };

describe('metrics', () => {
  it('count what passes through a transport and leave it as it is', async () => {
    const metrics = new Metrics();
    const transport = new ScriptedTransport();
    const observed = metrics.observe(transport);
    assert.deepEqual([observed.name, observed.trouble?.(), 'start' in observed], ['scripted', '3 outcomes', false]);
    assert.equal(observed.segmentsPerSecond, undefined);

    const settled = await Promise.allSettled(observed.submit([] as OutboundMessage[], new AbortController().signal));
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    const seen: UpstreamReport[] = [];
    observed.onReports((reports) => Promise.resolve(void seen.push(...reports)));
    await transport.listener([{ kind: 'inbound', from: '+255712345678', to: 'X', text: 'STOP', at: 1 }]);
    assert.equal(seen.length, 1);

    const text = await metrics.registry.metrics();
    assert.match(text, /ujumbe_submits_total\{transport="scripted",outcome="accepted"\} 1/);
    assert.match(text, /ujumbe_submits_total\{transport="scripted",outcome="deferred"\} 1/);
    assert.match(text, /ujumbe_submits_total\{transport="scripted",outcome="unknown"\} 1/);
    assert.match(text, /ujumbe_reports_total\{transport="scripted",state="inbound"\} 1/);
    assert.ok(!text.includes('255712345678'));
  });

  it('do not count reports that could not be stored', async () => {
    const metrics = new Metrics();
    const transport = new ScriptedTransport();
    metrics.observe(transport).onReports(() => Promise.reject(new Error('the disk is full')));
    await assert.rejects(transport.listener([{ kind: 'inbound', from: 'a', to: 'b', text: 'c', at: 1 }]));
    assert.ok(!(await metrics.registry.metrics()).includes('ujumbe_reports_total{'));
  });

  it('read the queue when they are asked for, and do without it while the database is away', async () => {
    const metrics = new Metrics();
    let answer = (): Promise<typeof counts> => Promise.resolve(counts);
    metrics.watchQueue({ health: { counts: () => answer() } } as unknown as Sms);
    assert.match(await metrics.registry.metrics(), /ujumbe_queue_messages\{state="in_flight"\} 4/);
    answer = () => Promise.reject(new Error('away'));
    const text = await metrics.registry.metrics();
    assert.ok(!text.includes('ujumbe_queue_messages{') && text.includes('process_cpu_seconds_total'));
  });
});
