import type { Database } from '../../runtime.js';

/** The operator's own number for why a message failed, for those who are told it in SMPP's words. */
export function upstreamErrorColumn(kind: Database['kind']): string[] {
  const text = kind === 'postgres' ? 'text' : 'TEXT';
  return [`ALTER TABLE sms_messages ADD COLUMN upstream_error ${text}`];
}
