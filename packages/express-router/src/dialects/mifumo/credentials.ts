import { apiKeyOf, bearerOf, looksLikeJwt, type ReadCredential } from '../../credentials.js';
import { RequestRefused } from '../../request-refused.js';

/** A key as `Authorization: Bearer mif_…`, else as `X-API-Key: mif_…`. Source: contracts/mifumo.md §1. */
export const readKey: ReadCredential = ({ headers }) => {
  if (headers.authorization === undefined) {
    const raw = apiKeyOf(headers);
    return raw === undefined ? undefined : { kind: 'token', raw, forms: ['mif'] };
  }
  return { kind: 'token', raw: bearerToken(headers), forms: ['mif'] };
};

/** A user's session, or for programs that manage themselves a key. */
export const readSessionOrKey: ReadCredential = (source) => {
  const shown = bearerOf(source.headers);
  return shown !== undefined && looksLikeJwt(shown) ? { kind: 'session', jwt: shown } : readKey(source);
};

function bearerToken(headers: Parameters<typeof bearerOf>[0]): string {
  const raw = bearerOf(headers);
  if (raw !== undefined && raw !== '') return raw;
  throw new RequestRefused(401, 'credential_malformed', 'the Authorization header must be Bearer and an API key');
}
