import { insertRows, type Columns } from '../database/statements.js';
import type { Database, Statement } from '../runtime.js';
import type { NewSegment } from './settle-outcome.js';
import { upstreamKey } from './upstream-id.js';

const columns: Columns = {
  transport: 'text',
  upstream_key: 'text',
  message_id: 'uuid',
  segment: 'integer',
  upstream_id: 'text',
  account_id: 'uuid',
};

export function insertSegments(kind: Database['kind'], segments: readonly NewSegment[]): Statement[] {
  if (segments.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_segments',
      columns,
      segments.map((segment) => ({
        transport: segment.transport,
        upstream_key: upstreamKey(segment.upstreamId),
        message_id: segment.messageId,
        segment: segment.segment,
        upstream_id: segment.upstreamId,
        account_id: segment.accountId,
      })),
    ),
  ];
}
