import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ask } from '../../api/ask.js';

interface Provider {
  code: string;
  name: string;
  least: number;
  most: number;
  currency: string;
}

/** The mobile-money operators that payments can come through, with what they let be paid at a time. */
export async function getProviders(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const providers = await ask<Provider[]>(this, { method: 'GET', path: '/payments/providers' });
  return providers.map(({ code, name, least, most, currency }) => ({
    name,
    value: code,
    description: `${least} to ${most} ${currency} at a time`,
  }));
}
