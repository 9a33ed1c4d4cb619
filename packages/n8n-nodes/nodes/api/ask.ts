import {
  sleep,
  type IDataObject,
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type IHttpRequestOptions,
  type ILoadOptionsFunctions,
  type IWebhookFunctions,
} from 'n8n-workflow';
import type { Answer } from './answer.js';
import { writeForm, type Form } from './form.js';
import { pauseBefore } from './patience.js';
import { notUjumbe, refusalOf, unreachable } from './refusal.js';

/** Whatever n8n calls us as. */
export type Caller = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IWebhookFunctions;

/** A request to the API. */
export interface Question {
  method: IHttpRequestMethods;
  /** Below `/api/v1`. */
  path: string;
  query?: IDataObject;
  body?: IDataObject;
  /** Instead of a body. */
  form?: Form;
  /** What makes a repeated request the same one. */
  idempotencyKey?: string;
  /** The input item it is asked for. */
  itemIndex?: number;
  /** Whether to come back when the server asks for patience. Somebody who looks at a form does not wait. */
  patient?: boolean;
}

/** What every answer of the API is wrapped in. */
interface Envelope {
  success?: boolean;
  data?: unknown;
}

/**
 * Asks the API, and waits and asks again when it says so.
 *
 * @returns what the answer holds as `data`
 * @throws NodeApiError with the API's own sentence and code, or one that says that it cannot be reached
 */
export async function ask<T = IDataObject>(caller: Caller, question: Question): Promise<T> {
  const answer = await answerTo(caller, question);
  if (answer.statusCode >= 300) throw refusalOf(caller.getNode(), answer, question.itemIndex);
  return dataOf(caller, answer, question) as T;
}

/** Asks for what may not be there, which is undefined then. An address without an API behind it is still an error. */
export async function askIfThere<T = IDataObject>(caller: Caller, question: Question): Promise<T | undefined> {
  const answer = await answerTo(caller, question);
  if (isAbsent(answer)) return undefined;
  if (answer.statusCode >= 300) throw refusalOf(caller.getNode(), answer, question.itemIndex);
  return dataOf(caller, answer, question) as T;
}

const isAbsent = ({ statusCode, body }: Answer): boolean =>
  statusCode === 404 && typeof body === 'object' && body !== null && (body as Envelope).success === false;

/** The last answer, whatever it is, after as much patience as the server asks for. */
async function answerTo(caller: Caller, question: Question): Promise<Answer> {
  const { baseUrl } = await caller.getCredentials<{ baseUrl: string }>('ujumbeApi');
  for (let attempt = 1, waitedMs = 0; ; attempt++) {
    const answer = await exchange(caller, baseUrl, question);
    const pauseMs = question.patient ? pauseBefore(attempt, answer, waitedMs) : undefined;
    if (pauseMs === undefined) return answer;
    await sleep(pauseMs);
    waitedMs += pauseMs;
  }
}

async function exchange(caller: Caller, baseUrl: string, question: Question): Promise<Answer> {
  const { method, path, query, idempotencyKey } = question;
  const { contentType, body } = question.form
    ? writeForm(question.form)
    : { contentType: undefined, body: question.body };
  const options: IHttpRequestOptions = {
    method,
    url: `${baseUrl.replace(/\/+$/, '')}/api/v1${path}`,
    json: true,
    returnFullResponse: true,
    // A refusal is an answer, whose sentence n8n's own errors would hide.
    ignoreHttpStatusErrors: true,
    ...(query && { qs: query }),
    ...(body && { body }),
    headers: {
      ...(contentType && { 'Content-Type': contentType }),
      ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
    },
  };
  try {
    return (await caller.helpers.httpRequestWithAuthentication.call(caller, 'ujumbeApi', options)) as Answer;
  } catch (error) {
    throw unreachable(caller.getNode(), error, question.itemIndex);
  }
}

function dataOf(caller: Caller, answer: Answer, { itemIndex }: Question): unknown {
  const { body } = answer;
  if (typeof body !== 'object' || body === null || (body as Envelope).success !== true) {
    throw notUjumbe(caller.getNode(), answer, itemIndex);
  }
  return (body as Envelope).data;
}
