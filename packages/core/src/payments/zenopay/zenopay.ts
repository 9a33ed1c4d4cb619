import { createHash, timingSafeEqual } from 'node:crypto';
import { Agent, request } from 'undici';
import { SmsError } from '../../errors.js';
import { toMajor, type Money } from '../../ledger/money.js';
import type { MobileMoney, WalletOrder, WalletProvider } from '../mobile-money.js';
import {
  callbackOrder,
  callbackReply,
  queryOutcome,
  startOutcome,
  zenoPayCurrency,
  type ZenoPayAnswer,
} from './answers.js';
import { buyerPhone, payerOf } from './phone.js';

export interface ZenoPayOptions {
  /** The merchant's key. It signs what is asked, and callbacks show that they know it; it is never logged. */
  apiKey: string;
  /** `https://zenoapi.com` unless given. */
  url?: string;
  /** The longest a start may take, in milliseconds; a minute unless given. */
  startTimeoutMs?: number;
  /** The longest a query may take, in milliseconds; ten seconds unless given. */
  queryTimeoutMs?: number;
  /** What may be paid at a time, by provider; ZenoPay publishes no limits of its own. */
  providers?: readonly WalletProvider[];
}

const whole = 100;

/** What Mifumo lets be paid at a time; source: contracts/mifumo.md §9.3 and zenopay.md §1. */
export const zenoPayProviders: readonly WalletProvider[] = [
  ['vodacom', 'Vodacom M-Pesa', 1_000_000],
  ['tigo', 'Mixx by Yas', 1_000_000],
  ['airtel', 'Airtel Money', 1_000_000],
  ['halotel', 'HaloPesa', 500_000],
].map(([code, name, most]) => ({
  code: String(code),
  name: String(name),
  least: 1_000 * whole,
  most: Number(most) * whole,
}));

const startPath = '/api/payments/mobile_money_tanzania';
const statusPath = '/api/payments/order-status';
const maxAnswerBytes = 256 * 1024;

/** Errors of connecting: not a byte of the request has left. */
const neverSent = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
]);

/**
 * ZenoPay's Mobile Money Tanzania API: asks a phone for its PIN, and tells what became of it.
 *
 * Source: contracts/zenopay.md.
 *
 * @throws SmsError `invalid_request` when an option cannot be meant
 */
export function zenoPay(options: ZenoPayOptions): MobileMoney {
  const { apiKey, startTimeoutMs = 60_000, queryTimeoutMs = 10_000 } = options;
  if (!/^[\x21-\x7e]{8,500}$/.test(apiKey)) {
    throw new SmsError('invalid_request', 'the ZenoPay key must be 8 to 500 printable characters without spaces');
  }
  const base = baseUrl(options.url ?? 'https://zenoapi.com');
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, connections: 50 });

  /** Asks within a time, and gives the answer's JSON; undefined where it is none. */
  const ask = async (path: string, timeoutMs: number, signal: AbortSignal, body?: string): Promise<ZenoPayAnswer> => {
    const response = await request(base + path, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'x-api-key': apiKey,
        accept: 'application/json',
        'user-agent': 'Ujumbe/1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.statusCode, body: await readJson(response.body) };
  };

  return {
    name: 'zenopay',
    currency: zenoPayCurrency,
    step: whole,
    providers: options.providers ?? zenoPayProviders,
    startTimeoutMs,
    payerOf,
    start: async (order, signal) => {
      try {
        return startOutcome(await ask(startPath, startTimeoutMs, signal, JSON.stringify(startBody(order))));
      } catch (error) {
        const code = codeOf(error);
        if (neverSent.has(code)) {
          return { kind: 'refused', code: 'upstream_unavailable', detail: 'the wallet cannot be reached' };
        }
        return { kind: 'unknown', detail: troubleOf(code) };
      }
    },
    query: async (orderId, signal) => {
      try {
        const path = `${statusPath}?order_id=${encodeURIComponent(orderId)}`;
        return queryOutcome(await ask(path, queryTimeoutMs, signal), orderId);
      } catch (error) {
        return { kind: 'unknown', detail: troubleOf(codeOf(error)) };
      }
    },
    admitsCallback: ({ 'x-api-key': shown }) => typeof shown === 'string' && sameSecret(shown, apiKey),
    parseCallback: callbackOrder,
    callbackReply,
    close: () => dispatcher.close(),
  };
}

/** The amount is a whole number of shillings; the platform asks for nothing else, because it is a multiple of `step`. */
function startBody(order: WalletOrder): object {
  return {
    order_id: order.orderId,
    buyer_email: order.buyerEmail,
    buyer_name: order.buyerName,
    buyer_phone: buyerPhone(order.payer),
    amount: wholeShillings(order.amount),
    ...(order.callbackUrl === undefined ? {} : { webhook_url: order.callbackUrl }),
    ...(order.provider === undefined ? {} : { mobile_money_provider: order.provider }),
  };
}

function wholeShillings(amount: Money): number {
  if (amount % whole !== 0) throw new Error('ZenoPay takes whole shillings.');
  return toMajor(amount, zenoPayCurrency);
}

async function readJson(body: AsyncIterable<unknown>): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Compares hashes, so that neither its length nor how far it agrees shows in the time it takes. */
function sameSecret(shown: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(secret));
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

const timedOut = new Set(['TimeoutError', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Says no more on purpose: an error's own message may quote what was sent. */
const troubleOf = (code: string): string =>
  timedOut.has(code) ? 'the wallet did not answer in time' : 'the connection to the wallet failed';

function baseUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.username !== '') {
    throw new SmsError('invalid_request', 'the ZenoPay URL must be http(s) and a host, such as https://zenoapi.com');
  }
  return url.href.replace(/\/+$/, '');
}
