import type { Dispatcher } from 'undici';
import { parseRetryAfter } from './retry-schedule.js';

/** The longest an attempt may take, in milliseconds, from resolving the name to the end of the answer. */
export const webhookTimeoutMs = 15_000;

/** How much of an answer is read, in bytes. A short answer is read to its end so that the connection can be used again. */
const maxResponseBytes = 64 * 1024;

/** How much of an answer the delivery log shows, in bytes. */
const maxExcerptBytes = 1024;

/** One POST to a customer's receiver. */
export interface WebhookPost {
  /** Should be a guarded one, see {@link createGuardedDispatcher}; it must not follow redirects. */
  dispatcher: Dispatcher;
  url: string | URL;
  headers: Readonly<Record<string, string>>;
  /** Sent as it is; the signature in the headers is over these very bytes. */
  body: string | Uint8Array;
  /** The longest the whole attempt may take, in milliseconds; {@link webhookTimeoutMs} when left out. */
  timeoutMs?: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What came of an attempt. */
export interface PostResult {
  /** `succeeded` for 2xx alone; `gone` for 410, by which a receiver ends its subscription; `failed` for all else. */
  outcome: 'succeeded' | 'failed' | 'gone';
  /** HTTP status, or null when no answer came. */
  status: number | null;
  /** What the receiver asked for in `Retry-After`, in milliseconds, at most 24 hours; null when it did not ask. */
  retryAfterMs: number | null;
  /** A word for programs, a colon and a sentence for people; null on success. Nothing of what was sent is in it. */
  error: string | null;
  /** The first 1,024 bytes of the answer as UTF-8, or null when there was no body. */
  responseExcerpt: string | null;
  durationMs: number;
}

interface Answer {
  status: number;
  retryAfter: string | undefined;
  excerpt: string | null;
}

/** Posts once and judges the answer. Never throws: whatever goes wrong is a failed attempt with its reason. */
export async function postWebhook(post: WebhookPost): Promise<PostResult> {
  const { timeoutMs = webhookTimeoutMs, now } = post;
  const startedMs = now();
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // undici hears an abort only once it has a connection, so the end of the time is also raced against.
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort(new TimedOut());
      reject(new TimedOut());
    }, timeoutMs);
  });
  try {
    const answer = await exchange(post, abort.signal, timeout);
    return { ...judge(answer, now()), durationMs: now() - startedMs };
  } catch (error) {
    const reason = reasonOf(error, timeoutMs);
    const nothing = { status: null, retryAfterMs: null, responseExcerpt: null };
    return { outcome: 'failed', ...nothing, error: reason, durationMs: now() - startedMs };
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(post: WebhookPost, signal: AbortSignal, timeout: Promise<never>): Promise<Answer> {
  const { origin, pathname, search } = new URL(post.url);
  const { dispatcher, headers, body } = post;
  const request = { origin, path: pathname + search, method: 'POST', headers: { ...headers }, body, signal } as const;
  const response = await Promise.race([dispatcher.request(request), timeout]);
  const retryAfter = response.headers['retry-after'];
  return {
    status: response.statusCode,
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    excerpt: await readExcerpt(response.body),
  };
}

/**
 * Reads the body up to a limit. The status has already said what became of the delivery, so a body that is too long,
 * drips past the time or breaks off is cut and takes nothing back: a receiver that said 200 must not get it twice.
 */
async function readExcerpt(body: AsyncIterable<unknown>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let kept = 0;
  let read = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (kept < maxExcerptBytes) {
        const part = chunk.subarray(0, maxExcerptBytes - kept);
        // A copy, so that a kilobyte does not hold on to the buffer of a whole packet.
        chunks.push(Buffer.from(part));
        kept += part.length;
      }
      read += chunk.length;
      if (read > maxResponseBytes) break;
    }
  } catch {
    // What was read until then is still worth showing.
  }
  if (kept === 0) return null;
  // As a stream, a character cut in two at the limit is left out. PostgreSQL stores no NUL in a text.
  return new TextDecoder().decode(Buffer.concat(chunks), { stream: true }).replaceAll('\0', '\uFFFD');
}

function judge({ status, retryAfter, excerpt }: Answer, nowMs: number): Omit<PostResult, 'durationMs'> {
  const retryAfterMs = parseRetryAfter(retryAfter, nowMs);
  const rest = { status, responseExcerpt: excerpt };
  if (status >= 200 && status < 300) return { outcome: 'succeeded', retryAfterMs: null, error: null, ...rest };
  if (status === 410) {
    const error = 'gone: The receiver answered 410, so nothing more is sent to it.';
    return { outcome: 'gone', retryAfterMs: null, error, ...rest };
  }
  const error =
    status >= 300 && status < 400
      ? `redirected: The receiver answered ${status}, and redirects are not followed; give the final URL.`
      : `http_status: The receiver answered ${status}; only 2xx counts as received.`;
  return { outcome: 'failed', retryAfterMs, error, ...rest };
}

class TimedOut extends Error {
  readonly code = 'timed_out';
}

const timedOut = (timeoutMs: number): string =>
  `timeout: The receiver did not answer within ${timeoutMs / 1000} seconds.`;

/** Why no answer came, by the error codes of Node and undici. Everything from TLS is in a form of its own. */
const reasons: Readonly<Record<string, string>> = {
  address_refused: 'address_refused: The URL leads to an address that is not public.',
  ENOTFOUND: 'dns_failed: The host name does not resolve.',
  EAI_AGAIN: 'dns_failed: The host name could not be resolved just now.',
  ECONNREFUSED: 'connection_refused: Nothing listens at the address of the receiver.',
  EHOSTUNREACH: 'unreachable: There is no way to the address of the receiver.',
  ENETUNREACH: 'unreachable: There is no way to the address of the receiver.',
  ECONNRESET: 'connection_closed: The receiver closed the connection before it answered.',
  EPIPE: 'connection_closed: The receiver closed the connection before it answered.',
  UND_ERR_SOCKET: 'connection_closed: The receiver closed the connection before it answered.',
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response: The headers of the answer are too long.',
};

const timeoutCodes = new Set(['timed_out', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']);
const tlsForm = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH$)/;

function reasonOf(error: unknown, timeoutMs: number): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  // undici gives its parser's errors a code only sometimes.
  if (name === 'HTTPParserError') return 'invalid_response: What the receiver answered is not HTTP.';
  if (typeof code !== 'string') return unknownReason;
  if (timeoutCodes.has(code)) return timedOut(timeoutMs);
  if (tlsForm.test(code)) return 'tls_failed: No TLS connection was made; check the certificate of the receiver.';
  return reasons[code] ?? unknownReason;
}

/** Says no more on purpose: the message of an unforeseen error may quote the headers we sent. */
const unknownReason = 'request_failed: The request could not be made.';
