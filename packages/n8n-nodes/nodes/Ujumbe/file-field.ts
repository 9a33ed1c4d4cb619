import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { Form } from '../api/form.js';
import { requiredIn } from './chosen.js';

/** Where the file of an item is. */
export const fileField: INodeProperties = {
  displayName: 'Input Binary Field',
  name: 'binaryPropertyName',
  type: 'string',
  default: 'data',
  required: true,
  placeholder: 'e.g. data',
  hint: 'The name of the input field containing the file',
  description: 'The field of the input item that holds the CSV or XLSX file',
};

/** The file of an item. What kind it is the API sees by its content. @throws NodeOperationError when there is none */
export async function fileOf(caller: IExecuteFunctions, itemIndex: number): Promise<Form['file']> {
  const field = requiredIn(caller, 'binaryPropertyName', 'Input Binary Field', itemIndex);
  const { fileName = 'file' } = caller.helpers.assertBinaryData(itemIndex, field);
  return { name: fileName, content: await caller.helpers.getBinaryDataBuffer(itemIndex, field) };
}
