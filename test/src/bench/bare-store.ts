import type { DatabaseOptions } from '@ujumbe/core';
import * as bare from './bare-rows.js';
import { coreIds, openCoreDatabase, type CoreDatabase } from './compiled.js';

const mostInGroup = 500;

/**
 * Stores messages as the platform does, and decides nothing: the rows of all that came while the last commit was
 * under way go into the next. The connection is core's, so that SQLite is written from a thread here as well.
 */
export class BareStore {
  readonly #waiting: ((id: string) => void)[] = [];
  #writing = false;
  #turn = 0;

  private constructor(
    private readonly core: CoreDatabase,
    private readonly accountId: string,
    private readonly nextId: () => string,
  ) {}

  static async open(options: DatabaseOptions): Promise<BareStore> {
    const core = await openCoreDatabase(options);
    await core.migrate();
    const ids = await coreIds();
    const accountId = ids.next();
    await core.database.commit(bare.accountSql(accountId).map((sql) => ({ sql, bindings: [] })));
    return new BareStore(core, accountId, () => ids.next());
  }

  store(): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#writing) return;
      this.#writing = true;
      setImmediate(() => void this.#write());
    });
  }

  close(): Promise<void> {
    return this.core.close();
  }

  async #write(): Promise<void> {
    const { kind } = this.core.database;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, mostInGroup);
      const rows = bare.bareRows(this.#turn, group.length, this.accountId, this.nextId);
      this.#turn += group.length;
      const inserts = bare.tableNames.map((table) => ({
        sql: bare.insertSql(kind, table, '?'),
        bindings: [bare.rowsJson(kind, table, rows)],
      }));
      const cost = bare.costOf(rows);
      const hold = {
        sql: 'UPDATE sms_balances SET available = available - ?, held = held + ? WHERE account_id = ?',
        bindings: [cost, cost, this.accountId],
      };
      await this.core.database.commit([...inserts, hold]);
      group.forEach((resolve, place) => resolve(String(rows.sms_jobs[place]?.[0])));
    }
    this.#writing = false;
  }
}
