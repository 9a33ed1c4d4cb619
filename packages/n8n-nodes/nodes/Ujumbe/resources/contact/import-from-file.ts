import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { asItem } from '../../as-item.js';
import { idIn } from '../../chosen.js';
import { fileField, fileOf } from '../../file-field.js';
import { groupField } from '../../locators.js';

export const importFields: INodeProperties[] = [
  {
    displayName:
      'The contacts are imported in the background. Start a workflow on "Contacts Imported" with Ujumbe Trigger to hear when it is done.',
    name: 'importNotice',
    type: 'notice',
    default: '',
  },
  fileField,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      { ...groupField, required: false, description: 'The group that all of the contacts are put into' },
      {
        displayName: 'When a Contact Exists',
        name: 'merge',
        type: 'options',
        options: [
          { name: 'Overwrite It', value: 'overwrite', description: 'The contact becomes what the file says' },
          { name: 'Skip the Row', value: 'skip', description: 'The contact stays as it is' },
          { name: 'Update It', value: 'update', description: 'What the file says is changed, the rest stays' },
        ],
        default: 'update',
        description: 'What to do with a row whose number is a contact already',
      },
    ],
  },
];

interface Options {
  groupId?: unknown;
  merge?: string;
}

/** Hands over the file of an item, and answers with the import as it stands then. */
export async function importFromFile(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { groupId, merge } = caller.getNodeParameter('options', itemIndex, {}) as Options;
  const group = idIn(groupId);
  const fields = { ...(merge && { merge }), ...(group !== '' && { group_uuid: group }) };
  const started = await ask(caller, {
    method: 'POST',
    path: '/contacts/import',
    form: { fields, file: await fileOf(caller, itemIndex) },
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
  return asItem(started);
}
