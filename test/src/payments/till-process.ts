import { join } from 'node:path';
import { AskedProcess } from '../support/asked-process.js';
import type { TillAnswer, TillRequest, TillSettings } from './till-messages.js';

/** The test's end of a process that takes payments. */
export class TillProcess extends AskedProcess<TillRequest, TillAnswer> {
  constructor(settings: TillSettings) {
    super(join(__dirname, 'till-main.js'), settings);
  }
}
