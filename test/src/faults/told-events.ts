import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { EventType, MessageState } from '@ujumbe/core';
import type { StoredMessage } from '../support/ledger-invariants.js';

/** An event as somebody heard it. */
export interface HeardEvent {
  id: string;
  type: string;
  subjectId: string;
}

const announced: Record<MessageState, EventType | undefined> = {
  scheduled: 'message.accepted',
  queued: 'message.accepted',
  submitted: 'message.submitted',
  enroute: undefined,
  delivered: 'message.delivered',
  undelivered: 'message.failed',
  expired: 'message.failed',
  rejected: 'message.failed',
  failed: 'message.failed',
  blocked: 'message.failed',
  unknown: 'message.unknown',
  cancelled: 'message.cancelled',
};

/** Every step of every message was told, in its order. An event that was told again counts where it came first. */
export function assertEveryStepWasTold(messages: readonly StoredMessage[], heard: readonly HeardEvent[]): void {
  const told = new Map<string, string[]>();
  for (const { type, subjectId } of new Map(heard.map((event) => [event.id, event])).values()) {
    const types = told.get(subjectId);
    if (types) types.push(type);
    else told.set(subjectId, [type]);
  }
  for (const { id, steps } of messages) {
    const due = steps.flatMap(([state]) => announced[state] ?? []);
    assert.deepEqual(told.get(id), due, `the events of message ${id}`);
  }
}

/** Events a worker wrote down; the last line may be half written. */
export function readHeardEvents(eventFile: string): HeardEvent[] {
  if (!existsSync(eventFile)) return [];
  const lines = readFileSync(eventFile, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [id = '', type = '', subjectId = ''] = line.split(' ');
    return { id, type, subjectId };
  });
}
