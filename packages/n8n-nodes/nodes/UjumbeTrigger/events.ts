import type { INodePropertyOptions } from 'n8n-workflow';

/** What a workflow can start on, in the order of their names. The editor lists each as a trigger of its own. */
export const eventOptions: INodePropertyOptions[] = [
  { name: 'Campaign Cancelled', value: 'campaign.cancelled', description: 'What no operator had was taken back' },
  { name: 'Campaign Completed', value: 'campaign.completed', description: 'Every message was handed over, or ended' },
  { name: 'Campaign Failed', value: 'campaign.failed', description: 'Its time came and it could not start' },
  {
    name: 'Campaign Paused',
    value: 'campaign.paused',
    description: 'By its owner, or by the platform, which says why',
  },
  { name: 'Campaign Progress', value: 'campaign.progress', description: 'Every ten seconds while it is sent' },
  { name: 'Campaign Resumed', value: 'campaign.resumed', description: 'It goes on where it was paused' },
  { name: 'Campaign Started', value: 'campaign.started', description: 'Its price is held and it is on its way' },
  { name: 'Contact Opted Out', value: 'message.opted_out', description: 'A handset replied STOP or the like' },
  { name: 'Contacts Imported', value: 'contacts.imported', description: 'An import is over; the status says how' },
  { name: 'Credits Added', value: 'credits.added', description: 'Credits were paid in' },
  { name: 'Credits Low', value: 'credits.low', description: 'The balance fell below the threshold of the account' },
  { name: 'File Cancelled', value: 'file.cancelled', description: 'What no operator had of a file was taken back' },
  { name: 'File Completed', value: 'file.completed', description: 'Every message of a file was handed over, or ended' },
  { name: 'File Paused', value: 'file.paused', description: 'By its owner, or by the platform, which says why' },
  { name: 'Message Accepted', value: 'message.accepted', description: 'A message was stored and paid for' },
  { name: 'Message Cancelled', value: 'message.cancelled', description: 'A message was taken back' },
  { name: 'Message Delivered', value: 'message.delivered', description: 'A message reached the handset' },
  { name: 'Message Failed', value: 'message.failed', description: 'A message will not arrive; the state says why' },
  { name: 'Message Received', value: 'message.received', description: 'A message came from a handset' },
  { name: 'Message Submitted', value: 'message.submitted', description: 'An operator has the message' },
  { name: 'Message Unknown', value: 'message.unknown', description: 'No receipt came in time; one may still follow' },
  { name: 'Payment Completed', value: 'payment.completed', description: 'The money and the credits are there' },
  { name: 'Payment Expired', value: 'payment.expired', description: 'No word came in time; one may still follow' },
  { name: 'Payment Failed', value: 'payment.failed', description: 'It failed or was cancelled; the state says which' },
  { name: 'Webhook Disabled', value: 'webhook.disabled', description: 'A subscription is asked no more' },
];
