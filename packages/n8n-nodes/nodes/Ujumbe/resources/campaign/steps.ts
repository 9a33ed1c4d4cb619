import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn } from '../../chosen.js';
import type { ForItem } from '../../operation.js';

/** What a campaign is sent with. */
export const sendFields: INodeProperties[] = [
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Plan ID',
        name: 'planId',
        type: 'string',
        default: '',
        placeholder: 'e.g. {{ $json.plan_id }}',
        description:
          'What Plan answered: exactly that is sent, or nothing when audience, texts or price have changed since. What the campaign comes to now when empty.',
      },
    ],
  },
];

/** Has the API take a campaign a step further. */
async function take(
  caller: IExecuteFunctions,
  itemIndex: number,
  step: string,
  body?: IDataObject,
): Promise<IDataObject> {
  const id = requiredIn(caller, 'campaignId', 'Campaign', itemIndex);
  return ask(caller, {
    method: 'POST',
    path: `/campaigns/${encodeURIComponent(id)}/${step}`,
    ...(body && { body }),
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}

const stepper =
  (step: string): ForItem =>
  (caller, itemIndex) =>
    take(caller, itemIndex, step);

export const cancel = stepper('cancel');
export const pause = stepper('pause');
export const plan = stepper('plan');
export const resume = stepper('resume');

export async function send(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { planId } = caller.getNodeParameter('options', itemIndex, {}) as { planId?: string };
  return take(caller, itemIndex, 'send', { ...(planId && { plan_id: planId }) });
}
