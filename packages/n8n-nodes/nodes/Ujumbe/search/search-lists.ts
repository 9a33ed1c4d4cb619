import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ask } from '../../api/ask.js';
import { asText } from '../chosen.js';
import { contains, searchNamed, searchPage } from './search-page.js';

/** An account has few sender IDs, so they come at once. */
export async function searchSenders(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  const senders = await ask<IDataObject[]>(this, { method: 'GET', path: '/sender-ids' });
  const approved = senders.filter(({ name, state }) => state === 'approved' && contains(asText(name) ?? '', filter));
  return { results: approved.map(({ name }) => ({ name: asText(name) ?? '', value: asText(name) ?? '' })) };
}

const named = ({ name }: IDataObject): string => asText(name) ?? '';

export async function searchGroups(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = (group: IDataObject): string => `${named(group)} (${asText(group.contact_count) ?? '0'})`;
  return searchNamed(this, { path: '/groups', nameOf }, filter, paginationToken);
}

export async function searchSegments(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  return searchNamed(this, { path: '/segments', nameOf: named }, filter, paginationToken);
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

/** The newest campaigns, with how each of them stands. */
export async function searchCampaigns(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = (campaign: IDataObject): string => `${named(campaign)} · ${asText(campaign.state) ?? ''}`;
  const query = filter ? { search: filter } : {};
  return searchPage(this, { path: '/campaigns', query, nameOf }, paginationToken);
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

/** The latest payments. */
export async function searchPayments(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const nameOf = ({ order_number: order, phone, amount, currency, state }: IDataObject): string =>
    [order, phone, `${asText(amount) ?? ''} ${asText(currency) ?? ''}`, state].map((part) => asText(part)).join(' · ');
  return searchNamed(this, { path: '/payments', nameOf }, filter, paginationToken);
}

/** A host offers few packages, so they come at once, each with what it holds and costs. */
export async function searchPackages(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  const { packages } = await ask<{ packages: IDataObject[] }>(this, { method: 'GET', path: '/packages' });
  const results = packages.map((offer) => ({
    name: `${named(offer)}: ${asText(offer.credits) ?? ''} credits, ${asText(offer.price) ?? ''} ${asText(offer.currency) ?? ''}`,
    value: asText(offer.uuid) ?? '',
  }));
  return { results: results.filter(({ name }) => contains(name, filter)) };
}
