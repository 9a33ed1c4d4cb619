import type { Sms, SubmitOutcome, Transport } from '@ujumbe/core';
import type { SmppServer } from '@ujumbe/smpp-adapter';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What Prometheus reads. Labels come from closed lists only, so that no phone number, id or text can become one, and
 * the number of series stays bounded.
 *
 * Messages are counted where they pass through this process, at the transports: a counter over the event table would
 * count each event once for every process that shares the database, and would cost a read of all of them.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly #requests = new Histogram({
    name: 'ujumbe_http_request_duration_seconds',
    help: 'How long requests took, by the pattern of their path.',
    labelNames: ['method', 'endpoint', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  readonly #submits = new Counter({
    name: 'ujumbe_submits_total',
    help: 'Messages handed to a transport, by what it answered: accepted, rejected, deferred or unknown.',
    labelNames: ['transport', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly #reports = new Counter({
    name: 'ujumbe_reports_total',
    help: 'What operators told: receipts of segments by state, and messages from handsets (inbound).',
    labelNames: ['transport', 'state'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Reads the queue whenever Prometheus asks, and not in between. */
  watchQueue(sms: Sms): void {
    const gauge = new Gauge<'state'>({
      name: 'ujumbe_queue_messages',
      help: 'Messages that are ready to leave, waiting for their time, claimed by a worker or in flight, and receipts that match nothing yet (orphans).',
      labelNames: ['state'] as const,
      registers: [],
      async collect() {
        this.reset();
        try {
          const { ready, waiting, claimed, inFlight, orphans } = await sms.health.counts();
          const states = { ready, waiting, claimed, in_flight: inFlight, orphans };
          for (const [state, count] of Object.entries(states)) this.set({ state }, count);
        } catch {
          // A database that does not answer is /readyz's news; the other metrics are worth having just then.
        }
      },
    });
    this.registry.registerMetric(gauge);
  }

  /** Reads the SMPP server whenever Prometheus asks. */
  watchSmpp(server: SmppServer, sms: Sms): void {
    const sessions = gaugeOf('ujumbe_smpp_sessions', 'SMPP sessions bound now, by the kind of bind.', 'bind', () =>
      countBy(server.sessions(), ({ bind }) => bind),
    );
    const work = gaugeOf(
      'ujumbe_smpp_in_hand',
      'Submissions without an answer yet, deliveries with an ESME (window), and deliveries that wait, for a bind too.',
      'state',
      async () => {
        const views = server.sessions();
        return {
          unanswered: sum(views.map(({ unanswered }) => unanswered)),
          window: sum(views.map(({ windowInFlight }) => windowInFlight)),
          waiting: (await sms.esme.counts()).waiting,
        };
      },
    );
    const connections = gaugeOf('ujumbe_smpp_connections', 'SMPP connections, and those not bound.', 'state', () => {
      const { connections: open, unbound } = server.counts();
      return { open, unbound };
    });
    const done = counterOf(
      'ujumbe_smpp_events_total',
      'What the SMPP server did since its start: submitted, told, put off, given up, turned away.',
      'what',
      () => {
        const { submitted, told, putOff, givenUp, turnedAway, binds } = server.counts();
        return { submitted, told, put_off: putOff, given_up: givenUp, turned_away: turnedAway, binds };
      },
    );
    const refused = counterOf(
      'ujumbe_smpp_refused_total',
      'Requests of ESMEs that were refused since the start, by command_status.',
      'status',
      () => {
        const { refused: requests, bindsRefused } = server.counts();
        return { ...prefixed('bind ', bindsRefused), ...requests };
      },
    );
    for (const gauge of [sessions, work, connections, done, refused]) this.registry.registerMetric(gauge);
  }

  request(method: string, endpoint: string, status: number, seconds: number): void {
    this.#requests.observe({ method, endpoint, status }, seconds);
  }

  /** The same transport, with what passes through it counted. */
  observe(transport: Transport): Transport {
    const { name } = transport;
    const counted = async (answer: Promise<SubmitOutcome>): Promise<SubmitOutcome> => {
      try {
        const outcome = await answer;
        this.#submits.inc({ transport: name, outcome: outcome.kind });
        return outcome;
      } catch (error) {
        this.#submits.inc({ transport: name, outcome: 'unknown' });
        throw error;
      }
    };
    // A proxy, so that what a transport may or may not have stays as it is, and its methods keep their own `this`.
    return new Proxy(transport, {
      get: (target, property) => {
        if (property === 'submit') {
          return (...given: Parameters<Transport['submit']>) => target.submit(...given).map(counted);
        }
        if (property === 'onReports') return (listener: ReportListener) => this.#listen(target, listener);
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Counts reports once they are stored: an operator tells again what was not. */
  #listen(transport: Transport, listener: ReportListener): void {
    transport.onReports(async (reports) => {
      await listener(reports);
      for (const report of reports) {
        const state = report.kind === 'inbound' ? 'inbound' : report.state;
        this.#reports.inc({ transport: transport.name, state });
      }
    });
  }
}

type ReportListener = Parameters<Transport['onReports']>[0];
type Counts = Record<string, number>;

type Read = () => Counts | Promise<Counts>;

/** Counts as they are now. */
const gaugeOf = (name: string, help: string, label: string, read: Read): Gauge =>
  new Gauge({
    ...{ name, help, labelNames: [label], registers: [] },
    collect() {
      return refill(this, label, read);
    },
  });

/** Counts since the start, which somebody else keeps. */
const counterOf = (name: string, help: string, label: string, read: Read): Counter =>
  new Counter({
    ...{ name, help, labelNames: [label], registers: [] },
    collect() {
      return refill(this, label, read);
    },
  });

/** What cannot be read just then is left out, and the other metrics stay. */
async function refill(metric: Gauge | Counter, label: string, read: Read): Promise<void> {
  const counts = await Promise.resolve()
    .then(read)
    .catch((): Counts => ({}));
  metric.reset();
  for (const [value, count] of Object.entries(counts)) metric.inc({ [label]: value }, count);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Counts {
  const counts: Counts = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const prefixed = (prefix: string, counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}${name}`, count]));
