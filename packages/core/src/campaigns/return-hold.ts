import type { Reservation } from '../ledger/reservation.js';
import { closeReservation, findReservation } from '../ledger/reservation.store.js';
import type { Attached } from '../messaging/attached.store.js';
import type { Campaign } from './campaign.js';
import type { CampaignDeps } from './campaign-deps.js';

/** What gives back the credit that a campaign held for its time. */
export async function returnHold(deps: CampaignDeps, { holdId }: Campaign): Promise<Attached> {
  if (holdId === null) return {};
  const held: Reservation | undefined = await deps.database.read((tx) => findReservation(tx, holdId));
  return held?.closedAt === null ? closeReservation(held, deps.clock.now()) : {};
}
