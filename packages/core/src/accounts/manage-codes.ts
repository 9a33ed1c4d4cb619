import { SmsError } from '../errors.js';
import type { Clock, Database, Transaction } from '../runtime.js';
import { codeLifeMs, drawCode, hashCode, mostTries, type CodePurpose, type Codes } from './code.js';
import { attemptCode, codesOf, replaceCode, takeCode, type StoredCode } from './code.store.js';
import { sameHash } from './token.js';

/** Issues codes and takes them back. */
export function manageCodes({ database, clock }: { database: Database; clock: Clock }): Codes {
  return {
    async issue({ userId, purpose, address, form }) {
      const code = drawCode(form);
      const expiresAt = clock.now() + codeLifeMs[form];
      await database.commit([replaceCode({ address, purpose, userId, hash: hashCode(purpose, code), expiresAt })]);
      return code;
    },

    async redeem({ code, purpose, address }) {
      const shown = { purpose, hash: hashCode(purpose, code), nowMs: clock.now() };
      // What is wrong is committed too: the attempt counts.
      const result = await database.write((tx) =>
        address === undefined ? redeemAlone(tx, shown) : redeemOf(tx, { ...shown, address }),
      );
      if (result.right) return { userId: result.right.userId, address: result.right.address };
      throw new SmsError('unauthenticated', 'the code is wrong or has expired', {
        details: { triesLeft: result.triesLeft },
      });
    },
  };
}

interface Shown {
  purpose: CodePurpose;
  hash: string;
  nowMs: number;
}

interface Redeemed {
  right?: StoredCode;
  triesLeft: number;
}

async function redeemOf(tx: Transaction, shown: Shown & { address: string }): Promise<Redeemed> {
  const stored = await attemptCode(tx, shown);
  if (!stored || stored.tries > mostTries) return { triesLeft: 0 };
  const triesLeft = mostTries - stored.tries;
  if (!sameHash(stored.hash, shown.hash)) return { triesLeft };
  return (await takeCode(tx, stored)) ? { right: stored, triesLeft } : { triesLeft };
}

/** A code that two addresses have by chance says nothing about whose it is. */
async function redeemAlone(tx: Transaction, shown: Shown): Promise<Redeemed> {
  const [stored, another] = await codesOf(tx, shown);
  if (!stored || another || stored.tries >= mostTries) return { triesLeft: 0 };
  return (await takeCode(tx, stored)) ? { right: stored, triesLeft: 0 } : { triesLeft: 0 };
}
