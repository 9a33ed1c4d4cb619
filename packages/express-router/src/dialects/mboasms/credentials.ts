import { apiKeyOf, basicOf, bearerOf, looksLikeJwt, tokenOrSession, type ReadCredential } from '../../credentials.js';
import { RequestRefused } from '../../request-refused.js';

/**
 * What log-in has issued or an API key, as `Authorization: Bearer …`, else a key in `X-API-Key`. A name and password
 * are for the one endpoint that asks for them. Source: contracts/mboasms.md §1.
 */
export const readCredential: ReadCredential = ({ headers }) => {
  const raw = bearerOf(headers);
  if (raw !== undefined) return tokenOrSession(raw, ['mboa']);
  if (headers.authorization !== undefined) throw malformed('Authorization must be Bearer and a token on this endpoint');
  const key = apiKeyOf(headers);
  return key === undefined ? undefined : { kind: 'token', raw: key, forms: ['mboa'] };
};

/** What log-in has issued: keys are managed by people. */
export const readSession: ReadCredential = ({ headers }) => {
  const jwt = bearerOf(headers);
  return jwt !== undefined && looksLikeJwt(jwt) ? { kind: 'session', jwt } : undefined;
};

/** `Authorization: Basic`, with an e-mail address, a phone number or a user name. */
export const readBasic: ReadCredential = ({ headers, address }) => {
  const basic = basicOf(headers);
  if (basic) return { kind: 'user', ...basic, address };
  if (headers.authorization === undefined) return undefined;
  throw malformed('Authorization must be Basic and a user name with its password on this endpoint');
};

const malformed = (sentence: string): RequestRefused => new RequestRefused(401, 'credential_malformed', sentence);
