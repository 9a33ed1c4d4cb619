import type { Sms } from '@ujumbe/core';
import { timeView } from '../fields.js';

/** Something that was done; source: contracts/mifumo.md §9.2. Who did it is not kept. */
export interface Activity {
  id: string;
  type: string;
  description: string;
  user: null;
  timestamp: string;
}

/** The latest messages; they are what is kept of what users do. */
export async function recentActivity(sms: Sms, accountId: string, limit: number): Promise<Activity[]> {
  const { messages } = await sms.messages.list(accountId, {}, { limit, offset: 0 });
  return messages.map(({ id, recipient, createdAt }) => ({
    id,
    type: 'sms_sent',
    description: `Sent SMS to ${recipient}`,
    user: null,
    timestamp: timeView(createdAt),
  }));
}
