import { messageEndTypes, type DomainEvent, type InboundEventData, type MessageEventData } from '../events.js';
import { groupBy } from '../group-by.js';
import type { HandleEvents, Heard } from '../outbox/consume-events.worker.js';
import type { Clock, Database, Ids } from '../runtime.js';
import type { Signal } from '../signal.js';
import type { ClaimDeliveries } from './claim-deliveries.js';
import { insertEsmeDeliveries, type NewEsmeDelivery } from './delivery.store.js';
import type { EsmeTell } from './esme.js';
import { boundSince } from './login.store.js';
import { submissionsOf } from './submitted.store.js';

export interface QueueDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  deliveriesReady: Signal;
  claims: ClaimDeliveries;
}

/** How long a message from a handset is kept for an account that is not bound. */
export const keepUntoldMs = 72 * 3_600_000;

/** What ESMEs are told of. */
export const heardByEsmes: Heard = () => ({ types: [...messageEndTypes, 'message.received'] });

const wants = (tell: EsmeTell, state: MessageEventData['state']): boolean =>
  tell === 'always' || tell === (state === 'delivered' ? 'success' : 'failure');

/** Turns the ends of messages that came over SMPP, and messages from handsets, into deliveries to their ESMEs. */
export function queueDeliveries(deps: QueueDeps): HandleEvents {
  const { database, deliveriesReady, claims } = deps;
  return async (events) => {
    const deliveries = [...(await receipts(deps, events)), ...(await inbound(deps, events))];
    const kept = claims.keep(deliveries);
    return {
      statements: insertEsmeDeliveries(database.kind, deliveries),
      isPassed: deliveries.length === 0,
      committed: () => {
        claims.stored(kept);
        if (deliveries.length > kept.length) deliveriesReady.raise();
      },
    };
  };
}

async function receipts(
  { database, clock, ids }: QueueDeps,
  events: readonly DomainEvent[],
): Promise<NewEsmeDelivery[]> {
  const ends = events.filter(({ type }) => messageEndTypes.includes(type));
  if (ends.length === 0) return [];
  const messageIds = [...new Set(ends.map(({ subjectId }) => subjectId))];
  const submissions = await database.read((tx) => submissionsOf(tx, messageIds));
  const byMessage = groupBy(submissions, ({ messageId }) => messageId);
  const nowMs = clock.now();
  return ends.flatMap(({ subjectId, accountId, at, data }) => {
    const { state, errorCode, upstreamError } = data as MessageEventData;
    return (byMessage.get(subjectId) ?? [])
      .filter(({ tell }) => wants(tell, state))
      .map(({ id, envelope, session, workerId, submittedAt }): NewEsmeDelivery => ({
        id: ids.next(),
        accountId,
        prefers: workerId,
        workerId: null,
        at: nowMs,
        body: {
          kind: 'receipt',
          submittedId: String(id),
          envelope,
          session,
          submittedAt,
          state,
          errorCode,
          upstreamError,
          at,
        },
      }));
  });
}

async function inbound(
  { database, clock, ids }: QueueDeps,
  events: readonly DomainEvent[],
): Promise<NewEsmeDelivery[]> {
  const heard = events.filter(({ type }) => type === 'message.received');
  if (heard.length === 0) return [];
  const nowMs = clock.now();
  const accountIds = [...new Set(heard.map(({ accountId }) => accountId))];
  const bound = await database.read((tx) => boundSince(tx, accountIds, nowMs - keepUntoldMs));
  return heard
    .filter(({ accountId }) => bound.has(accountId))
    .map(({ accountId, at, data }): NewEsmeDelivery => {
      const { sender, recipient, text } = data as InboundEventData;
      return {
        id: ids.next(),
        accountId,
        prefers: null,
        workerId: null,
        at: nowMs,
        body: { kind: 'inbound', from: sender, to: recipient, text, at },
      };
    });
}
