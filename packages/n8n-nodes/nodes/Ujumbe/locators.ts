import type { INodeProperties } from 'n8n-workflow';

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const mustBeUuid = { type: 'regex' as const, properties: { regex: `^${uuid}$`, errorMessage: 'Not a valid ID' } };

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

export const messageField: INodeProperties = {
  displayName: 'Message',
  name: 'messageId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Select a message...',
      typeOptions: { searchListMethod: 'searchMessages', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 0191e9f0-7c1a-7000-8000-000000000001',
      validation: [mustBeUuid],
    },
  ],
};

export const contactField: INodeProperties = {
  displayName: 'Contact',
  name: 'contactId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Select a contact...',
      typeOptions: { searchListMethod: 'searchContacts', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 0191e9f0-7c1a-7000-8000-000000000001',
      validation: [mustBeUuid],
    },
  ],
};

export const groupField: INodeProperties = {
  displayName: 'Group',
  name: 'groupId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Select a group...',
      typeOptions: { searchListMethod: 'searchGroups', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 0191e9f0-7c1a-7000-8000-000000000001',
      validation: [mustBeUuid],
    },
  ],
};
