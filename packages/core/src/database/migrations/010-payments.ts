import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/**
 * Payments by mobile money, what can be bought, prices for buying and by network, thresholds of balances, and the index
 * that statements are read along. Money is in the smallest unit of its currency, credits in thousandths.
 */
export function paymentTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, strict } = columnTypes(kind);

  return [
    // A version of a package; the one that is not retired is for sale. Without an account it is the platform's own.
    `CREATE TABLE sms_packages (
      id ${uuid} NOT NULL,
      version ${integer} NOT NULL CHECK (version > 0),
      account_id ${uuid} REFERENCES sms_accounts (id),
      name ${text} NOT NULL,
      credits ${bigint} NOT NULL CHECK (credits > 0),
      price ${bigint} NOT NULL CHECK (price > 0),
      currency ${text} NOT NULL,
      details ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      retired_at ${bigint},
      PRIMARY KEY (id, version)
    )${strict}`,
    `CREATE UNIQUE INDEX sms_packages_current ON sms_packages (id) WHERE retired_at IS NULL`,

    // What a credit costs by how many are bought: a list is replaced as a whole, the latest that holds already counts.
    `CREATE TABLE sms_tier_lists (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} REFERENCES sms_accounts (id),
      currency ${text} NOT NULL,
      tiers ${text} NOT NULL,
      effective_at ${bigint} NOT NULL
    )${strict}`,

    // credits are granted by a transfer whose subject is the payment, so the journal's key grants them once; an order
    // of a wallet belongs to one payment, so a provider's order grants them once.
    `CREATE TABLE sms_payments (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      order_number ${text} NOT NULL CONSTRAINT sms_payments_order_number UNIQUE,
      wallet ${text} NOT NULL,
      wallet_order_id ${text} NOT NULL,
      callback_hash ${text} NOT NULL CONSTRAINT sms_payments_callback UNIQUE,
      provider ${text},
      payer ${text} NOT NULL,
      buyer_name ${text} NOT NULL,
      buyer_email ${text} NOT NULL,
      amount ${bigint} NOT NULL CHECK (amount > 0),
      currency ${text} NOT NULL,
      credits ${bigint} NOT NULL CHECK (credits > 0),
      package_id ${uuid},
      package_name ${text},
      tier ${text},
      unit_price ${bigint},
      state ${text} NOT NULL ${isOneOf('state', 'created', 'pushed', 'pending', 'completed', 'failed', 'cancelled', 'expired')},
      failure_code ${text},
      failure_detail ${text},
      reference ${text},
      transaction_id ${text},
      channel ${text},
      poll_at ${bigint},
      created_at ${bigint} NOT NULL,
      expires_at ${bigint} NOT NULL,
      ended_at ${bigint},
      history ${text} NOT NULL,
      CONSTRAINT sms_payments_order UNIQUE (wallet, wallet_order_id),
      CONSTRAINT sms_payments_ended CHECK ((ended_at IS NULL) = (state IN ('created', 'pushed', 'pending')))
    )${strict}`,
    `CREATE INDEX sms_payments_account ON sms_payments (account_id, id)`,
    `CREATE INDEX sms_payments_due ON sms_payments (poll_at) WHERE poll_at IS NOT NULL`,
    `CREATE INDEX sms_payments_open_payer ON sms_payments (payer) WHERE ended_at IS NULL`,
    `CREATE INDEX sms_payments_open_account ON sms_payments (account_id) WHERE ended_at IS NULL`,

    `ALTER TABLE sms_prices ADD COLUMN side ${text} NOT NULL DEFAULT 'sell' ${isOneOf('side', 'sell', 'buy')}`,
    // Mobile country code and network code; a price has either this or a prefix.
    `ALTER TABLE sms_prices ADD COLUMN mccmnc ${text} CHECK (mccmnc IS NULL OR prefix = '')`,

    // How often the balance has fallen below its threshold, and of how many falls the customer was told.
    `ALTER TABLE sms_balances ADD COLUMN low_below ${bigint} CHECK (low_below > 0)`,
    `ALTER TABLE sms_balances ADD COLUMN low_crossed ${integer} NOT NULL DEFAULT 0`,
    `ALTER TABLE sms_balances ADD COLUMN low_told ${integer} NOT NULL DEFAULT 0 CHECK (low_told <= low_crossed)`,
    `CREATE INDEX sms_balances_low ON sms_balances (account_id) WHERE low_crossed > low_told`,

    // Holds all that a statement adds up, so that a million movements are summed without a look at their rows.
    `CREATE INDEX sms_transfers_statement ON sms_transfers (account_id, at, subject_id, phase, kind, amount)`,
  ];
}
