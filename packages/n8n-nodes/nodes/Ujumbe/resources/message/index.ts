import type { INodeProperties } from 'n8n-workflow';
import type { Operations } from '../../operation.js';
import { cancel, cancelDescription } from './cancel.js';
import { get, getDescription } from './get.js';
import { getAll, getAllDescription } from './get-all.js';
import { preview, previewDescription } from './preview.js';
import { resend, resendDescription } from './resend.js';
import { send, sendDescription } from './send.js';
import { sendAndWait, sendAndWaitDescription, sendAndWaitName } from './send-and-wait.js';
import { sendBatch, sendBatchDescription } from './send-batch.js';
import { sendFromFile, sendFromFileDescription } from './send-from-file.js';

export const messageOperations: Operations = {
  cancel: { forItem: cancel },
  get: { forItem: get },
  getAll: { forItem: getAll },
  preview: { forItem: preview },
  resend: { forItem: resend },
  send: { forItem: send },
  [sendAndWaitName]: { forAll: sendAndWait },
  sendBatch: { forAll: sendBatch },
  sendFromFile: { forItem: sendFromFile },
};

export const messageDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['message'] } },
    options: [
      {
        name: 'Cancel',
        value: 'cancel',
        action: 'Cancel message',
        description: 'Take back a message that was not handed to an operator yet',
      },
      { name: 'Get', value: 'get', action: 'Get message', description: 'Get a message and what became of it' },
      { name: 'Get Many', value: 'getAll', action: 'Get many messages', description: 'Get messages, newest first' },
      {
        name: 'Preview',
        value: 'preview',
        action: 'Preview message',
        description:
          'Show how many parts a text takes, what it costs and which characters make it dearer; nothing is sent',
      },
      {
        name: 'Resend',
        value: 'resend',
        action: 'Resend message',
        description: 'Send a failed message again, as a new one that is charged anew',
      },
      { name: 'Send', value: 'send', action: 'Send message', description: 'Send a text to one or several numbers' },
      {
        name: 'Send and Wait for Delivery',
        value: sendAndWaitName,
        action: 'Send message and wait for delivery',
        description: 'Send, and wait until the delivery receipt comes or the time is over',
      },
      {
        name: 'Send Batch',
        value: 'sendBatch',
        action: 'Send batch of messages',
        description: 'Send a text for each input item, up to 1,000 in a request',
      },
      {
        name: 'Send From File',
        value: 'sendFromFile',
        action: 'Send messages from file',
        description: 'Send a text for each row of a CSV or XLSX file',
      },
    ],
    default: 'send',
  },
  ...sendDescription,
  ...sendBatchDescription,
  ...sendFromFileDescription,
  ...sendAndWaitDescription,
  ...getDescription,
  ...getAllDescription,
  ...resendDescription,
  ...cancelDescription,
  ...previewDescription,
];
