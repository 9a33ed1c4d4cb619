import { randomUUID } from 'node:crypto';
import type { Lane, SmsOptions } from '@ujumbe/core';
import { composeParts, importCore } from './parts.js';

export interface List {
  id: string;
  state: string;
  rows: number;
  cost: number;
  position: number;
  messages: number;
  expandedAt: number | null;
}

export interface ListProgress {
  total: number;
  queued: number;
  sent: number;
  delivered: number;
  failed: number;
  cancelled: number;
  skipped: number;
  rate: number | null;
}

interface Item {
  recipient: string;
  text: string | null;
  clientRef?: string;
}

interface Deps {
  database: {
    kind: string;
    read<T>(work: (tx: unknown) => Promise<T>): Promise<T>;
    commit(statements: readonly unknown[]): Promise<void>;
  };
  clock: { now(): number };
  ids: unknown;
}

interface Parts {
  lists: Deps;
  opened: { close(): Promise<void> };
}

type Step = (list: List, nowMs: number) => object;

/** What a list is made with and changed by; core's functions by their files. */
interface Core {
  openList: (
    deps: Deps,
    wanted: object,
  ) => Promise<{ add(items: readonly Item[]): Promise<{ index: number; error: Error }[]>; seal(): Promise<List> }>;
  startList: (deps: Deps, list: List, options: { at?: number | undefined }) => Promise<void>;
  pauseList: Step;
  resumeList: Step;
  cancelList: Step;
  releaseCancelled: (deps: Deps, list: List) => Promise<number>;
  writeTogether: (kind: string, ids: unknown, parts: readonly object[]) => unknown[];
  findList: (tx: unknown, id: string) => Promise<List>;
  readProgress: (tx: unknown, list: List) => Promise<ListProgress>;
}

const files = [
  ...['fill-list', 'start-list', 'change-list', 'release-cancelled', 'send-list.store', 'read-progress'].map(
    (name) => `messaging/lists/${name}.js`,
  ),
  'messaging/attached.store.js',
];

/** Sends lists as a capability inside core does. A process of its own as far as the platform can tell. */
export class Lists {
  private constructor(
    private readonly core: Core,
    private readonly parts: <K extends keyof Parts>(name: K) => Parts[K],
  ) {}

  static async open(options: SmsOptions): Promise<Lists> {
    const modules = await Promise.all(files.map(importCore));
    return new Lists(Object.assign({}, ...modules) as Core, await composeParts<Parts>(options));
  }

  /** A list of an uploaded file's, with all of its rows. */
  async fill(
    accountId: string,
    items: readonly Item[],
    settings: {
      text?: string;
      lane?: Lane;
      segmentsPerSecond?: number;
      fileId?: string;
      meanwhile?: () => Promise<void>;
    } = {},
  ): Promise<List & { fileId: string }> {
    const { fileId = randomUUID(), meanwhile, ...wanted } = settings;
    const fill = await this.core.openList(this.#deps, { accountId, owner: { kind: 'file', id: fileId }, ...wanted });
    const refused = await fill.add(items);
    if (refused[0]) throw refused[0].error;
    await meanwhile?.();
    return { ...(await fill.seal()), fileId };
  }

  start(list: List, at?: number): Promise<void> {
    return this.core.startList(this.#deps, list, { at });
  }

  pause(list: List): Promise<void> {
    return this.#write(this.core.pauseList(list, this.#deps.clock.now()));
  }

  resume(list: List): Promise<void> {
    return this.#write(this.core.resumeList(list, this.#deps.clock.now()));
  }

  /** Stops it; what is queued is taken back as well unless the process is to end before that. */
  async cancel(list: List, { diesThen = false } = {}): Promise<void> {
    await this.#write(this.core.cancelList(list, this.#deps.clock.now()));
    if (!diesThen) await this.core.releaseCancelled(this.#deps, list);
  }

  now({ id }: List): Promise<List> {
    return this.#deps.database.read((tx) => this.core.findList(tx, id));
  }

  async progress(list: List): Promise<ListProgress> {
    const found = await this.now(list);
    return this.#deps.database.read((tx) => this.core.readProgress(tx, found));
  }

  close(): Promise<void> {
    return this.parts('opened').close();
  }

  get #deps(): Deps {
    return this.parts('lists');
  }

  #write(part: object): Promise<void> {
    const { database, ids } = this.#deps;
    return database.commit(this.core.writeTogether(database.kind, ids, [part]));
  }
}
