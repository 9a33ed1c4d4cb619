import { join } from 'node:path';
import { AskedProcess } from '../support/asked-process.js';
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-messages.js';

/** The test's end of a worker process. */
export class WorkerProcess extends AskedProcess<WorkerRequest, WorkerAnswer> {
  constructor(settings: WorkerSettings) {
    super(join(__dirname, 'worker-main.js'), settings);
  }
}
