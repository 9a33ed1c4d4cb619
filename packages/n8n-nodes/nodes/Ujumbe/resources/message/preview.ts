import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { chosenIn, writtenIn } from '../../chosen.js';
import { shownFor } from '../../shown-for.js';
import { textField, toField } from './send-fields.js';

export const previewDescription: INodeProperties[] = shownFor('message', 'preview', [
  textField,
  { ...toField, required: false, description: 'The number whose price counts; the usual price when empty' },
]);

export async function preview(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const to = chosenIn(caller, 'to', 'To', itemIndex);
  const message = writtenIn(caller, 'message', 'Message', itemIndex);
  const body = { message, ...(to !== '' && { to }) };
  return ask(caller, { method: 'POST', path: '/preview', body, itemIndex, patient: true });
}
