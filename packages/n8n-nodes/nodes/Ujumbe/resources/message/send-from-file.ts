import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { writtenIn } from '../../chosen.js';
import { fileField, fileOf } from '../../file-field.js';
import { shownFor } from '../../shown-for.js';
import { additionalOf, fileFields, optionsOf, textField } from './send-fields.js';

export const sendFromFileDescription: INodeProperties[] = shownFor('message', 'sendFromFile', [
  {
    displayName:
      'Each row of the file is a message, up to 50,000 of them and 10 MB. They are checked and paid as one, and leave in the background.',
    name: 'fileNotice',
    type: 'notice',
    default: '',
  },
  fileField,
  {
    ...textField,
    required: false,
    placeholder: 'e.g. Habari {{name}}, your order is on its way.',
    description:
      "What each row is sent, with the names of columns in double braces. The file's own column for the message when empty.",
  },
  ...fileFields,
]);

/** Sends the rows of an item's file. The answer is the file as it stands, with the first rows that were refused. */
export async function sendFromFile(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { idempotencyKey: own = '' } = additionalOf(caller, itemIndex);
  const message = writtenIn(caller, 'message', 'Message', itemIndex);
  const fields = { ...optionsOf(caller, itemIndex), ...(message !== '' && { message }) };
  return ask(caller, {
    method: 'POST',
    path: '/messages/file',
    form: { fields, file: await fileOf(caller, itemIndex) },
    idempotencyKey: own === '' ? idempotencyKey(caller, itemIndex) : own,
    itemIndex,
    patient: true,
  });
}
