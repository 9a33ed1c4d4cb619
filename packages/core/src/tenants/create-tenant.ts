import type { Account } from '../accounts/account.js';
import { newSender } from '../accounts/account.js';
import { insertAccount, upsertSenderId } from '../accounts/account.store.js';
import { asNameTaken, newUser } from '../accounts/manage-users.js';
import { joinPartner, newAccount, writeAccount } from '../accounts/open-account.js';
import { hashPassword } from '../accounts/password.js';
import { checkPassword, type User } from '../accounts/user.js';
import { insertUser } from '../accounts/user.store.js';
import { SmsError } from '../errors.js';
import type { NewEvent } from '../events.js';
import type { Idempotency } from '../idempotency/answer.js';
import { commitOnce, type Remember } from '../idempotency/commit-once.js';
import { openWallet } from '../ledger/ledger.store.js';
import { transferStatements } from '../ledger/transfer-credits.js';
import { assertCredits } from '../ledger/top-up.js';
import type { Credits } from '../ledger/transfer.js';
import { parseSenderId } from '../numbers/sender-id.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Statement, Transaction } from '../runtime.js';
import { storableText } from '../text/storable-text.js';
import { explainShortfall } from './credit-tenant.js';
import { existingPartner, existingTenant, limitsOfPartner } from './find-tenant.js';
import { pricesOfTenant } from './price-tenant.js';
import { esmeLimits } from './set-limits.js';
import type { TenantDeps } from './tenant-deps.js';
import { changedBrand, changedContact, changedLimits, noBrand, noContact } from './tenant-fields.js';
import { countTenants, describeTenant, findTenant } from './tenant.store.js';
import type { NewTenant, Tenant, TenantLimits } from './tenant.js';

const mostTenants = 100_000;
const longestWords = 500;

interface Made {
  tenant: Tenant;
  user: User | null;
}

/** A tenant that is about to be stored, with all that is decided of it. */
interface Draft extends Pick<Tenant, 'contact' | 'brand'> {
  account: Account;
  limits: TenantLimits;
  credits: Credits;
  user: { row: User; passwordHash: string } | undefined;
  sender: { name: string; purpose: string | null; sample: string | null } | undefined;
  prices: Statement[];
}

/** As `Tenants.create`. */
export async function createTenant(
  deps: TenantDeps,
  partnerId: string,
  wanted: NewTenant,
  idempotency: Idempotency | undefined,
): Promise<Made & { replayed: boolean }> {
  const { answer, replayed } = await commitOnce(deps, partnerId, idempotency, async (remember: Remember<Made>) => {
    const draft = await draftTenant(deps, partnerId, wanted);
    const made = await store(deps, partnerId, draft, remember);
    deps.eventsReady.raise();
    return made;
  });
  return { ...answer, replayed };
}

async function draftTenant(deps: TenantDeps, partnerId: string, wanted: NewTenant): Promise<Draft> {
  const { database, clock, ids } = deps;
  const nowMs = clock.now();
  const [partner, limits, count] = await database.read(async (tx) => {
    const found = await existingPartner(tx, partnerId);
    return [found, await limitsOfPartner(tx, found), await countTenants(tx, partnerId)] as const;
  });
  if (count >= mostTenants) throw new SmsError('conflict', `a partner has at most ${mostTenants} tenants`);
  const { name, country = partner.country, currency = partner.currency, credits = 0, sender, user } = wanted;
  if (credits !== 0) assertCredits(credits);
  const account = newAccount(
    ids,
    { name, country, currency, kind: 'tenant', parentId: partnerId, refundPolicy: partner.refundPolicy },
    nowMs,
  );
  const usual: TenantLimits = { plan: partner.plan, segmentsPerSecond: null, maxSessions: null };
  return {
    account,
    contact: changedContact(noContact, wanted.contact ?? {}, account.country),
    brand: changedBrand(noBrand, wanted.brand ?? {}),
    limits: changedLimits(usual, wanted.limits ?? {}, limits),
    credits,
    prices: await pricesOfTenant(deps, account, wanted.prices ?? []),
    sender: sender && {
      name: parseSenderId(sender.name),
      purpose: sender.purpose === undefined ? null : storableText(sender.purpose, longestWords),
      sample: sender.sample === undefined ? null : storableText(sender.sample, longestWords),
    },
    // Last, because it takes a tenth of a second that nobody should be able to have for a wrong request.
    user: user && {
      row: newUser(ids, account, user, nowMs),
      passwordHash: await hashPassword(checkPassword(user.password), 'chosen'),
    },
  };
}

async function store(deps: TenantDeps, partnerId: string, draft: Draft, remember: Remember<Made>): Promise<Made> {
  const { database, runStatements } = deps;
  const { account, credits } = draft;
  try {
    return await asNameTaken(() =>
      writeAccount(database, async (tx) => {
        await joinPartner(tx, account);
        await runStatements(tx, statementsOf(deps, partnerId, draft));
        await askForSender(tx, deps, draft);
        await runStatements(tx, await esmeLimits(tx, account.id, draft.limits, account.createdAt));
        const made = { tenant: await existingTenant(tx, partnerId, account.id), user: draft.user?.row ?? null };
        await runStatements(tx, remember(made));
        return made;
      }),
    );
  } catch (error) {
    throw await explained(deps, partnerId, draft, await explainShortfall(deps, partnerId, credits, error));
  }
}

function statementsOf({ database, ids }: TenantDeps, partnerId: string, draft: Draft): Statement[] {
  const { account, contact, brand, limits, credits, user, prices } = draft;
  const { id, name, createdAt: at } = account;
  const created: NewEvent = {
    type: 'tenant.created',
    accountId: partnerId,
    subjectId: id,
    at,
    data: { tenantId: id, name, credits },
  };
  return [
    insertAccount(account),
    describeTenant({ id, name, contact, brand, plan: limits.plan }, at),
    openWallet(id),
    ...(user === undefined ? [] : [insertUser(user.row, user.passwordHash)]),
    ...prices,
    ...(credits === 0
      ? appendEvents(database.kind, ids, [created])
      : transferStatements({ database, ids }, { subjectId: ids.next(), from: partnerId, to: id, amount: credits, at }, [
          created,
        ])),
  ];
}

/** A sender ID is asked for: who decides is the platform's operator, not the partner. */
async function askForSender(tx: Transaction, { ids }: TenantDeps, { account, sender }: Draft): Promise<void> {
  if (sender === undefined) return;
  const { id: accountId, createdAt } = account;
  const { name, purpose, sample } = sender;
  const asked = newSender(ids.next(), name, createdAt);
  await upsertSenderId(tx, { ...asked, purpose, sample, accountId, state: 'submitted', at: createdAt });
}

/** A name that is taken is told with whose it is, so that who asks twice finds what he made the first time. */
async function explained(
  { database }: TenantDeps,
  partnerId: string,
  { account }: Draft,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof SmsError) || error.code !== 'conflict' || error.details?.field !== 'name') return error;
  const namesake = await database.read((tx) => findTenant(tx, partnerId, { name: account.name }));
  return new SmsError('conflict', 'there is a tenant of this name already', {
    details: { field: 'name', tenant_uuid: namesake?.id ?? null },
    cause: error,
  });
}
