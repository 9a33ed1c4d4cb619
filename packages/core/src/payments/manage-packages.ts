import type { Account } from '../accounts/account.js';
import { findAccount } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import {
  CommitConflict,
  type Clock,
  type Database,
  type Ids,
  type RunStatements,
  type Transaction,
} from '../runtime.js';
import { checkCurrency, checkPackage, type Package, type Packages } from './package.js';
import {
  findPackage,
  insertPackage,
  insertTierList,
  packagesForSale,
  retirePackage,
  stillForSale,
  tiersAt,
} from './package.store.js';
import { checkTiers, mostWithin, priceByTier, usualTiers, type Tier } from './tier.js';

export interface PackageDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** What the wallet of a currency can ask for at the least. */
  stepOf: (currency: string) => number;
}

/** Who offers an account what it buys: its partner, else the platform. */
const sellerOf = ({ kind, parentId }: Account): string | null => (kind === 'tenant' ? parentId : null);

async function accountOf(tx: Transaction, accountId: string): Promise<Account> {
  const account = isUuid(accountId) ? await findAccount(tx, accountId) : undefined;
  if (!account) throw new SmsError('not_found', 'account not found');
  return account;
}

/** What an account is offered; see `Packages.offered`. */
export async function offeredPackages(tx: Transaction, account: Account): Promise<Package[]> {
  const seller = sellerOf(account);
  const own = seller === null ? [] : await packagesForSale(tx, { partnerId: seller });
  const offered = own.length > 0 ? own : await packagesForSale(tx, { partnerId: null });
  return offered.filter(({ currency }) => currency === account.currency);
}

/** The tiers an account buys by; empty when its currency has none. */
export async function tiersOf(tx: Transaction, account: Account, at: number): Promise<readonly Tier[]> {
  const { currency } = account;
  return (await tiersAt(tx, { partnerId: sellerOf(account), currency, at })) ?? usualTiers[currency] ?? [];
}

export function managePackages({ database, clock, ids, runStatements, stepOf }: PackageDeps): Packages {
  const existing = async (packageId: string): Promise<Package> => {
    const found = isUuid(packageId) ? await database.read((tx) => findPackage(tx, packageId)) : undefined;
    if (!found) throw new SmsError('not_found', 'package not found');
    return found;
  };
  const assertPartner = async (partnerId: string | undefined): Promise<string | null> => {
    if (partnerId === undefined) return null;
    const { kind } = await database.read((tx) => accountOf(tx, partnerId));
    if (kind !== 'partner')
      throw new SmsError('invalid_request', 'only a partner offers packages and tiers of its own');
    return partnerId;
  };
  const replacing = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on !== stillForSale) throw error;
      throw new SmsError('conflict', 'the package was changed just now; look at it again', { cause: error });
    }
  };

  return {
    create: async (wanted) => {
      const partnerId = await assertPartner(wanted.partnerId);
      const offer: Package = { ...checkPackage(wanted), id: ids.next(), version: 1, partnerId, createdAt: clock.now() };
      await database.commit([insertPackage(offer)]);
      return offer;
    },
    update: async (packageId, changes) => {
      const before = await existing(packageId);
      const { id, version, partnerId } = before;
      const at = clock.now();
      const terms = checkPackage({ ...before, partnerId: undefined, ...changes });
      const after: Package = { ...terms, id, version: version + 1, partnerId, createdAt: at };
      // One after the other: the new version is for sale only when the old one no longer is.
      await replacing(
        database.write((tx) => runStatements(tx, [retirePackage(id, version, at), insertPackage(after)])),
      );
      return after;
    },
    retire: async (packageId) => {
      const { id, version } = await existing(packageId);
      await replacing(database.commit([retirePackage(id, version, clock.now())]));
    },
    offered: (accountId) => database.read(async (tx) => offeredPackages(tx, await accountOf(tx, accountId))),
    list: () => database.read((tx) => packagesForSale(tx)),
    setTiers: async ({ partnerId, currency, tiers, effectiveAt = clock.now() }) => {
      const owner = await assertPartner(partnerId);
      if (!Number.isSafeInteger(effectiveAt)) throw new SmsError('invalid_request', 'effectiveAt is not a time');
      const list = { partnerId: owner, currency: checkCurrency(currency), tiers: checkTiers(tiers), effectiveAt };
      await database.commit([insertTierList({ id: ids.next(), ...list })]);
    },
    tiers: (accountId) =>
      database.read(async (tx) => {
        const account = await accountOf(tx, accountId);
        return { currency: account.currency, tiers: await tiersOf(tx, account, clock.now()) };
      }),
    price: (accountId, credits) =>
      database.read(async (tx) => {
        const account = await accountOf(tx, accountId);
        const { currency } = account;
        return { ...priceByTier(await tiersOf(tx, account, clock.now()), credits, stepOf(currency)), currency };
      }),
    within: (accountId, amount) =>
      database.read(async (tx) => {
        const account = await accountOf(tx, accountId);
        const { currency } = account;
        return { ...mostWithin(await tiersOf(tx, account, clock.now()), amount, stepOf(currency)), currency };
      }),
  };
}
