import type { IDataObject, INodeProperties } from 'n8n-workflow';

export const filterFields: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [
    {
      displayName: 'Number Prefixes',
      name: 'prefixes',
      type: 'string',
      default: '',
      placeholder: 'e.g. +255, +25471',
      description:
        "Start only for handsets whose number begins so; several with commas between them. Events without a handset's number pass.",
    },
    {
      displayName: 'Sender IDs',
      name: 'senderIds',
      type: 'string',
      default: '',
      placeholder: 'e.g. DUKA, 15500',
      description:
        'Start only for messages from, or replies to, these sender IDs; several with commas between them. Events without a sender ID pass.',
    },
  ],
};

export interface Filters {
  prefixes?: string | string[];
  senderIds?: string | string[];
}

/** Whether a workflow wants to hear of an event. What an event does not say it is not judged by. */
export function passes(type: string, data: IDataObject, { prefixes, senderIds }: Filters): boolean {
  const isReply = type === 'message.received';
  const handset = isReply ? data.from : (data.to ?? data.phone);
  const sender = isReply ? data.to : data.sender_id;
  return (
    matches(handset, listed(prefixes), (number, prefix) => digits(number).startsWith(digits(prefix))) &&
    matches(sender, listed(senderIds), (name, wanted) => name.toLowerCase() === wanted.toLowerCase())
  );
}

function matches(value: unknown, wanted: readonly string[], isLike: (value: string, one: string) => boolean): boolean {
  if (typeof value !== 'string' || wanted.length === 0) return true;
  return wanted.some((one) => isLike(value, one));
}

const digits = (number: string): string => number.replace(/\D/g, '');

function listed(value: string | string[] | undefined): string[] {
  const values = Array.isArray(value) ? value : (value ?? '').split(/[,;\n]+/);
  return values.map((one) => one.trim()).filter((one) => one !== '');
}
