import type { DomainEvent } from '@ujumbe/core';

/** A line about an event, for people. */
export function eventLine({ type, at, subjectId, data }: DomainEvent): string {
  if ('paymentId' in data) return lineOf(at, type, subjectId, `${data.state}, ${data.orderNumber}`);
  if (!('errorCode' in data)) return lineOf(at, type.replace('message.', ''), subjectId);
  const word = type === 'message.failed' ? data.state : type.replace('message.', '');
  return lineOf(at, word, subjectId, data.errorCode ?? '');
}

/** The last eight digits tell messages of one minute apart; the first eight are the time they were accepted. */
export function lineOf(at: number, word: string, id: string | undefined, detail = ''): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  const ms = String(new Date(at).getMilliseconds()).padStart(3, '0');
  const short = id === undefined ? '' : `…${id.slice(-8)}`;
  return `${time}.${ms}  ${word.padEnd(12)}  ${short}  ${detail}`.trimEnd();
}
