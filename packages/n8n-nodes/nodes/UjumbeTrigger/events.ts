import type { INodePropertyOptions } from 'n8n-workflow';

/** What a workflow can start on, in the order of their names. */
export const eventOptions: INodePropertyOptions[] = [
  { name: 'Contact Opted Out', value: 'message.opted_out', description: 'A handset replied STOP or the like' },
  { name: 'Credits Added', value: 'credits.added', description: 'Credits were paid in' },
  { name: 'Message Accepted', value: 'message.accepted', description: 'A message was stored and paid for' },
  { name: 'Message Cancelled', value: 'message.cancelled', description: 'A message was taken back' },
  { name: 'Message Delivered', value: 'message.delivered', description: 'A message reached the handset' },
  { name: 'Message Failed', value: 'message.failed', description: 'A message will not arrive; the state says why' },
  { name: 'Message Received', value: 'message.received', description: 'A message came from a handset' },
  { name: 'Message Submitted', value: 'message.submitted', description: 'An operator has the message' },
  { name: 'Message Unknown', value: 'message.unknown', description: 'No receipt came in time; one may still follow' },
  { name: 'Webhook Disabled', value: 'webhook.disabled', description: 'A subscription is asked no more' },
];
