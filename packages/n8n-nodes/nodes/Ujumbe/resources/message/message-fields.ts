/** What of a message matters to most. */
export const messageFields: readonly string[] = [
  'uuid',
  'to',
  'sender_id',
  'message',
  'status',
  'state',
  'parts',
  'cost',
  'client_ref',
  'created_at',
  'delivered_at',
  'error',
  'error_code',
];
