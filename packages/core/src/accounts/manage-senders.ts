import { SmsError } from '../errors.js';
import type { EventType } from '../events.js';
import { parseSenderId } from '../numbers/sender-id.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Signal } from '../signal.js';
import { storableText } from '../text/storable-text.js';
import type { Transaction } from '../runtime.js';
import { newSender, type AccountSenderId, type WantedSenderId } from './account.js';
import { bumpVersion, senderIdsOf, setDefaultSender, upsertSenderId } from './account.store.js';
import { existing, type ManageDeps } from './manage-accounts.js';

/** What customers ask for and the operator decides about sender IDs. */
export interface SenderIds {
  /** Approves a sender ID for an account; the first becomes its default. */
  approve(accountId: string, name: string): Promise<AccountSenderId>;
  /** Refuses one that was asked for, or takes one back. @throws SmsError `not_found` */
  reject(accountId: string, name: string, reason: string): Promise<AccountSenderId>;
  /** Asks for one. What is approved, or waits for a decision, stays as it is; what was refused is asked for anew. */
  request(accountId: string, wanted: WantedSenderId): Promise<{ sender: AccountSenderId; isNew: boolean }>;
  list(accountId: string): Promise<AccountSenderId[]>;
}

const longestWords = 500;
/** Those an account may ask for and wait for at a time. */
const mostWaiting = 50;

/** The states a decision leads to, with what the account is told. */
const told = { approved: 'sender_id.approved', rejected: 'sender_id.rejected' } as const satisfies Record<
  string,
  EventType
>;

export function manageSenders(deps: ManageDeps & { eventsReady: Signal }): SenderIds {
  const { database, clock, ids, runStatements, eventsReady } = deps;

  const find = async (tx: Transaction, accountId: string, name: string): Promise<AccountSenderId | undefined> =>
    (await senderIdsOf(tx, accountId)).find((sender) => sender.name === name);

  const decide = async (
    tx: Transaction,
    {
      accountId,
      name,
      state,
      reason,
    }: { accountId: string; name: string; state: keyof typeof told; reason: string | null },
  ): Promise<AccountSenderId> => {
    const nowMs = clock.now();
    const before = await find(tx, accountId, name);
    const decided = await upsertSenderId(tx, {
      ...newSender(ids.next(), name, nowMs),
      accountId,
      state,
      decidedAt: nowMs,
      decisionReason: reason,
      at: nowMs,
    });
    const event = {
      type: told[state],
      accountId,
      subjectId: decided.id,
      at: nowMs,
      data: { senderId: decided.id, name, reason: decided.decisionReason },
    };
    await runStatements(tx, [
      bumpVersion(accountId),
      ...(before?.state === state ? [] : appendEvents(database.kind, ids, [event])),
    ]);
    return decided;
  };

  /** Decides, and wakes those who read what was decided. */
  const deciding = async (work: (tx: Transaction) => Promise<AccountSenderId>): Promise<AccountSenderId> => {
    const decided = await database.write(work);
    eventsReady.raise();
    return decided;
  };

  return {
    async approve(accountId, name) {
      const sender = parseSenderId(name);
      return deciding(async (tx) => {
        const account = await existing(tx, accountId);
        const approved = await decide(tx, { accountId, name: sender, state: 'approved', reason: null });
        if (account.defaultSenderId === null) await setDefaultSender(tx, accountId, approved.id);
        return approved;
      });
    },

    async reject(accountId, name, reason) {
      const sender = parseSenderId(name);
      return deciding(async (tx) => {
        await existing(tx, accountId);
        if (!(await find(tx, accountId, sender))) throw new SmsError('not_found', 'sender ID not found');
        return decide(tx, { accountId, name: sender, state: 'rejected', reason: storableText(reason, longestWords) });
      });
    },

    async request(accountId, { name, purpose, sample }) {
      const wanted = parseSenderId(name);
      return database.write(async (tx) => {
        await existing(tx, accountId);
        const senders = await senderIdsOf(tx, accountId);
        const known = senders.find((sender) => sender.name === wanted);
        if (known && known.state !== 'rejected') return { sender: known, isNew: false };
        if (senders.filter(({ state }) => state === 'submitted').length >= mostWaiting) {
          throw new SmsError('conflict', `at most ${mostWaiting} sender IDs can wait for a decision`);
        }
        const nowMs = clock.now();
        const sender = await upsertSenderId(tx, {
          ...newSender(ids.next(), wanted, nowMs),
          accountId,
          state: 'submitted',
          purpose: purpose === undefined ? null : storableText(purpose, longestWords),
          sample: sample === undefined ? null : storableText(sample, longestWords),
          at: nowMs,
        });
        return { sender, isNew: true };
      });
    },

    list: (accountId) =>
      database.read(async (tx) => {
        await existing(tx, accountId);
        return senderIdsOf(tx, accountId);
      }),
  };
}
