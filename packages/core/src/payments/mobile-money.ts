import type { Money } from '../ledger/money.js';

/** What a wallet is asked to collect. */
export interface WalletOrder {
  /** Ours, made for this one order; the wallet knows the payment by it. */
  orderId: string;
  amount: Money;
  /** Whose phone is asked for its PIN; E.164, as {@link MobileMoney.payerOf} answers it. */
  payer: string;
  buyerName: string;
  buyerEmail: string;
  /** The operator of the wallet, where the buyer has said so. */
  provider?: string | undefined;
  /** Where the wallet may say that something happened; without one it is only asked. */
  callbackUrl?: string | undefined;
}

/** What became of the attempt to ask a phone for money. */
export type StartOutcome =
  /** The phone is being asked. Nothing is paid yet. */
  | { kind: 'accepted' }
  /** It will not be asked: the wallet refused, or was never reached. */
  | { kind: 'refused'; code: 'upstream_rejected' | 'upstream_unavailable'; detail: string }
  /** Sent, and no clear answer came. Only a query can tell; it is never started again blindly. */
  | { kind: 'unknown'; detail: string };

/** An order as the wallet has it. */
export interface FoundOrder {
  kind: 'found';
  orderId: string;
  status: 'pending' | 'completed' | 'failed' | 'cancelled';
  /** Null when the wallet does not say, or says something that is no amount. */
  amount: Money | null;
  currency: string;
  reference: string | null;
  transactionId: string | null;
  channel: string | null;
}

export type QueryOutcome =
  | FoundOrder
  /** The wallet knows no such order. It may still be on its way there. */
  | { kind: 'not_found' }
  /** No clear answer: nothing is known that was not known before. */
  | { kind: 'unknown'; detail: string };

/** An operator of wallets, with what it lets be paid at a time. */
export interface WalletProvider {
  code: string;
  name: string;
  least: Money;
  most: Money;
}

/** What the platform makes of a wallet's callback; the wallet's client words the answer. */
export type CallbackVerdict = 'processed' | 'unauthorized' | 'unknown_order' | 'malformed' | 'failed';

export interface CallbackReply {
  status: number;
  body: object;
}

export type CallbackHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * A way to be paid by phone. `start` and `query` speak to the wallet and never throw; everything else is pure. What a
 * callback says is a hint to ask, whoever sent it: the query is the truth.
 */
export interface MobileMoney {
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Amounts are multiples of this. */
  readonly step: Money;
  readonly providers: readonly WalletProvider[];
  /** The longest a start may take, in milliseconds. Until then nobody else looks after the payment. */
  readonly startTimeoutMs: number;
  /** The payer's number in E.164. @throws SmsError `number_invalid` with a sentence for the payer */
  payerOf(written: string): string;
  start(order: WalletOrder, signal: AbortSignal): Promise<StartOutcome>;
  query(orderId: string, signal: AbortSignal): Promise<QueryOutcome>;
  /** Whether the sender of a callback has shown that it knows our secret. */
  admitsCallback(headers: CallbackHeaders): boolean;
  /** The order a callback is about; undefined when it names none. */
  parseCallback(body: unknown): { orderId: string } | undefined;
  callbackReply(verdict: CallbackVerdict): CallbackReply;
  /** For a wallet in the same process, whose callbacks need no HTTP. */
  onHint?(listener: (orderId: string) => Promise<void>): void;
  close?(): Promise<void>;
}
