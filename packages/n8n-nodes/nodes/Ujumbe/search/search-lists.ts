import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ask } from '../../api/ask.js';
import type { Page } from '../../api/pages.js';
import { asText } from '../chosen.js';

const pageSize = 50;

/** A page of a list for a resource locator; the token is the number of the page. */
async function searchPage(
  caller: ILoadOptionsFunctions,
  list: { path: string; query?: IDataObject; nameOf: (item: IDataObject) => string },
  paginationToken: string | undefined,
): Promise<INodeListSearchResult> {
  const page = Number(paginationToken ?? 1);
  const query = { ...list.query, page, page_size: pageSize };
  const { items, total } = await ask<Page>(caller, { method: 'GET', path: list.path, query });
  const results = items.map((item) => ({ name: list.nameOf(item), value: asText(item.uuid) ?? '' }));
  return page * pageSize < total ? { results, paginationToken: String(page + 1) } : { results };
}

const contains = (text: string, part: string | undefined): boolean =>
  part === undefined || text.toLowerCase().includes(part.toLowerCase());

/** An account has few sender IDs, so they come at once. */
export async function searchSenders(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  const senders = await ask<IDataObject[]>(this, { method: 'GET', path: '/sender-ids' });
  const approved = senders.filter(({ name, state }) => state === 'approved' && contains(asText(name) ?? '', filter));
  return { results: approved.map(({ name }) => ({ name: asText(name) ?? '', value: asText(name) ?? '' })) };
}

export async function searchGroups(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = ({ name, contact_count: count }: IDataObject): string =>
    `${asText(name) ?? ''} (${asText(count) ?? '0'})`;
  const { results, ...rest } = await searchPage(this, { path: '/groups', nameOf }, paginationToken);
  return { results: results.filter(({ name }) => contains(name, filter)), ...rest };
}

export async function searchContacts(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = ({ first_name: first, last_name: last, phone }: IDataObject): string =>
    [first, last, phone].filter((part) => typeof part === 'string').join(' ');
  const query = filter ? { search: filter } : {};
  return searchPage(this, { path: '/contacts', query, nameOf }, paginationToken);
}

/** The latest messages; those to a number when one is written into the search. */
export async function searchMessages(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = ({ to, status, message }: IDataObject): string =>
    [to, status, message].map((part) => asText(part)?.slice(0, 40)).join(' · ');
  const query = filter !== undefined && /^\+?[\d\s-]{9,}$/.test(filter) ? { phone: filter } : {};
  return searchPage(this, { path: '/messages', query, nameOf }, paginationToken);
}
