import { SmsError } from '../errors.js';

/** When a customer gets credits back: see `settlementOf` in the ledger. */
export type RefundPolicy = 'on_accept' | 'on_submit' | 'on_delivered';

export type AccountKind = 'partner' | 'tenant' | 'standalone';

/** A paying customer. */
export interface Account {
  id: string;
  parentId: string | null;
  kind: AccountKind;
  name: string;
  /** ISO 3166 alpha-2: how numbers without a country code are read. */
  country: string;
  /** ISO 4217. */
  currency: string;
  /** The short name it binds with over SMPP; at most 15 characters, unique. */
  teamCode: string;
  /** What holds: a tenant is suspended for as long as its partner is, too. */
  state: 'active' | 'suspended';
  defaultSenderId: string | null;
  refundPolicy: RefundPolicy;
  /** Which published limits hold for it, such as `premium`; null for the usual ones. */
  plan: string | null;
  /**
   * Counts every change that bears on what the account may do. What was decided on an older version is undone at
   * commit, which is how a suspension or a revoked token takes effect at once in every process.
   */
  version: number;
  createdAt: number;
}

export type SenderIdState = 'draft' | 'submitted' | 'info_needed' | 'approved' | 'rejected' | 'suspended';

/** A sender ID an account has asked for. */
export interface AccountSenderId {
  id: string;
  name: string;
  state: SenderIdState;
  /** What it is for, and a message as it would send them, in the customer's words. */
  purpose: string | null;
  sample: string | null;
  createdAt: number;
  /** When it was approved or refused. */
  decidedAt: number | null;
  /** Why it was refused. */
  decisionReason: string | null;
}

/** A sender ID nobody has said anything of yet. */
export const newSender = (id: string, name: string, createdAt: number): AccountSenderId => ({
  id,
  name,
  state: 'draft',
  purpose: null,
  sample: null,
  createdAt,
  decidedAt: null,
  decisionReason: null,
});

/** A sender ID somebody asks for. */
export interface WantedSenderId {
  name: string;
  /** At most 500 characters, both. */
  purpose?: string | undefined;
  sample?: string | undefined;
}

/** Checks what an account, a key or a client is called. @throws SmsError `invalid_request` */
export function accountName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 100 || trimmed.includes('\0')) {
    throw new SmsError('invalid_request', 'name must be text of 1 to 100 characters');
  }
  return trimmed;
}
