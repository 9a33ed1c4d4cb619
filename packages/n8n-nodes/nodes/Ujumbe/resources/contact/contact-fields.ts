import { type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { listOf, timeOf } from '../../chosen.js';

export const phoneField: INodeProperties = {
  displayName: 'Phone',
  name: 'phone',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. +255712345678',
  description: "The contact's number, in international form or as it is written in the account's country",
};

/** What can be said of a contact beside the number. */
const details: INodeProperties[] = [
  {
    displayName: 'Active',
    name: 'active',
    type: 'boolean',
    default: true,
    description: 'Whether campaigns reach the contact',
  },
  {
    displayName: 'Attributes',
    name: 'attributes',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Attribute',
    default: {},
    description: 'What else is known of the contact, for segments and templates',
    options: [
      {
        displayName: 'Attribute',
        name: 'attribute',
        values: [
          {
            displayName: 'Name',
            name: 'name',
            type: 'string',
            default: '',
            placeholder: 'e.g. city',
            description: 'What the attribute is called',
          },
          {
            displayName: 'Value',
            name: 'value',
            type: 'string',
            default: '',
            placeholder: 'e.g. Arusha',
            description: 'A text, or a number or true or false from an expression',
          },
        ],
      },
    ],
  },
  { displayName: 'Email', name: 'email', type: 'string', placeholder: 'name@email.com', default: '' },
  { displayName: 'First Name', name: 'firstName', type: 'string', default: '' },
  { displayName: 'Last Name', name: 'lastName', type: 'string', default: '' },
  {
    displayName: 'Locale',
    name: 'locale',
    type: 'string',
    default: '',
    placeholder: 'e.g. sw-TZ',
    description: 'The language the contact reads',
  },
  { displayName: 'Notes', name: 'notes', type: 'string', typeOptions: { rows: 3 }, default: '' },
  {
    displayName: 'Opted In At',
    name: 'optedInAt',
    type: 'dateTime',
    default: '',
    description: 'When the contact agreed to be written to',
  },
  {
    displayName: 'Tags',
    name: 'tags',
    type: 'string',
    default: '',
    placeholder: 'e.g. vip, arusha',
    description: 'Several with commas between them, or an array of them',
  },
];

export const additionalFields: INodeProperties = {
  displayName: 'Additional Fields',
  name: 'additionalFields',
  type: 'collection',
  placeholder: 'Add Field',
  default: {},
  options: details,
};

export const updateFields: INodeProperties = {
  displayName: 'Update Fields',
  name: 'updateFields',
  type: 'collection',
  placeholder: 'Add Field',
  default: {},
  description: 'What is not added here stays as it is',
  options: [...details, { ...phoneField, required: false }].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
};

interface Details {
  active?: boolean;
  attributes?: { attribute?: { name: string; value: string | number | boolean }[] };
  email?: string;
  firstName?: string;
  lastName?: string;
  locale?: string;
  notes?: string;
  optedInAt?: string;
  phone?: string;
  tags?: string | string[];
}

/** What was added of the fields, as the API calls it. A text that was emptied empties the field. */
export function detailsOf(caller: IExecuteFunctions, collection: string, itemIndex: number): IDataObject {
  const chosen = caller.getNodeParameter(collection, itemIndex, {}) as Details;
  const { active, attributes, email, firstName, lastName, locale, notes, optedInAt, phone, tags } = chosen;
  const given = {
    active,
    attributes:
      attributes && Object.fromEntries((attributes.attribute ?? []).map(({ name, value }) => [name, value] as const)),
    email: emptied(email),
    first_name: emptied(firstName),
    last_name: emptied(lastName),
    locale: emptied(locale),
    notes: emptied(notes),
    opted_in_at:
      optedInAt === ''
        ? null
        : optedInAt === undefined
          ? undefined
          : timeOf(caller, optedInAt, 'Opted In At', itemIndex),
    phone: phone === '' ? undefined : phone,
    tags: tags === undefined ? undefined : listOf(tags),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const emptied = (text: string | undefined): string | null | undefined => (text === '' ? null : text);
