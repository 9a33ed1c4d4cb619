import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { idIn, listOf } from '../Ujumbe/chosen.js';
import { campaignField } from '../Ujumbe/locators.js';

export const filterFields: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  description:
    'Start for some of these events only. One that does not have what a filter asks for starts the workflow all the same: a campaign that is completed has no number.',
  options: [
    {
      ...campaignField,
      required: false,
      description: 'Start only for this campaign and its messages',
    },
    {
      displayName: 'Contact Tags',
      name: 'tags',
      type: 'string',
      default: '',
      placeholder: 'e.g. vip, arusha',
      description:
        'Start only for handsets of contacts that have one of these tags; several with commas between them. The credential needs the scope "contacts".',
    },
    {
      displayName: 'Number Prefixes',
      name: 'prefixes',
      type: 'string',
      default: '',
      placeholder: 'e.g. +255, +25471',
      description: 'Start only for handsets whose number begins so; several with commas between them',
    },
    {
      displayName: 'Sender IDs',
      name: 'senderIds',
      type: 'string',
      default: '',
      placeholder: 'e.g. DUKA, 15500',
      description: 'Start only for messages from, or replies to, these sender IDs; several with commas between them',
    },
  ],
};

/** The filters as the form holds them. */
export interface Filters {
  campaignId?: unknown;
  prefixes?: unknown;
  senderIds?: unknown;
  tags?: unknown;
}

/** Whether a workflow wants to hear of an event, by what the event says. */
export function passes(type: string, data: IDataObject, { campaignId, prefixes, senderIds }: Filters): boolean {
  const sender = type === 'message.received' ? data.to : data.sender_id;
  return (
    isOfCampaign(type, data, idIn(campaignId)) &&
    matches(handsetOf(type, data), listOf(prefixes), (number, prefix) => digits(number).startsWith(digits(prefix))) &&
    matches(sender, listOf(senderIds), (name, wanted) => name.toLowerCase() === wanted.toLowerCase())
  );
}

/** The number of the handset an event is about. */
export function handsetOf(type: string, data: IDataObject): string | undefined {
  const handset = type === 'message.received' ? data.from : (data.to ?? data.phone);
  return typeof handset === 'string' ? handset : undefined;
}

/** A message that is a part of no campaign does not name one; a reply and a payment never do. */
function isOfCampaign(
  type: string,
  { campaign_uuid: campaign, sender_id: sender }: IDataObject,
  wanted: string,
): boolean {
  const isSent = type.startsWith('message.') && sender !== undefined;
  if (wanted === '' || (campaign === undefined && !isSent)) return true;
  return typeof campaign === 'string' && campaign.toLowerCase() === wanted.toLowerCase();
}

function matches(value: unknown, wanted: readonly string[], isLike: (value: string, one: string) => boolean): boolean {
  if (typeof value !== 'string' || wanted.length === 0) return true;
  return wanted.some((one) => isLike(value, one));
}

const digits = (number: string): string => number.replace(/\D/g, '');
