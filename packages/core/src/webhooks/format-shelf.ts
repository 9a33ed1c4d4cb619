import type { Database } from '../runtime.js';
import type { CallbackFormat } from './callback-format.js';
import { allFormats } from './callback.store.js';

/** Vendors' forms by their ids: one never changes, so each is read once. */
export class FormatShelf {
  #formats = new Map<string, CallbackFormat>();

  constructor(private readonly database: Database) {}

  async find(id: string): Promise<CallbackFormat | undefined> {
    if (!this.#formats.has(id)) this.#formats = await this.database.read((tx) => allFormats(tx));
    return this.#formats.get(id);
  }

  async get(id: string): Promise<CallbackFormat> {
    const format = await this.find(id);
    if (!format) throw new Error('A form that is used is not kept.');
    return format;
  }
}
