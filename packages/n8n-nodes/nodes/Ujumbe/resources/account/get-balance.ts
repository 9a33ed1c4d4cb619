import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';

export const getBalance = (caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> =>
  ask(caller, { method: 'GET', path: '/balance', itemIndex, patient: true });
