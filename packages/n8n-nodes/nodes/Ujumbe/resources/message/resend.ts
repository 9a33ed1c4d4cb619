import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn } from '../../chosen.js';
import { messageField } from '../../locators.js';
import { shownFor } from '../../shown-for.js';
import { asItem } from '../../as-item.js';

export const resendDescription: INodeProperties[] = shownFor('message', 'resend', [messageField]);

export async function resend(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'messageId', 'Message', itemIndex);
  const message = await ask(caller, {
    method: 'POST',
    path: `/messages/${encodeURIComponent(id)}/resend`,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
  return asItem(message);
}
