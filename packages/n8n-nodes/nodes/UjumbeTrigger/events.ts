import type { INodePropertyOptions } from 'n8n-workflow';

/** What a workflow can start on, in the order of their names. The editor lists each as a trigger of its own. */
export const eventOptions: INodePropertyOptions[] = [
  {
    name: 'Campaign Awaiting Funds',
    value: 'campaign.awaiting_funds',
    description: 'It lacks credit, and a phone is asked to pay',
  },
  {
    name: 'Campaign Cancelled',
    value: 'campaign.cancelled',
    description: 'What was not handed over yet is taken back',
  },
  {
    name: 'Campaign Completed',
    value: 'campaign.completed',
    description: 'Every message was handed to an operator, or has ended',
  },
  {
    name: 'Campaign Failed',
    value: 'campaign.failed',
    description: 'It could not start at its time; the reason is told',
  },
  {
    name: 'Campaign Paused',
    value: 'campaign.paused',
    description: 'By its owner, or by the platform, which says why',
  },
  { name: 'Campaign Progress', value: 'campaign.progress', description: 'Every ten seconds while it is sent' },
  { name: 'Campaign Resumed', value: 'campaign.resumed', description: 'It is being sent again after a pause' },
  { name: 'Campaign Started', value: 'campaign.started', description: 'It is being sent' },
  { name: 'Contact Opted Out', value: 'message.opted_out', description: 'Somebody replied STOP or the like' },
  { name: 'Contacts Imported', value: 'contacts.imported', description: 'An import is over; the status says how' },
  { name: 'Credits Added', value: 'credits.added', description: 'Credits were paid in' },
  { name: 'Credits Low', value: 'credits.low', description: 'The balance fell below the threshold of the account' },
  {
    name: 'File Cancelled',
    value: 'file.cancelled',
    description: 'What was not handed over yet of a file of Send From File is taken back',
  },
  {
    name: 'File Completed',
    value: 'file.completed',
    description: 'Every message of a file of Send From File was handed over, or has ended',
  },
  { name: 'File Paused', value: 'file.paused', description: 'By its owner, or by the platform, which says why' },
  { name: 'Message Accepted', value: 'message.accepted', description: 'A message was taken on and paid for' },
  { name: 'Message Cancelled', value: 'message.cancelled', description: 'A message was taken back' },
  { name: 'Message Delivered', value: 'message.delivered', description: 'A message reached the handset' },
  { name: 'Message Failed', value: 'message.failed', description: 'A message will not arrive; the state says why' },
  { name: 'Message Received', value: 'message.received', description: 'Somebody wrote to you, or replied' },
  { name: 'Message Submitted', value: 'message.submitted', description: 'An operator has the message' },
  { name: 'Message Unknown', value: 'message.unknown', description: 'No receipt came in time; one may still follow' },
  { name: 'Payment Completed', value: 'payment.completed', description: 'The money and the credits are there' },
  { name: 'Payment Expired', value: 'payment.expired', description: 'No word came in time; one may still follow' },
  { name: 'Payment Failed', value: 'payment.failed', description: 'It failed or was cancelled; the state says which' },
  { name: 'Sender ID Approved', value: 'sender_id.approved', description: 'A sender ID may be used' },
  {
    name: 'Sender ID Rejected',
    value: 'sender_id.rejected',
    description: 'A sender ID may not be used; the reason is told',
  },
  { name: 'Tenant Created', value: 'tenant.created', description: 'A partner has a new tenant' },
  {
    name: 'Webhook Disabled',
    value: 'webhook.disabled',
    description: 'A subscription was switched off: its address failed for five days',
  },
];
