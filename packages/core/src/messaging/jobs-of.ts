import type { Account } from '../accounts/account.js';
import { lanes, type NewJob } from '../queue/job.js';
import type { Turns } from '../queue/turns.js';
import { payloadOf } from './job-payload.js';
import type { Message } from './message.js';

/** The jobs of messages of one account and one lane, each with its turn on its route. */
export function jobsOf(
  messages: readonly Message[],
  account: Pick<Account, 'id' | 'refundPolicy'>,
  turns: Turns,
  listId: string | null = null,
): NewJob[] {
  const [first] = messages;
  if (!first) return [];
  const perRoute = new Map<string, number>();
  for (const { route } of messages) perRoute.set(route, (perRoute.get(route) ?? 0) + 1);
  const next = new Map(
    [...perRoute].map(([route, count]) => [route, turns.deal(route, lanes[first.lane], account.id, count)]),
  );
  return messages.map((message) => {
    const turn = next.get(message.route) ?? 0;
    next.set(message.route, turn + 1);
    return {
      id: message.id,
      accountId: message.accountId,
      route: message.route,
      lane: message.lane,
      turn,
      runAt: message.scheduledAt,
      segments: message.segments,
      listId,
      payload: payloadOf(message, account.refundPolicy),
      workerId: null,
    };
  });
}
