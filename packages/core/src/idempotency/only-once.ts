import { CommitConflict, type Clock, type Database } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import { assertKey, mismatch, stillRunning, type Idempotency } from './answer.js';
import {
  completeAnswer,
  findAnswer,
  forgetAnswer,
  isKeyTaken,
  rememberAnswers,
  rememberForMs,
} from './idempotency.store.js';

/**
 * Runs a request at most once for a key, for creates whose work is not a send. The answer is stored sealed, because
 * it may hold a secret that is shown once, and given again to a repeat.
 */
export type OnlyOnce = <T>(
  accountId: string,
  idempotency: Idempotency,
  work: () => Promise<T>,
) => Promise<{ answer: T; replayed: boolean }>;

/** A request that has not ended in this time died with its process, and may be asked for again. */
const runningForMs = 60_000;

export function onlyOnce(deps: { database: Database; clock: Clock; secrets: () => SecretBox }): OnlyOnce {
  const { database, clock, secrets } = deps;

  /** Takes the key; answers with the stored answer when somebody has had it. */
  const take = async (accountId: string, { key, fingerprint }: Idempotency): Promise<string | undefined> => {
    const nowMs = clock.now();
    const row = { accountId, key, fingerprint, result: null, expiresAt: nowMs + runningForMs };
    try {
      await database.commit(rememberAnswers(database.kind, [row]));
      return undefined;
    } catch (error) {
      if (!(error instanceof CommitConflict) || !isKeyTaken(error.on)) throw error;
    }
    const stored = await database.read((tx) => findAnswer(tx, accountId, key));
    if (!stored) throw stillRunning();
    if (stored.expiresAt <= nowMs) {
      await database.write((tx) => forgetAnswer(tx, accountId, key));
      return take(accountId, { key, fingerprint });
    }
    if (stored.fingerprint !== fingerprint) throw mismatch();
    if (stored.result === null) throw stillRunning();
    return stored.result;
  };

  return async <T>(accountId: string, idempotency: Idempotency, work: () => Promise<T>) => {
    assertKey(idempotency.key);
    const stored = await take(accountId, idempotency);
    if (stored !== undefined) return { answer: JSON.parse(secrets().open(stored)) as T, replayed: true };
    try {
      const answer = await work();
      const sealed = secrets().seal(JSON.stringify(answer));
      await database.commit([completeAnswer(accountId, idempotency.key, sealed, clock.now() + rememberForMs)]);
      return { answer, replayed: false };
    } catch (error) {
      // What failed may be tried again under its key.
      await database.write((tx) => forgetAnswer(tx, accountId, idempotency.key));
      throw error;
    }
  };
}
