import type { DatabaseOptions, SendRequest } from '@ujumbe/core';
import type { OperatorSettings } from './logged-operator.js';

/** How a worker process is made; its one argument, as JSON. */
export interface WorkerSettings {
  database: DatabaseOptions;
  operators: OperatorSettings[];
  /** Which operator takes numbers of a prefix; the first takes all when there is none. */
  routes: { prefix: string; transport: string }[];
  receiptGraceMs: number;
  seed: number;
  /** Where it looks for uploaded files. */
  uploadFolder?: string;
  /** Where it writes the events it hears, one line each, if it is to listen. */
  eventFile?: string;
}

/** What the test asks of a worker. */
export type WorkerRequest =
  | { kind: 'send'; accountId: string; request: SendRequest }
  /** Sends with the token's access as memory knows it. */
  | { kind: 'send-by-token'; rawToken: string; to: string };

export interface WorkerAnswer {
  kind: 'sent';
  ids: string[];
  replayed: boolean;
}
