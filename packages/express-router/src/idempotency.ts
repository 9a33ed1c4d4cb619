import { hash } from 'node:crypto';
import type { Idempotency, Sms } from '@ujumbe/core';
import type { ApiRequest, ApiResponse } from './endpoint.js';
import { success, successOnce } from './envelope.js';

/**
 * The `Idempotency-Key` of a request with what tells this request from another; undefined without a key.
 *
 * @param body what of its body tells it from others; all of it unless given
 */
export function idempotencyOf(request: ApiRequest, body: unknown = request.body): Idempotency | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  const { endpoint, params, file } = request;
  return { key: String(key), fingerprint: requestFingerprint({ endpoint, params, body, file }) };
}

/** What tells a request from another with its key. A file is told by its content: its name says nothing. */
export function requestFingerprint({
  endpoint,
  params,
  body,
  file,
}: Pick<ApiRequest, 'endpoint' | 'params' | 'body' | 'file'>): string {
  const asked = [endpoint.method, endpoint.path, params, body ?? null, ...(file === undefined ? [] : [file.sha256])];
  return hash('sha256', canonicalJson(asked));
}

/** Does a create that is not a send at most once for its key, and answers a repeat with the first answer. */
export async function answerOnce(sms: Sms, request: ApiRequest, create: () => Promise<unknown>): Promise<ApiResponse> {
  const idempotency = idempotencyOf(request);
  if (!idempotency) return success(await create());
  const { answer, replayed } = await sms.onlyOnce(request.access.accountId, idempotency, create);
  return successOnce(answer, replayed);
}

/** JSON with sorted names: a client that writes its fields in another order sends the same request. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
