import type { Money } from '../ledger/money.js';
import type { Credits } from '../ledger/transfer.js';
import type { PaymentState } from './payment.js';

/** Credits somebody bought, or tries to: by phone, or in another way, which is written down when it is paid. */
export interface Purchase {
  /** The payment's, or the reference of what was paid otherwise. */
  id: string;
  /** The package; null for a number of credits. */
  name: string | null;
  credits: Credits;
  /** What is paid by phone, and its currency; null where nobody has said what was paid. */
  amount: Money | null;
  currency: string | null;
  state: PaymentState;
  at: number;
}
