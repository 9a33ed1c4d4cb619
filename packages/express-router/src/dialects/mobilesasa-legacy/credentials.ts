import type { CredentialSource, ReadCredential } from '../../credentials.js';
import { bearerOf } from '../../credentials.js';

/**
 * A token as `Authorization: Bearer …`, or as `api_token` in the query string or the body.
 * Source: contracts/mobilesasa.md, appendix L.
 */
export const readCredential: ReadCredential = async (source) => {
  const raw = bearerOf(source.headers) ?? source.query().api_token ?? (await tokenInBody(source));
  return raw === undefined ? undefined : { kind: 'token', raw, forms: ['mbs'] };
};

async function tokenInBody({ body }: CredentialSource): Promise<string | undefined> {
  const fields = await body();
  if (typeof fields !== 'object' || fields === null || !('api_token' in fields)) return undefined;
  return typeof fields.api_token === 'string' ? fields.api_token : undefined;
}
