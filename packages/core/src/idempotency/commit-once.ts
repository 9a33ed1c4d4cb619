import { CommitConflict, type Clock, type Database, type Statement } from '../runtime.js';
import { assertKey, mismatch, stillRunning, type Idempotency } from './answer.js';
import { findAnswer, forgetExpiredAnswer, isKeyTaken, rememberAnswers, rememberForMs } from './idempotency.store.js';

/**
 * Makes a commit at most once for a key: its answer is stored in it, and given again to a repeat. Of two at once one is
 * undone, and given the other's answer.
 *
 * @param commit makes the commit, with these statements in it
 */
export async function commitOnce<T>(
  { database, clock }: { database: Database; clock: Clock },
  accountId: string,
  idempotency: Idempotency | undefined,
  { answer, commit }: { answer: T; commit: (remember: Statement[]) => Promise<void> },
): Promise<{ answer: T; replayed: boolean }> {
  if (!idempotency) {
    await commit([]);
    return { answer, replayed: false };
  }
  const { key, fingerprint } = idempotency;
  assertKey(key);
  for (let isSecond = false; ; isSecond = true) {
    const stored = await database.read((tx) => findAnswer(tx, accountId, key));
    if (stored && stored.expiresAt > clock.now()) {
      if (stored.fingerprint !== fingerprint) throw mismatch();
      if (stored.result === null) throw stillRunning();
      return { answer: JSON.parse(stored.result) as T, replayed: true };
    }
    if (stored) await database.write((tx) => forgetExpiredAnswer(tx, accountId, key, clock.now()));
    const expiresAt = clock.now() + rememberForMs;
    try {
      await commit(
        rememberAnswers(database.kind, [{ accountId, key, fingerprint, result: JSON.stringify(answer), expiresAt }]),
      );
      return { answer, replayed: false };
    } catch (error) {
      if (isSecond || !(error instanceof CommitConflict) || !isKeyTaken(error.on)) throw error;
    }
  }
}
