import type { Access } from '../accounts/access.js';
import type { Account, WantedSenderId } from '../accounts/account.js';
import type { NewUser, User } from '../accounts/user.js';
import type { Idempotency } from '../idempotency/answer.js';
import type { NewPrice } from '../ledger/set-price.js';
import type { Balance, Credits } from '../ledger/transfer.js';

/** How a tenant looks to its own customers. */
export interface Brand {
  /** Shown instead of the account's name. */
  name: string | null;
  /** An `https:` address. */
  logoUrl: string | null;
  /** By what they are for, such as `primary`: `#0a7d33`. */
  colours: Readonly<Record<string, string>>;
}

/** Whom a partner asks for at a tenant. */
export interface TenantContact {
  name: string | null;
  email: string | null;
  /** E.164. */
  phone: string | null;
}

/** What a tenant may do, at most what its partner may. */
export interface TenantLimits {
  /** Which published limits hold for it: its partner's, or null for the usual ones. */
  plan: string | null;
  /** What one session of SMPP may submit; the platform's usual figure when null. */
  segmentsPerSecond: number | null;
  /** The most SMPP sessions at a time; the platform's usual figure when null. */
  maxSessions: number | null;
}

/** A customer of a partner: an account with credits, credentials and sender IDs of its own. */
export interface Tenant {
  /** Its account's. */
  id: string;
  partnerId: string;
  name: string;
  /** The short name it binds with over SMPP, by which its partner may name it too. */
  teamCode: string;
  country: string;
  currency: string;
  /** `suspended` also while its partner is. */
  state: Account['state'];
  contact: TenantContact;
  brand: Brand;
  limits: TenantLimits;
  balance: Balance;
  createdAt: number;
  updatedAt: number;
}

/** A price of a tenant's: what it pays its partner for a segment. */
export type TenantPrice = Pick<NewPrice, 'prefix' | 'mccmnc' | 'credits' | 'effectiveAt'>;

interface TenantDetails {
  /** At most 100 characters; the tenants of a partner have different ones, whatever their case. */
  name: string;
  contact?: Partial<TenantContact> | undefined;
  brand?: Partial<Brand> | undefined;
  limits?: Partial<TenantLimits> | undefined;
  /** Its own, beside those it has; where it has none it pays what its partner does. */
  prices?: readonly TenantPrice[] | undefined;
}

/** What a tenant is made of. */
export interface NewTenant extends TenantDetails {
  /** ISO 3166 alpha-2; its partner's unless given. */
  country?: string | undefined;
  /** ISO 4217; its partner's unless given. */
  currency?: string | undefined;
  /** Credits to begin with, out of its partner's, in thousandths. */
  credits?: Credits | undefined;
  /** A sender ID that is asked for in its name. */
  sender?: WantedSenderId | undefined;
  /** Somebody who logs in. */
  user?: NewUser | undefined;
}

/** What a partner may change; what is absent stays, null empties. */
export type TenantChanges = Partial<TenantDetails>;

export interface TenantFilter {
  state?: Account['state'] | undefined;
  /** Finds a part of name or contact, whatever its case and accents. */
  search?: string | undefined;
}

/** Credits a partner gives a tenant. */
export interface NewCredit {
  /** Thousandths, more than nought. */
  credits: Credits;
  /** The partner's own name for it, 1 to 100 characters: given once, however often it is told. */
  reference?: string | undefined;
}

/** Credits that were given. */
export interface TenantCredit {
  id: string;
  credits: Credits;
  reference: string | null;
  at: number;
}

/** What a partner does with its customers. Every other account's is not found. */
export interface Tenants {
  /**
   * Opens a tenant with all it is given, in one commit.
   *
   * @throws SmsError `scope_missing` when the account is no partner, `conflict` when it has a tenant of that name
   *   (`tenant_uuid` in the details) or a user's name is taken, `insufficient_balance`, `invalid_request`
   */
  create(
    partnerId: string,
    wanted: NewTenant,
    options?: { idempotency?: Idempotency | undefined },
  ): Promise<{ tenant: Tenant; user: User | null; replayed: boolean }>;
  /** Newest first. */
  list(
    partnerId: string,
    filter: TenantFilter,
    page: { limit: number; offset: number },
  ): Promise<{ tenants: Tenant[]; total: number }>;
  /** @param tenant its id or its team code; so everywhere here. @throws SmsError `not_found` */
  get(partnerId: string, tenant: string): Promise<Tenant>;
  /** The prices it has of its own, oldest first; of two for the same numbers the later one holds. */
  prices(partnerId: string, tenant: string): Promise<TenantPrice[]>;
  /** @throws SmsError `invalid_request`; `conflict` when the name is taken, or a price is below what the partner pays */
  update(partnerId: string, tenant: string, changes: TenantChanges): Promise<Tenant>;
  /** For every request from now on, in every process; SMPP sessions are unbound. */
  suspend(partnerId: string, tenant: string): Promise<Tenant>;
  resume(partnerId: string, tenant: string): Promise<Tenant>;
  /**
   * Gives a tenant credits out of its partner's.
   *
   * @throws SmsError `insufficient_balance`; `conflict` when the reference names another gift
   */
  credit(
    partnerId: string,
    tenant: string,
    credit: NewCredit,
    options?: { idempotency?: Idempotency | undefined },
  ): Promise<{ credit: TenantCredit; tenant: Tenant; replayed: boolean }>;
  /**
   * The access that a partner's credential has to a tenant: what is done with it is the tenant's, with the scopes of
   * the credential. It may be given to `messages.send`, whose commit finds out what has ended meanwhile.
   *
   * @param options.cached lets memory answer; only for `messages.send`
   * @throws SmsError `not_found`, `account_suspended`, and what `credentials.authenticate` throws
   */
  actingFor(access: Access, tenant: string, options?: { cached?: boolean }): Promise<Access>;
}
