import type { Authenticator } from '../accounts/authenticate.js';
import type { Clock, Database, Ids, Logger, RunStatements } from '../runtime.js';
import type { Signal } from '../signal.js';

/** What all that is done with tenants needs of the platform. */
export interface TenantDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  runStatements: RunStatements;
  eventsReady: Signal;
  authenticator: Authenticator;
}
