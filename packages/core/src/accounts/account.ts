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
  state: 'active' | 'suspended';
  defaultSenderId: string | null;
  refundPolicy: RefundPolicy;
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
}
