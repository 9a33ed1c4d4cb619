import type { DatabaseOptions } from './database/open-database.js';
import type { BelowCostPolicy } from './ledger/set-price.js';
import type { SendingLimits } from './messaging/prepare-messages.js';
import type { RouteRule } from './messaging/route.js';
import type { Transport } from './messaging/transport.js';
import type { PaymentOptions } from './payments/payments.js';
import type { Clock, Ids, Logger, Random } from './runtime.js';

/** How a platform is made. */
export interface SmsOptions {
  database: DatabaseOptions;
  /** The ways out. The first takes every destination unless `routes` say otherwise. */
  transports: readonly Transport[];
  routes?: readonly RouteRule[];
  /**
   * 32 bytes in base64, which seal what must be readable again, such as webhook secrets. Beside a SQLite file one is
   * made and kept as `<file>.secret` when this is absent; on PostgreSQL webhooks need it.
   */
  secret?: string;
  /** Hosts webhooks may go to though their address is not public, such as `127.0.0.1` or `intranet:8080`. */
  webhookAllow?: readonly string[];
  /**
   * Where uploaded files wait until they have been read: beside a SQLite file unless given, else below the system's
   * folder for temporary files. Machines that share it share the work.
   */
  uploads?: { folder: string };
  /** A pino logger, or anything that speaks like one. Silent when absent. */
  logger?: Logger;
  limits?: Partial<SendingLimits> & {
    /** The most messages that may wait to be written before more are refused with `throttled`; 20,000. */
    maxWaiting?: number;
    /** How many messages of one campaign or file may be in the queue at a time, those being submitted too; 4,000. */
    maxAhead?: number;
  };
  /** What is done about a price below what a segment costs the seller; `warn` unless given. */
  belowCost?: BelowCostPolicy;
  /** How customers pay by phone; not at all unless given. */
  payments?: PaymentOptions;
  /** How long after a message's validity its receipt may still come; an hour. */
  receiptGraceMs?: number;
  /** How long events and ended webhook deliveries are kept; thirty days. */
  keepEventsMs?: number;
  /** False leaves the schema as it is; `sms.migrate()` brings it up to date. */
  migrate?: boolean;
  /** Replaces clock, chance and ids, for tests. */
  ports?: { clock?: Clock; random?: Random; ids?: Ids };
}
