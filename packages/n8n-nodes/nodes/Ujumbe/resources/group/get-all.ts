import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { getMany } from '../../get-many.js';

export const getAll = (caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> =>
  getMany(caller, itemIndex, { path: '/groups' });
