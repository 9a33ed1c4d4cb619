import type { DatabaseOptions } from '@ujumbe/core';

/** How a platform process is made; its one argument, as JSON. */
export interface PlatformSettings {
  database: DatabaseOptions;
  /** Where the operator listens. */
  operatorPort: number;
  /** Where ESMEs bind; 0 for the first, which tells the port that all after it take. */
  smppPort: number;
  /**
   * How far its clock is ahead of ours. What would be over after a while, such as the lease of a process that was
   * killed, is over at once for one that starts so much later.
   */
  aheadMs: number;
}

/** What crosses the channel to the test, once: it is at work. */
export interface PlatformReady {
  port: number;
}
