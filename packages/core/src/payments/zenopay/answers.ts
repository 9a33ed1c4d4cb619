import { fromMajor } from '../../ledger/money.js';
import { storableText } from '../../text/storable-text.js';
import type { CallbackReply, CallbackVerdict, FoundOrder, QueryOutcome, StartOutcome } from '../mobile-money.js';

/** An answer of ZenoPay's: its status, and its body where that is JSON. Source of all forms: contracts/zenopay.md §1–3. */
export interface ZenoPayAnswer {
  status: number;
  body: unknown;
}

export const zenoPayCurrency = 'TZS';

const longestDetail = 200;
const longestFact = 100;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const factOf = (value: unknown): string | null => storableText(textOf(value), longestFact) || null;
const detailOf = ({ status, body }: ZenoPayAnswer): string =>
  storableText(textOf(fieldsOf(body).message), longestDetail) || `the wallet answered with HTTP status ${status}`;

/**
 * Only 200 with `status: success` is a push. A 4xx says that there is none. Anything else (a gateway's error, a page
 * that is no JSON) may hide that the phone is being asked.
 */
export function startOutcome(answer: ZenoPayAnswer): StartOutcome {
  const { status, body } = answer;
  const said = textOf(fieldsOf(body).status).toLowerCase();
  if (status === 200 && said === 'success') return { kind: 'accepted' };
  if (status === 200 && said === 'error') {
    return { kind: 'refused', code: 'upstream_rejected', detail: detailOf(answer) };
  }
  if (status === 429) return { kind: 'refused', code: 'upstream_unavailable', detail: detailOf(answer) };
  if (status >= 300 && status < 500 && status !== 408) {
    return { kind: 'refused', code: 'upstream_rejected', detail: detailOf(answer) };
  }
  return { kind: 'unknown', detail: detailOf(answer) };
}

const statuses: Readonly<Record<string, FoundOrder['status']>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** `result` is about the look-up, `payment_status` about the payment: one without the other proves nothing. */
export function queryOutcome(answer: ZenoPayAnswer, orderId: string): QueryOutcome {
  const { status } = answer;
  const body = fieldsOf(answer.body);
  const unknown: QueryOutcome = { kind: 'unknown', detail: detailOf(answer) };
  if (/not found/i.test(textOf(body.message)) && status < 500) return { kind: 'not_found' };
  if (status !== 200 || textOf(body.result).toUpperCase() !== 'SUCCESS' || !Array.isArray(body.data)) return unknown;
  const orders = (body.data as unknown[]).map(fieldsOf);
  if (orders.length === 0) return { kind: 'not_found' };
  const order = orders.find(({ order_id: id }) => id === orderId);
  if (!order) return { kind: 'unknown', detail: 'the wallet told of another order' };
  return {
    kind: 'found',
    orderId,
    status: statuses[textOf(order.payment_status).toUpperCase()] ?? 'pending',
    amount: fromMajor(textOf(order.amount), zenoPayCurrency) ?? null,
    currency: zenoPayCurrency,
    reference: factOf(order.reference),
    transactionId: factOf(order.transid),
    channel: factOf(order.channel),
  };
}

/** The order a callback names. What it says beside that is not looked at: nothing in it is signed. */
export function callbackOrder(body: unknown): { orderId: string } | undefined {
  const { order_id: orderId } = fieldsOf(body);
  return typeof orderId === 'string' && orderId !== '' && orderId.length <= longestFact ? { orderId } : undefined;
}

const replies: Readonly<Record<CallbackVerdict, { status: number; success: boolean; message: string }>> = {
  processed: { status: 200, success: true, message: 'Webhook processed successfully' },
  unauthorized: { status: 401, success: false, message: 'Unauthorized webhook request' },
  unknown_order: { status: 404, success: false, message: 'Transaction not found' },
  malformed: { status: 400, success: false, message: 'Invalid webhook payload' },
  failed: { status: 500, success: false, message: 'Webhook could not be processed' },
};

export function callbackReply(verdict: CallbackVerdict): CallbackReply {
  const { status, ...body } = replies[verdict];
  return { status, body };
}
