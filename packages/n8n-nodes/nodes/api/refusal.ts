import { NodeApiError, type IDataObject, type INode, type JsonObject, type NodeOperationError } from 'n8n-workflow';
import type { Answer } from './answer.js';

/** A refusal as the API writes it. */
interface RefusalBody {
  error?: string;
  code?: string;
  details?: IDataObject;
}

/** What helps, by the API's code; the sentence of the API itself says what happened. */
const wayOut: Readonly<Record<string, string>> = {
  unauthenticated: 'Check the API Token of the credential.',
  token_expired: 'Make a new token and put it in the credential.',
  token_revoked: 'Make a new token and put it in the credential.',
  scope_missing: 'Use a credential whose token has this scope.',
  insufficient_balance: 'Top up the account, then run this again.',
  opted_out: 'Send to others, or take the number off the list with Suppression: Remove.',
  sender_unknown: "Choose a Sender ID from the list, or leave it empty for the account's own.",
  sender_not_approved: "Choose another Sender ID, or leave it empty for the account's own.",
  idempotency_mismatch: 'Give another Idempotency Key, or leave it empty.',
  rate_limited: 'Send fewer requests, or use Message: Send Batch.',
};

/** The only address we give the server is n8n's own, which whoever uses the node has not written and cannot see. */
const unreachableN8n =
  'That is the address of this n8n. Set WEBHOOK_URL of n8n to one that the Ujumbe server reaches, or have the server let this one through (UJUMBE_WEBHOOK_ALLOW).';

const helpFor = (code: string, sentence: string): string | undefined =>
  sentence.startsWith('The webhook URL ') ? unreachableN8n : wayOut[code];

/** The API's refusal as n8n shows it. Made of a plain object: of another error n8n would keep its own words. */
export function refusalOf(node: INode, answer: Answer, itemIndex?: number): NodeApiError {
  const body: RefusalBody = typeof answer.body === 'object' && answer.body !== null ? answer.body : {};
  if (typeof body.error !== 'string' || typeof body.code !== 'string') return notUjumbe(node, answer, itemIndex);
  return refusedWith(node, { ...body, sentence: body.error, code: body.code, status: answer.statusCode }, itemIndex);
}

/** A refusal known by its sentence and code: of a whole request, or of one row of many. */
export function refusedWith(
  node: INode,
  refusal: { sentence: string; code: string; status?: number; details?: IDataObject },
  itemIndex?: number,
): NodeApiError {
  const { sentence, code, status, details } = refusal;
  const facts: JsonObject = { error: sentence, code, ...(details && { details: details as JsonObject }) };
  const error = new NodeApiError(node, facts, {
    message: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    description: [helpFor(code, sentence), shortfallOf(details), `Error code: ${code}`].filter(Boolean).join(' '),
    ...(status !== undefined && { httpCode: String(status) }),
    ...(itemIndex !== undefined && { itemIndex }),
  });
  error.context.data = facts;
  return error;
}

/** The API's code of a refusal; undefined for whatever else went wrong. */
export const codeOf = ({ context }: NodeApiError | NodeOperationError): string | undefined =>
  ((context.data ?? {}) as { code?: string }).code;

const shortfallOf = (details?: IDataObject): string | undefined =>
  typeof details?.shortfall === 'number' ? `${details.shortfall} credits are missing.` : undefined;

export function notUjumbe(node: INode, { statusCode }: Answer, itemIndex?: number): NodeApiError {
  return new NodeApiError(
    node,
    { status: statusCode },
    {
      message: 'What answers at the Base URL is not an Ujumbe API',
      description: `It answered ${statusCode} without what the API answers with. Check the Base URL of the credential: it is where the router is mounted, without /api/v1.`,
      httpCode: String(statusCode),
      ...(itemIndex !== undefined && { itemIndex }),
    },
  );
}

/** No answer came. What the network says is kept in brackets, for who looks after the machine. */
export function unreachable(node: INode, cause: unknown, itemIndex?: number): NodeApiError {
  const reason = reasonOf(cause);
  return new NodeApiError(
    node,
    { reason },
    {
      message: 'The Ujumbe server did not answer',
      description: `Check that it runs, and the Base URL of the credential (${reason}). Sending again is safe: the same item of the same execution is sent once.`,
      ...(itemIndex !== undefined && { itemIndex }),
    },
  );
}

function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'no reason was given';
  const { code, cause: inner, message } = cause as { code?: unknown; cause?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  if (typeof inner === 'object' && inner !== null && 'code' in inner && typeof inner.code === 'string') {
    return inner.code;
  }
  return typeof message === 'string' ? message : 'no reason was given';
}
