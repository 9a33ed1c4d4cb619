import { idForms, keyIn, type IdForm } from '../messaging/upstream-id.js';

/** After so many matches in a row an operator's way of writing ids is known. */
const enough = 20;

/**
 * How each operator writes in receipts the ids it answered submits with, learned from those that matched. An id that
 * could be read two ways, such as `12107306`, is then read as this operator means it. One that stops to keep to its way
 * is learned anew; nothing is ever refused for not being in it.
 */
export class LearnedIds {
  readonly #known = new Map<string, { form: IdForm; matches: number }>();

  /** The keys a receipt's id may be stored under, the likeliest first. */
  keysOf(transport: string, upstreamId: string): string[] {
    const known = this.#known.get(transport);
    const first = known && known.matches >= enough ? known.form : undefined;
    const order = first === undefined ? idForms : [first, ...idForms.filter((form) => form !== first)];
    return [...new Set(order.flatMap((form) => keyIn(form, upstreamId) ?? []))];
  }

  /** A receipt's id was found under a key. */
  matched(transport: string, upstreamId: string, key: string): void {
    const form = idForms.find((one) => keyIn(one, upstreamId) === key);
    if (form === undefined) return;
    const known = this.#known.get(transport);
    if (known?.form === form) known.matches = Math.min(known.matches + 1, enough * 2);
    else if (known && known.matches > 1) known.matches--;
    else this.#known.set(transport, { form, matches: 1 });
  }
}
