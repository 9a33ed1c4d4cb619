import type { IDataObject } from 'n8n-workflow';

const mostRemembered = 200;

/** What this process has seen, by node: several posts at once each read the stored list before any of them writes it. */
const inProcess = new Map<string, Set<string>>();

/**
 * Notes an event; false when it was seen before. An event comes again when the answer to it was lost, so the last ones
 * suffice; they are stored with the workflow too, for after a restart.
 */
export function isFirst(nodeId: string, stored: IDataObject, eventId: string): boolean {
  const seen = inProcess.get(nodeId) ?? new Set<string>();
  inProcess.set(nodeId, seen);
  const before = Array.isArray(stored.seen) ? (stored.seen as string[]) : [];
  if (seen.has(eventId) || before.includes(eventId)) return false;
  seen.add(eventId);
  for (const oldest of seen) {
    if (seen.size <= mostRemembered) break;
    seen.delete(oldest);
  }
  stored.seen = [...new Set([...before, ...seen])].slice(-mostRemembered);
  return true;
}
