import { apiKeyOf, bearerOf, tokenOrSession, type ReadCredential } from '../credentials.js';

/**
 * A token, or a session of the dashboard: `Authorization: Bearer …`, else `X-API-Key: …`. Other schemes belong to
 * somebody else. Source: contracts/mobilesasa.md §1.
 */
export const readCredential: ReadCredential = ({ headers }) => {
  const raw = bearerOf(headers) ?? apiKeyOf(headers);
  return raw === undefined ? undefined : tokenOrSession(raw, ['mbs']);
};
