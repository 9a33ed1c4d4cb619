import type { IDataObject } from 'n8n-workflow';

/** An answer as it came over the wire. */
export interface Answer {
  statusCode: number;
  headers: IDataObject;
  body: unknown;
}
