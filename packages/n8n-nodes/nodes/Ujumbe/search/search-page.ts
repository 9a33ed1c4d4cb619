import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ask } from '../../api/ask.js';
import type { Page } from '../../api/pages.js';
import { asText } from '../chosen.js';

const pageSize = 50;

/** A list of the API's, and what its things are called in the form. */
export interface SearchedList {
  path: string;
  query?: IDataObject;
  nameOf: (item: IDataObject) => string;
}

/** A page of a list for a resource locator; the token is the number of the page. */
export async function searchPage(
  caller: ILoadOptionsFunctions,
  list: SearchedList,
  paginationToken: string | undefined,
): Promise<INodeListSearchResult> {
  const page = Number(paginationToken ?? 1);
  const query = { ...list.query, page, page_size: pageSize };
  const { items, total } = await ask<Page>(caller, { method: 'GET', path: list.path, query });
  const results = items.map((item) => ({ name: list.nameOf(item), value: asText(item.uuid) ?? '' }));
  return page * pageSize < total ? { results, paginationToken: String(page + 1) } : { results };
}

/**
 * The same for lists the API does not search: reads on to the next page that holds what is searched for, since a form
 * that is shown nothing asks for no more.
 */
export async function searchNamed(
  caller: ILoadOptionsFunctions,
  list: SearchedList,
  filter: string | undefined,
  paginationToken: string | undefined,
): Promise<INodeListSearchResult> {
  for (let token = paginationToken; ;) {
    const page = await searchPage(caller, list, token);
    const results = page.results.filter(({ name }) => contains(name, filter));
    token = page.paginationToken as string | undefined;
    if (results.length > 0 || token === undefined) return { ...page, results };
  }
}

export const contains = (text: string, part: string | undefined): boolean =>
  part === undefined || text.toLowerCase().includes(part.toLowerCase());
