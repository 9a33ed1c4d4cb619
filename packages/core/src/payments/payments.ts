import type { Idempotency } from '../idempotency/answer.js';
import type { Credits } from '../ledger/transfer.js';
import type { CallbackHeaders, CallbackReply, MobileMoney, WalletProvider } from './mobile-money.js';
import type { Payment, PaymentSchedule, PaymentState } from './payment.js';
import type { Purchase } from './purchase.js';

/** How a platform is paid by phone. */
export interface PaymentOptions {
  /** The ways to be paid; the first of an account's currency takes its payments. */
  wallets: readonly MobileMoney[];
  /**
   * Where wallets reach this platform's API, such as `https://sms.example.com/api/v1`. Without it they are given no
   * address for callbacks, and every payment is found by asking. A function for hosts that know it once they listen.
   */
  apiUrl?: string | (() => string | undefined);
  /** The e-mail address wallets are given for a buyer who has named none. */
  buyerEmail?: string;
  /** The fewest credits (whole ones) of a custom purchase; 100 unless given. */
  leastCredits?: number;
  schedule?: Partial<PaymentSchedule>;
}

/** What a customer wants to buy, and who pays for it: a package or a number of credits. */
export interface NewPayment {
  packageId?: string | undefined;
  /** Thousandths; rounded up to whole credits. */
  credits?: Credits | undefined;
  /** Whose phone is asked. */
  phone: string;
  /** The account's name unless given. */
  buyerName?: string | undefined;
  buyerEmail?: string | undefined;
  /** One of the wallet's; it finds out by itself unless given. */
  provider?: string | undefined;
}

export interface PaymentFilter {
  states?: readonly PaymentState[] | undefined;
}

/** A callback as it came in. The body is read only when its sender has shown the key. */
export interface WalletCallback {
  wallet: string;
  /** The secret part of the URL. */
  key: string;
  headers: CallbackHeaders;
  readBody(): Promise<unknown>;
}

/** Payments by mobile money. */
export interface Payments {
  /**
   * Has a phone asked for money. The payment is stored before the wallet is called, so that it is found again whatever
   * happens; an idempotency key names one payment, also over a crash.
   *
   * @throws SmsError `invalid_request`, `number_invalid`, `not_found` (package), `price_missing`, `velocity`;
   *   `upstream_rejected` or `upstream_unavailable` when the wallet will not ask, with `payment_uuid` in the details
   */
  create(
    accountId: string,
    wanted: NewPayment,
    options?: { idempotency?: Idempotency | undefined },
  ): Promise<{ payment: Payment; replayed: boolean }>;
  /** @throws SmsError `not_found`, also for another account's payment */
  get(accountId: string, paymentId: string): Promise<Payment>;
  /** By the number for people. @throws SmsError `not_found`, also for another account's payment */
  getByOrderNumber(accountId: string, orderNumber: string): Promise<Payment>;
  list(
    accountId: string,
    filter: PaymentFilter,
    page: { limit: number; offset: number },
  ): Promise<{ payments: Payment[]; total: number }>;
  /** What was bought, newest first: payments by phone, and what was paid in without one. */
  purchases(
    accountId: string,
    filter: PaymentFilter,
    page: { limit: number; offset: number },
  ): Promise<{ purchases: Purchase[]; total: number }>;
  /** Asks the wallet now what has become of a payment. @throws SmsError `not_found` */
  check(accountId: string, paymentId: string): Promise<Payment>;
  /** The operators an account can pay through, and what they let be paid. */
  providers(
    accountId: string,
  ): Promise<{ wallet: string | null; currency: string; providers: readonly WalletProvider[] }>;
  /** Takes a wallet's callback: a hint to ask. Never throws: the answer is in the wallet's own words. */
  callback(callback: WalletCallback): Promise<CallbackReply>;
}
