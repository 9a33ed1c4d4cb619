import type { CallbackReply, DatabaseOptions } from '@ujumbe/core';

/** How a process that takes payments is made; its one argument, as JSON. */
export interface TillSettings {
  database: DatabaseOptions;
  walletUrl: string;
  apiKey: string;
  /** Where the wallet calls back. */
  apiUrl: string;
  /** How far its clock is ahead of ours, so that the leases of those who died are over when it looks. */
  aheadMs: number;
  /** Ends as by a power cut, so long after it has heard for the so-many-th time that an order was paid. */
  dieAt?: { paid: number; afterMs: number };
}

export type TillRequest =
  | { kind: 'pay'; accountId: string; key: string; credits: number; phone: string }
  | { kind: 'send'; accountId: string; to: string }
  | { kind: 'top up'; accountId: string; credits: number; reference: string }
  /** A new customer, with first credits. */
  | { kind: 'open'; credits: number }
  /** A draft whose owner has this phone asked for what it lacks. */
  | { kind: 'send campaign'; accountId: string; campaignId: string; phone: string }
  | { kind: 'callback'; key: string; apiKey: string | undefined; body: unknown };

export type TillAnswer =
  | { kind: 'paying'; paymentId: string }
  | { kind: 'done' }
  | { kind: 'opened'; accountId: string }
  | { kind: 'replied'; reply: CallbackReply };
