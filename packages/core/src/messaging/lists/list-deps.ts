import type { Clock, Database, Ids } from '../../runtime.js';
import type { Signal } from '../../signal.js';
import type { RouteTable } from '../route.js';
import type { SendingPolicies } from '../sending-policy.js';

/** What sending a list needs of the platform. */
export interface ListDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  routes: RouteTable;
  policies: SendingPolicies;
  /** The most segments in one message. */
  maxSegments: number;
  eventsReady: Signal;
  /** Raised when a list may go on. */
  listsReady: Signal;
}
