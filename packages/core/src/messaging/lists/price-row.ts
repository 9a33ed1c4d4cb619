import { checkClientRef, measureOnce } from '../prepare-messages.js';
import type { RouteTable } from '../route.js';
import type { SendingPolicy } from '../sending-policy.js';
import type { ListRow } from './send-list.js';

/** What is to be sent to a number: its own text, or null for the list's. */
export interface ListItem {
  /** E.164. */
  recipient: string;
  text: string | null;
  clientRef?: string | undefined;
}

/** A row that has no place yet. */
export type PricedRow = Omit<ListRow, 'place'>;

/**
 * What a message of a list takes and costs. What it returns throws SmsError for a row that cannot be sent, as a single
 * message would be refused.
 */
export function rowPricer(
  { prices }: Pick<SendingPolicy, 'prices'>,
  commonText: string | null,
  world: { routes: RouteTable; maxSegments: number },
): (item: ListItem) => PricedRow {
  const measure = measureOnce(world.maxSegments);
  return ({ recipient, text, clientRef }) => {
    const { encoding, segments } = measure(text ?? commonText ?? '');
    world.routes.transportFor(recipient);
    const cost = segments * prices.perSegment(recipient);
    return { recipient, text, encoding, segments, cost, clientRef: checkClientRef(clientRef) };
  };
}
