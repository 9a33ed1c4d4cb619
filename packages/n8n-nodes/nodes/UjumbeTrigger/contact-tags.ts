import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { ask } from '../api/ask.js';
import type { Page } from '../api/pages.js';

/** The tags of the contact with a number; none of a number that is no contact. */
export async function tagsOf(caller: IWebhookFunctions, phone: string): Promise<string[]> {
  const query = { search: phone, page_size: 100 };
  const { items } = await ask<Page>(caller, { method: 'GET', path: '/contacts', query });
  const contact: IDataObject | undefined = items.find((one) => one.phone === phone);
  return (contact?.tags ?? []) as string[];
}
