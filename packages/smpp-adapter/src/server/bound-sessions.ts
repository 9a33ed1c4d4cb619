import type { EsmeSession } from './esme-session.js';

/** The bound sessions of this process. One that is leaving is none. */
export class BoundSessions {
  readonly #byId = new Map<string, EsmeSession>();
  readonly #byAccount = new Map<string, Set<EsmeSession>>();

  get size(): number {
    return this.#byId.size;
  }

  add(esme: EsmeSession): void {
    const { accountId } = esme.login;
    this.#byId.set(esme.id, esme);
    const ofAccount = this.#byAccount.get(accountId);
    if (ofAccount) ofAccount.add(esme);
    else this.#byAccount.set(accountId, new Set([esme]));
  }

  remove(esme: EsmeSession): void {
    const { accountId } = esme.login;
    this.#byId.delete(esme.id);
    const ofAccount = this.#byAccount.get(accountId);
    ofAccount?.delete(esme);
    if (ofAccount?.size === 0) this.#byAccount.delete(accountId);
  }

  get(id: string): EsmeSession | undefined {
    return this.#byId.get(id);
  }

  all(): EsmeSession[] {
    return [...this.#byId.values()];
  }

  of(accountId: string): EsmeSession[] {
    return [...(this.#byAccount.get(accountId) ?? [])];
  }
}
