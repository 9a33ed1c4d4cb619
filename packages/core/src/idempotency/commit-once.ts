import type { Clock, Database, Statement } from '../runtime.js';
import { assertKey, mismatch, stillRunning, type Idempotency } from './answer.js';
import { findAnswer, forgetExpiredAnswer, rememberAnswers, rememberForMs } from './idempotency.store.js';

/** What stores the answer, for the commit that makes it true. */
export type Remember<T> = (answer: T) => Statement[];

/**
 * Does work at most once for a key: its answer is stored in the commit that makes it true, and given again to a repeat.
 * Of two at once one is undone, and given the other's answer.
 */
export async function commitOnce<T>(
  { database, clock }: { database: Database; clock: Clock },
  accountId: string,
  idempotency: Idempotency | undefined,
  work: (remember: Remember<T>) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  if (!idempotency) return { answer: await work(() => []), replayed: false };
  const { key, fingerprint } = idempotency;
  assertKey(key);

  async function storedAnswer(): Promise<{ answer: T; replayed: true } | undefined> {
    const stored = await database.read((tx) => findAnswer(tx, accountId, key));
    if (!stored) return undefined;
    if (stored.expiresAt <= clock.now()) {
      await database.write((tx) => forgetExpiredAnswer(tx, accountId, key, clock.now()));
      return undefined;
    }
    if (stored.fingerprint !== fingerprint) throw mismatch();
    if (stored.result === null) throw stillRunning();
    return { answer: JSON.parse(stored.result) as T, replayed: true };
  }

  const before = await storedAnswer();
  if (before) return before;
  try {
    const answer = await work((made) =>
      rememberAnswers(database.kind, [
        { accountId, key, fingerprint, result: JSON.stringify(made), expiresAt: clock.now() + rememberForMs },
      ]),
    );
    return { answer, replayed: false };
  } catch (error) {
    // Whatever undid this one: a repeat that is told it lacks credit has in truth been paid for already.
    const meanwhile = await storedAnswer();
    if (meanwhile) return meanwhile;
    throw error;
  }
}
