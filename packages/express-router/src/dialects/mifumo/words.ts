/** The first guide's word for what later versions call otherwise. Source: contracts/mifumo.md §2. */
const firstWords: Readonly<Record<string, string>> = {
  AUTHENTICATION_REQUIRED: 'INVALID_CREDENTIALS',
  INVALID_AUTH_FORMAT: 'INVALID_CREDENTIALS',
  INVALID_API_KEY: 'INVALID_CREDENTIALS',
  API_KEY_EXPIRED: 'INVALID_CREDENTIALS',
  API_KEY_REVOKED: 'INVALID_CREDENTIALS',
  INVALID_PHONE_FORMAT: 'INVALID_PHONE',
  NO_VALID_RECIPIENTS: 'INVALID_PHONE',
  SENDER_ID_NOT_APPROVED: 'INVALID_SENDER_ID',
  SENDER_ID_NOT_REGISTERED: 'INVALID_SENDER_ID',
  INSUFFICIENT_CREDITS: 'INSUFFICIENT_BALANCE',
};

export const firstWord = (code: string): string => firstWords[code] ?? code;

/** What is not found, or is there already, by where it was looked for; the longer paths first. */
const things: readonly (readonly [path: string, word: string, name: string])[] = [
  ['/v1/sms/sender-id', 'REQUEST', 'Sender ID request'],
  // A message that is being sent cannot be missing; the tenant it is charged to can.
  ['/v1/sms/send', 'TENANT', 'Tenant'],
  ['/v1/sms', 'MESSAGE', 'Message'],
  ['/v1/contacts/segments', 'SEGMENT', 'Segment'],
  // Only the segment they name is looked for.
  ['/v1/contacts/search', 'SEGMENT', 'Segment'],
  ['/v1/contacts/{', 'CONTACT', 'Contact'],
  ['/v1/contacts/create', 'CONTACT', 'Contact'],
  ['/v1/contacts', 'SEGMENT', 'Segment'],
  ['/v1/campaigns', 'CAMPAIGN', 'Campaign'],
  ['/v1/templates', 'TEMPLATE', 'Template'],
  ['/v1/partner', 'TENANT', 'Tenant'],
  ['/keys', 'API_KEY', 'API key'],
  ['/webhooks', 'WEBHOOK', 'Webhook'],
];

/** What is in the way of those is another of the same; of anything else, the state it is in. */
export const conflictOf = (word: string): string =>
  ['CONTACT', 'SEGMENT'].includes(word) ? `${word}_EXISTS` : `${word}_CONFLICT`;

/** What else is looked for below a tenant, once that is found. */
const belowTenants: Readonly<Record<string, { word: string; name: string }>> = {
  message: { word: 'MESSAGE', name: 'Message' },
  package: { word: 'PACKAGE', name: 'Package' },
  transaction: { word: 'TRANSACTION', name: 'Transaction' },
};

/** @param named what was looked for, where the path does not say */
export function thingAt(path: string, named?: unknown): { word: string; name: string } {
  const below = typeof named === 'string' ? belowTenants[named] : undefined;
  if (below) return below;
  const [, word = 'RESOURCE', name = 'Resource'] = things.find(([begin]) => path.startsWith(begin)) ?? [];
  return { word, name };
}
