import type { INodeProperties } from 'n8n-workflow';

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const mustBeUuid = { type: 'regex' as const, properties: { regex: `^${uuid}$`, errorMessage: 'Not a valid ID' } };

/** A thing of the API's, chosen from a list of those there are or named by its ID. */
const chosenThing = (displayName: string, name: string, searchListMethod: string): INodeProperties => ({
  displayName,
  name,
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: `Select a ${displayName.toLowerCase()}...`,
      typeOptions: { searchListMethod, searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 0191e9f0-7c1a-7000-8000-000000000001',
      validation: [mustBeUuid],
    },
  ],
});

export const campaignField = chosenThing('Campaign', 'campaignId', 'searchCampaigns');
export const contactField = chosenThing('Contact', 'contactId', 'searchContacts');
export const groupField = chosenThing('Group', 'groupId', 'searchGroups');
export const messageField = chosenThing('Message', 'messageId', 'searchMessages');
export const packageField = chosenThing('Package', 'packageId', 'searchPackages');
export const paymentField = chosenThing('Payment', 'paymentId', 'searchPayments');
export const segmentField = chosenThing('Segment', 'segmentId', 'searchSegments');

/** Sender IDs are known by their names. */
export const senderField: INodeProperties = {
  displayName: 'Sender ID',
  name: 'senderId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  description: "Whom the message is from. The account's own default when empty.",
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Select a sender ID...',
      typeOptions: { searchListMethod: 'searchSenders', searchable: true },
    },
    { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. DUKA' },
  ],
};
