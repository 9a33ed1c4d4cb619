import type { NewEvent } from '../events.js';
import type { InboundReport } from '../messaging/transport.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Clock, Database, Ids, RunStatements } from '../runtime.js';
import type { Signal } from '../signal.js';
import { storableText } from '../text/storable-text.js';
import { suppress, unsuppress } from '../suppression/suppression.store.js';
import { accountAnswered, insertInbound } from './inbound.store.js';
import { keywordOf } from './keyword.js';

export interface InboundDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  eventsReady: Signal;
  runStatements: RunStatements;
}

const longestText = 4_000;

/** Stores a message from a handset, tells its account, and heeds an opt-out. */
export async function recordInbound(deps: InboundDeps, transport: string, report: InboundReport): Promise<void> {
  const { database, clock, ids, eventsReady, runStatements } = deps;
  const nowMs = clock.now();
  const id = ids.next();
  const text = storableText(report.text, longestText);
  await database.write(async (tx) => {
    const accountId = (await accountAnswered(tx, report.from, report.to)) ?? null;
    const inbound = { id, accountId, transport, sender: report.from, recipient: report.to, text, receivedAt: nowMs };
    await runStatements(tx, [insertInbound(inbound)]);
    if (accountId === null) return;
    const events: NewEvent[] = [
      {
        type: 'message.received',
        accountId,
        subjectId: id,
        at: nowMs,
        data: { inboundId: id, sender: report.from, recipient: report.to, text },
      },
    ];
    const keyword = keywordOf(text);
    if (keyword?.kind === 'start') await unsuppress(tx, accountId, report.from);
    if (keyword?.kind === 'stop') {
      const isNew = await suppress(tx, { accountId, phone: report.from, reason: keyword.word, at: nowMs });
      if (isNew) {
        events.push({
          type: 'message.opted_out',
          accountId,
          subjectId: id,
          at: nowMs,
          data: { phone: report.from, keyword: keyword.word },
        });
      }
    }
    await runStatements(tx, appendEvents(database.kind, ids, events));
  });
  eventsReady.raise();
}
