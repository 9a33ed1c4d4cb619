import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { shownPayment } from './payment-item.js';

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'paymentId', 'Payment', itemIndex);
  const path = `/payments/${encodeURIComponent(id)}`;
  return shownPayment(caller, await ask(caller, { method: 'GET', path, itemIndex, patient: true }), itemIndex);
}
