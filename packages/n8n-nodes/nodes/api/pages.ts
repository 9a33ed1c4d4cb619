import type { IDataObject } from 'n8n-workflow';
import { ask, type Caller } from './ask.js';

const pageSize = 100;

/** A page of a list as the API answers it. */
export interface Page {
  items: IDataObject[];
  total: number;
}

/** Reads a list page by page, up to a number of items or to its end. */
export async function readPages(
  caller: Caller,
  list: { path: string; query?: IDataObject; itemIndex: number },
  limit: number,
): Promise<IDataObject[]> {
  // What is added while we read moves the rest on, so that the last of a page may be the first of the next.
  const seen = new Map<unknown, IDataObject>();
  const size = Math.min(pageSize, limit);
  for (let page = 1; ; page++) {
    const { items } = await ask<Page>(caller, {
      method: 'GET',
      path: list.path,
      query: { ...list.query, page, page_size: size },
      itemIndex: list.itemIndex,
      patient: true,
    });
    for (const item of items) seen.set(item.uuid ?? item.phone, item);
    if (items.length < size || seen.size >= limit) return [...seen.values()].slice(0, limit);
  }
}
