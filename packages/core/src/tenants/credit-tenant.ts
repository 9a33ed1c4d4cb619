import { SmsError } from '../errors.js';
import type { Idempotency } from '../idempotency/answer.js';
import { commitOnce, type Remember } from '../idempotency/commit-once.js';
import { namedUuid } from '../ids.js';
import { balanceOf, creditGiven, isShortfall } from '../ledger/ledger.store.js';
import { assertCredits } from '../ledger/top-up.js';
import { transferStatements } from '../ledger/transfer-credits.js';
import type { Credits } from '../ledger/transfer.js';
import { CommitConflict } from '../runtime.js';
import { existingTenant } from './find-tenant.js';
import type { TenantDeps } from './tenant-deps.js';
import type { NewCredit, Tenant, TenantCredit } from './tenant.js';

const longestReference = 100;
const referenceForm = /^[^\0\p{Cs}]+$/u;

/** As `Tenants.credit`. */
export async function creditTenant(
  deps: TenantDeps,
  partnerId: string,
  named: string,
  { credits, reference }: NewCredit,
  idempotency: Idempotency | undefined,
): Promise<{ credit: TenantCredit; tenant: Tenant; replayed: boolean }> {
  const { database, clock, ids } = deps;
  assertCredits(credits);
  const tenant = await database.read((tx) => existingTenant(tx, partnerId, named));
  // A reference names a gift of this partner's, to whomever: the journal takes it once.
  const id = reference === undefined ? ids.next() : namedUuid('credit', partnerId, checkReference(reference));
  let isRepeat = false;
  const { answer, replayed } = await commitOnce(
    deps,
    partnerId,
    idempotency,
    async (remember: Remember<TenantCredit>) => {
      const credit: TenantCredit = { id, credits, reference: reference ?? null, at: clock.now() };
      const gift = { subjectId: id, from: partnerId, to: tenant.id, amount: credits, at: credit.at };
      try {
        await database.commit([...transferStatements(deps, gift), ...remember(credit)]);
        deps.eventsReady.raise();
        return credit;
      } catch (error) {
        // Asked first: a repeat that is told its partner lacks credit has in truth been given already.
        const before = await givenBefore(deps, credit, tenant.id);
        if (!before) throw await explainShortfall(deps, partnerId, credits, error);
        isRepeat = true;
        return before;
      }
    },
  );
  return {
    credit: answer,
    tenant: await database.read((tx) => existingTenant(tx, partnerId, tenant.id)),
    replayed: replayed || isRepeat,
  };
}

function checkReference(reference: string): string {
  const trimmed = reference.trim();
  if (trimmed.length > longestReference || !referenceForm.test(trimmed)) {
    throw new SmsError('invalid_request', `reference must be text of 1 to ${longestReference} characters`);
  }
  return trimmed;
}

/** The gift as it was given before. @throws SmsError `conflict` when that was another */
async function givenBefore(
  { database }: TenantDeps,
  credit: TenantCredit,
  tenantId: string,
): Promise<TenantCredit | undefined> {
  const given = await database.read((tx) => creditGiven(tx, credit.id));
  if (!given) return undefined;
  if (given.account_id !== tenantId || given.amount !== credit.credits) {
    throw new SmsError('conflict', 'this reference belongs to another credit; use a new one');
  }
  return { ...credit, at: given.at };
}

/** Says what is missing, where that is why a gift was undone; any other error stays what it is. */
export async function explainShortfall(
  { database }: TenantDeps,
  partnerId: string,
  needed: Credits,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof CommitConflict) || !isShortfall(error.on)) return error;
  const available = (await database.read((tx) => balanceOf(tx, partnerId)))?.available ?? 0;
  return new SmsError('insufficient_balance', 'insufficient SMS units', {
    details: { needed, available, shortfall: Math.max(0, needed - available) },
    cause: error,
  });
}
