import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';

/** What became of a row: the message it is, or why it is none. */
export interface RowResult extends IDataObject {
  index: number;
  uuid?: string;
  error?: string;
  code?: string;
}

/** A message of a batch, and the place it has among those it was given with. */
export interface Row {
  itemIndex: number;
  message: IDataObject;
}

const mostRows = 1_000;
/** Under the server's megabyte, with room for what is said once. */
const mostBytes = 900_000;

/** Rows in requests: no more than the server takes of them, nor a longer body than it reads. */
export function inRequests<R extends Row>(rows: readonly R[]): R[][] {
  const requests: R[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const length = Buffer.byteLength(JSON.stringify(row.message)) + 1;
    const last = requests.at(-1);
    if (!last || last.length >= mostRows || bytes + length > mostBytes) {
      requests.push([row]);
      bytes = length;
    } else {
      last.push(row);
      bytes += length;
    }
  }
  return requests;
}

/** Sends the rows in one request; the results are in their order. */
export async function sendRows(
  caller: IExecuteFunctions,
  rows: readonly Row[],
  options: IDataObject,
  key: string,
): Promise<RowResult[]> {
  const { messages } = await ask<{ messages: RowResult[] }>(caller, {
    method: 'POST',
    path: '/messages/batch',
    body: { ...options, messages: rows.map(({ message }) => message) },
    idempotencyKey: key,
    ...(rows[0] && { itemIndex: rows[0].itemIndex }),
    patient: true,
  });
  return messages;
}

/** A row that is a message, or that was refused; a refusal reads like the failure of a message. */
export function rowItem({ index: _, error, code, ...facts }: RowResult): IDataObject {
  if (code === undefined) return facts;
  return { ...facts, status: 'refused', error_reason: error ?? null, error_code: code };
}

/** The facts of a refused row, for an error beside which they stand. */
export const refusedRow = ({ to, client_ref: reference }: RowResult): IDataObject => ({ to, client_ref: reference });
