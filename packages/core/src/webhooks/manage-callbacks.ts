import { SmsError } from '../errors.js';
import type { Access, CredentialRef } from '../accounts/access.js';
import type { Credits } from '../ledger/transfer.js';
import type { Attached } from '../messaging/attached.store.js';
import type { PreparedMessages } from '../messaging/prepare-messages.js';
import type { Clock, Database } from '../runtime.js';
import { assertPublicUrl } from './address-guard.js';
import { formatIdOf, showsKey, type Callback, type CallbackFormat } from './callback-format.js';
import { callbackColumns, callbackRow, callbackTable, keepFormat } from './callback.store.js';

/** Where a send wants to be told what became of its messages, and in which vendor's form. */
export interface WantedCallback {
  url: string;
  format: CallbackFormat;
  /** What the format shows that the platform does not know, such as a number as it was written, or what was charged. */
  fields?: Callback['fields'] | ((sent: { cost: Credits }) => Callback['fields']) | undefined;
  /** The key the format shows, when the messages are another account's; the sender's own when absent. */
  key?: CredentialRef | undefined;
  /** Refuses plain HTTP, but for hosts the platform's own operator allows. */
  isHttpsOnly?: boolean | undefined;
}

/** What a send writes with its messages so that they are called back. */
export type AttachCallback = (messages: PreparedMessages['messages']) => Attached;

export interface CallbackDeps {
  database: Database;
  clock: Clock;
  allowHosts: readonly string[];
  /** Whether what was sealed can be opened again on this platform. */
  keepsSecrets: boolean;
}

/** Checks callbacks and has them kept. */
export class Callbacks {
  readonly #kept = new Set<string>();

  constructor(private readonly deps: CallbackDeps) {}

  /**
   * Checks what a send wants, and answers what is to be written in its commit.
   *
   * @throws SmsError `invalid_request` for a URL that is none, or leads where callbacks may not go
   */
  async prepare(access: Access | string, wanted: WantedCallback): Promise<AttachCallback> {
    const { clock, keepsSecrets } = this.deps;
    const href = await this.#checkUrl(wanted);
    const formatId = await this.#keep(wanted.format);
    const credential = wanted.key ?? (typeof access === 'string' ? undefined : access.credential);
    const tokenId = showsKey(wanted.format) && credential?.kind === 'token' ? credential.id : null;
    if (showsKey(wanted.format) && (tokenId === null || !keepsSecrets)) {
      throw new SmsError(
        'invalid_request',
        'callbacks that show your key need a platform that keeps secrets, and a key',
      );
    }
    return (messages) => {
      // Messages of a batch share one callback.
      const subjects = new Map(
        messages.map(({ message: { id, batchId, accountId } }) => [batchId ?? id, accountId] as const),
      );
      const cost = messages.reduce((sum, { message }) => sum + message.cost, 0);
      const fields = (typeof wanted.fields === 'function' ? wanted.fields({ cost }) : wanted.fields) ?? {};
      const rows = [...subjects].map(([subjectId, accountId]) =>
        callbackRow({ subjectId, accountId, url: href, formatId, fields, tokenId }, clock.now()),
      );
      return { rows: [{ table: callbackTable, columns: callbackColumns, rows }] };
    };
  }

  async #checkUrl({ url, isHttpsOnly = false }: WantedCallback): Promise<string> {
    const { allowHosts } = this.deps;
    try {
      const { href, protocol, host, hostname } = await assertPublicUrl(url, { allowHosts });
      if (!isHttpsOnly || protocol === 'https:' || allowHosts.includes(host) || allowHosts.includes(hostname))
        return href;
    } catch (error) {
      if (!(error instanceof SmsError)) throw error;
      throw wrongUrl(error.message.replace('webhook', 'callback'));
    }
    throw wrongUrl('The callback URL must begin with https://.');
  }

  /** Stores a format before the first message that needs it. */
  async #keep(format: CallbackFormat): Promise<string> {
    const id = formatIdOf(format);
    if (!this.#kept.has(id)) {
      await this.deps.database.commit([keepFormat(id, format)]);
      this.#kept.add(id);
    }
    return id;
  }
}

const wrongUrl = (sentence: string): SmsError =>
  new SmsError('invalid_request', sentence, { details: { field: 'callback_url' } });
