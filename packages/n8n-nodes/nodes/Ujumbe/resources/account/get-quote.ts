import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { chosenIn, listOf, writtenIn } from '../../chosen.js';
import { senderField } from '../../locators.js';
import { lane, textField, toField } from '../message/send-fields.js';

export const quoteFields: INodeProperties[] = [
  { ...toField, description: 'Up to 10,000 numbers with commas between them, or an array of them' },
  textField,
  senderField,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Include Numbers',
        name: 'includeNumbers',
        type: 'boolean',
        default: false,
        description: 'Whether to list each number that would be accepted or refused, and not only how many',
      },
      lane,
    ],
  },
];

interface Options {
  includeNumbers?: boolean;
  lane?: string;
}

/** What a text to these numbers would come to. Nothing is sent. */
export async function getQuote(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const to = listOf(caller.getNodeParameter('to', itemIndex, ''));
  if (to.length === 0) {
    throw new NodeOperationError(caller.getNode(), '"To" is empty', {
      itemIndex,
      description: 'Give at least one number in "To", or check the expression in it.',
    });
  }
  const options = caller.getNodeParameter('options', itemIndex, {}) as Options;
  const sender = chosenIn(caller, 'senderId', 'Sender ID', itemIndex);
  const body = {
    to,
    message: writtenIn(caller, 'message', 'Message', itemIndex),
    ...(sender !== '' && { sender_id: sender }),
    ...(options.lane && { lane: options.lane }),
  };
  const quote = await ask(caller, { method: 'POST', path: '/quotes', body, itemIndex, patient: true });
  if (options.includeNumbers) return quote;
  const { accepted: _, rejected: __, ...counts } = quote;
  return counts;
}
