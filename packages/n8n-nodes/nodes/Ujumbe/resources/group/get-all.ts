import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { limitOf } from '../../list-fields.js';

export const getAll = (caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> =>
  readPages(caller, { path: '/groups', itemIndex }, limitOf(caller, itemIndex));
