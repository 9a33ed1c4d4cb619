import { SmsError, type Access, type Campaign, type Sms } from '@ujumbe/core';
import { RequestInvalid } from '../../validate.js';

/** A campaign as both of the vendor's APIs take it. */
export interface WrittenCampaign {
  name: string;
  message: string;
  sender_id?: string | undefined;
  recipients?: readonly string[] | undefined;
  segment_ids?: readonly string[] | undefined;
  contact_ids?: readonly string[] | undefined;
  scheduled_at?: number | undefined;
}

/** A draft; or with a time, a campaign that waits for it and is paid for, as the vendor's are. */
export async function createCampaign(sms: Sms, { accountId }: Access, written: WrittenCampaign): Promise<Campaign> {
  const { scheduled_at: scheduledAt } = written;
  if (scheduledAt !== undefined && scheduledAt <= Date.now()) {
    throw new RequestInvalid([{ path: ['scheduled_at'], message: 'The time must be in the future.' }]);
  }
  const draft = await sms.campaigns.create(accountId, {
    name: written.name,
    text: written.message,
    senderId: written.sender_id,
    numbers: [...(written.recipients ?? []), ...(await phonesOf(sms, accountId, written.contact_ids ?? []))],
    segmentIds: written.segment_ids?.map((id) => id.toLowerCase()),
    scheduledAt: scheduledAt ?? null,
  });
  if (scheduledAt === undefined) return draft;
  try {
    return await sms.campaigns.send(accountId, draft.id);
  } catch (error) {
    // What could not be scheduled was not created either.
    await sms.campaigns.delete(accountId, draft.id).catch(() => undefined);
    throw error;
  }
}

async function phonesOf(sms: Sms, accountId: string, contactIds: readonly string[]): Promise<string[]> {
  const phones: string[] = [];
  for (const id of contactIds) phones.push((await sms.contacts.get(accountId, id.toLowerCase())).phone);
  return phones;
}

/** Begins a draft, or goes on with what was paused. @throws SmsError `conflict` */
export async function startCampaign(sms: Sms, accountId: string, id: string): Promise<Campaign> {
  const { campaign } = await sms.campaigns.get(accountId, id);
  if (campaign.state === 'paused') return sms.campaigns.resume(accountId, id);
  if (campaign.state === 'scheduled') throw new SmsError('conflict', 'this campaign waits for its time already');
  return sms.campaigns.send(accountId, id);
}
