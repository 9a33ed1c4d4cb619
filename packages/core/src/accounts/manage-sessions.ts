import { SmsError } from '../errors.js';
import type { Clock, Database, Ids } from '../runtime.js';
import { findCredential } from './credential.store.js';
import type { Jwts } from './jwt.js';
import { endSession, insertSession, rotateSession } from './session.store.js';
import type { SessionLife, SessionTokens, User } from './user.js';

interface SessionDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  jwts: () => Jwts;
}

/** How log-ins begin, go on and end. */
export function manageSessions({ database, clock, ids, jwts }: SessionDeps): {
  open(user: User, life: SessionLife): Promise<SessionTokens>;
  refresh(refreshToken: string, life: SessionLife): Promise<SessionTokens>;
  end(sessionId: string): Promise<void>;
} {
  const tokensOf = async (sessionId: string, generation: number, life: SessionLife): Promise<SessionTokens> => ({
    sessionId,
    access: await jwts().issue('access', { subject: sessionId, lifeMs: life.accessMs }),
    refresh: await jwts().issue('refresh', { subject: sessionId, lifeMs: life.refreshMs, claims: { generation } }),
    expiresAt: clock.now() + life.accessMs,
  });

  const end = (sessionId: string): Promise<void> => database.commit(endSession(sessionId, clock.now()));

  return {
    async open(user, life) {
      const nowMs = clock.now();
      const id = ids.next();
      const tokens = await tokensOf(id, 1, life);
      await database.commit([
        insertSession({
          id,
          userId: user.id,
          userVersion: user.version,
          generation: 1,
          expiresAt: nowMs + life.refreshMs,
          createdAt: nowMs,
        }),
      ]);
      return tokens;
    },

    async refresh(refreshToken, life) {
      const { sub: id, generation } = await jwts().verify('refresh', refreshToken);
      if (!Number.isSafeInteger(generation)) throw new SmsError('unauthenticated', 'invalid or missing token');
      const shown = Number(generation);
      const stored = await database.read((tx) => findCredential(tx, { kind: 'session', id }));
      if (!stored) throw new SmsError('unauthenticated', 'invalid or missing token');
      if (stored.revokedAt !== null) throw new SmsError('token_revoked', 'this session has ended; log in again');
      if (stored.accountState !== 'active') {
        throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
      }
      const expiresAt = clock.now() + life.refreshMs;
      const isCurrent = await database.write((tx) => rotateSession(tx, { id, generation: shown, expiresAt }));
      if (!isCurrent) {
        await end(id);
        throw new SmsError(
          'token_revoked',
          'this refresh token was used before, so its session has ended; log in again',
        );
      }
      return tokensOf(id, shown + 1, life);
    },

    end,
  };
}
