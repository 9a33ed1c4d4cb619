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
}

/** The event a message's new state is announced by, if any. */
export function messageEvent(
  message: EventfulMessage,
  state: MessageState,
  at: number,
  errorCode: SmsErrorCode | null = null,
): NewEvent[] {
  const type = eventOfState(state);
  if (!type) return [];
  const { id, accountId, recipient, sender, segments, clientRef, batchId } = message;
  const batch = batchId === null ? {} : { batchId };
  return [
    {
      type,
      accountId,
      subjectId: id,
      at,
      data: { messageId: id, ...batch, recipient, sender, state, segments, clientRef, errorCode },
    },
  ];
}
