import { Loop } from '../loop.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import { CommitConflict, type Logger } from '../runtime.js';
import { pause, type Signal } from '../signal.js';
import {
  claimImport,
  findImport,
  hasOpenImports,
  returnImports,
  stillOurs,
  type StoredImport,
} from './contact-import.store.js';
import { endWith, importFile, type ImportDeps } from './import-file.js';

export interface ImportWorkerDeps extends Omit<ImportDeps, 'workerId'> {
  lease: LeaseWorker;
  logger: Logger;
  importsReady: Signal;
}

const lookEveryMs = 500;
/** Two, so that one customer's long file does not keep another's short one waiting; more would only share the disk. */
const importsAtOnce = 2;
/** A file that was taken up so often without getting on is what ends the processes. */
const mostAttempts = 5;
const restMs = 2_000;

/** Imports the files in this machine's folder, a few at a time. */
export class ImportWorker extends Loop {
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #deps: ImportDeps;

  constructor(private readonly deps: ImportWorkerDeps) {
    super(deps.importsReady);
    this.#deps = { ...deps, workerId: deps.lease.workerId };
  }

  /** Ends with the batches that are being written; others go on from there. */
  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all(this.#inHand.values());
    await this.deps.database.commit([returnImports(this.deps.lease.workerId)]);
  }

  protected async round(): Promise<number> {
    const claimed = await this.#claim();
    if (claimed) this.#take(claimed);
    return claimed ? 0 : lookEveryMs;
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'imports could not be claimed; trying again');
    return lookEveryMs;
  }

  async #claim(): Promise<StoredImport | undefined> {
    const { database, clock, lease, uploads } = this.deps;
    if (this.#inHand.size >= importsAtOnce || !lease.isHeld()) return undefined;
    const folderId = await uploads.identity();
    if (folderId === undefined || !(await database.read((tx) => hasOpenImports(tx, folderId)))) return undefined;
    const inHand = [...this.#inHand.keys()];
    return database.write((tx) => claimImport(tx, { folderId, workerId: lease.workerId, inHand, nowMs: clock.now() }));
  }

  #take(claimed: StoredImport): void {
    const work = this.#import(claimed)
      .catch(async (error: unknown) => {
        if (this.signal.aborted) return;
        this.deps.logger.error(
          { importId: claimed.id, err: error },
          'an import was interrupted; it goes on in a moment',
        );
        await pause(restMs, this.signal);
      })
      .finally(() => {
        this.#inHand.delete(claimed.id);
        this.deps.importsReady.raise();
      });
    this.#inHand.set(claimed.id, work);
  }

  async #import(claimed: StoredImport): Promise<void> {
    const { uploads } = this.deps;
    try {
      if (claimed.attempts > mostAttempts) {
        await endWith(this.#deps, claimed, 'The file could not be read to its end, for a reason on our side.');
      } else {
        await importFile(this.#deps, claimed, this.signal);
      }
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on !== stillOurs) throw error;
      // Cancelled, and then the file is nobody's; or taken over by another process, which needs it.
      const now = await this.deps.database.read((tx) => findImport(tx, claimed.accountId, claimed.id));
      if (now?.state === 'processing' || now?.state === 'pending') return;
    }
    await uploads.remove(claimed.id);
  }
}
