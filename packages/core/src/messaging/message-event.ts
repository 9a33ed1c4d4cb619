import type { SmsErrorCode } from '../errors.js';
import { eventOfState, type MessageState, type NewEvent } from '../events.js';

/** The parts of a message its events are made of. */
export interface EventfulMessage {
  id: string;
  accountId: string;
  recipient: string;
  sender: string;
  segments: number;
  clientRef: string | null;
  batchId: string | null;
  campaignId: string | null;
  fileId: string | null;
}

/** The event a message's new state is announced by, if any. */
export function messageEvent(
  message: EventfulMessage,
  state: MessageState,
  at: number,
  errorCode: SmsErrorCode | null = null,
  upstreamError: string | null = null,
): NewEvent[] {
  const type = eventOfState(state);
  if (!type) return [];
  const { id, accountId, recipient, sender, segments, clientRef, batchId, campaignId, fileId } = message;
  return [
    {
      type,
      accountId,
      subjectId: id,
      at,
      data: {
        messageId: id,
        ...(batchId === null ? {} : { batchId }),
        recipient,
        sender,
        state,
        segments,
        clientRef,
        errorCode,
        ...(campaignId === null ? {} : { campaignId }),
        ...(fileId === null ? {} : { fileId }),
        ...(upstreamError !== null && { upstreamError }),
      },
    },
  ];
}
