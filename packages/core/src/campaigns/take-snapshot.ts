import { SmsError } from '../errors.js';
import type { ListDeps } from '../messaging/lists/list-deps.js';
import { rowPricer, type ListItem, type PricedRow } from '../messaging/lists/price-row.js';
import { parseTemplate } from '../text/template.js';
import type { Campaign, Estimate } from './campaign.js';
import { variableOf } from './variables.js';
import { walkAudience, type AudienceDeps, type Recipient } from './walk-audience.js';

export type SnapshotDeps = AudienceDeps & Pick<ListDeps, 'clock' | 'policies' | 'routes' | 'maxSegments'>;

/** A text that is the same for all, which a list then holds once; undefined for one with variables. */
export const commonTextOf = ({ text }: Pick<Campaign, 'text'>): string | undefined =>
  parseTemplate(text).variables.length === 0 ? text : undefined;

/**
 * Goes through a campaign's audience once: renders each text, prices it, and counts. What is handed to `keep` need not
 * be kept in memory.
 *
 * @throws SmsError `message_empty`, `message_too_long` and the like for a text that nobody can be sent, `not_found`
 */
export async function takeSnapshot(
  deps: SnapshotDeps,
  campaign: Pick<Campaign, 'accountId' | 'text' | 'audience'>,
  keep: (rows: readonly PricedRow[]) => Promise<void> = () => Promise.resolve(),
): Promise<Estimate> {
  const at = deps.clock.now();
  const template = parseTemplate(campaign.text);
  const common = commonTextOf(campaign);
  const price = rowPricer(await deps.policies.of(campaign.accountId), common ?? null, deps);
  const tally = new Tally();
  const itemOf = (recipient: Recipient): ListItem => ({
    recipient: recipient.phone,
    text: common === undefined ? template.render((name) => variableOf(recipient, name)) : null,
  });
  for await (const { recipients, leftOut } of walkAudience(deps, campaign.accountId, campaign.audience, at)) {
    tally.leaveOut('opted_out', leftOut.opted_out);
    tally.leaveOut('inactive', leftOut.inactive);
    const rows: PricedRow[] = [];
    for (const recipient of recipients) {
      try {
        const row = price(itemOf(recipient));
        rows.push(row);
        tally.count(row);
      } catch (error) {
        if (!(error instanceof SmsError)) throw error;
        tally.leaveOut(error.code, 1);
      }
    }
    if (rows.length > 0) await keep(rows);
  }
  return tally.estimate(at);
}

/** Adds up what a campaign comes to. */
class Tally {
  #recipients = 0;
  #segments = 0;
  #cost = 0;
  readonly #histogram: Record<string, number> = {};
  readonly #leftOut: Record<string, number> = {};

  count({ segments, cost }: PricedRow): void {
    this.#recipients++;
    this.#segments += segments;
    this.#cost += cost;
    this.#histogram[segments] = (this.#histogram[segments] ?? 0) + 1;
  }

  leaveOut(reason: string, count: number): void {
    if (count > 0) this.#leftOut[reason] = (this.#leftOut[reason] ?? 0) + count;
  }

  estimate(at: number): Estimate {
    return {
      recipients: this.#recipients,
      segments: this.#segments,
      cost: this.#cost,
      histogram: this.#histogram,
      leftOut: this.#leftOut,
      at,
    };
  }
}
