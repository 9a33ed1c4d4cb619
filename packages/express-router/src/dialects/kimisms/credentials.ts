import { bearerOf, type ReadCredential } from '../../credentials.js';
import { RequestRefused } from '../../request-refused.js';

/**
 * What `generate-token` has issued, as `Authorization: Bearer …`. Any other scheme counts as nothing shown.
 * Source: contracts/kimisms.md §1.
 */
export const readCredential: ReadCredential = ({ headers }) => {
  const jwt = bearerOf(headers);
  if (jwt === undefined && !/^bearer$/i.test(headers.authorization?.toString().trim() ?? '')) return undefined;
  if (jwt === undefined || jwt === '' || /\s/.test(jwt)) {
    throw new RequestRefused(401, 'credential_malformed', 'the Authorization header must be Bearer and a token');
  }
  return { kind: 'client', jwt };
};
