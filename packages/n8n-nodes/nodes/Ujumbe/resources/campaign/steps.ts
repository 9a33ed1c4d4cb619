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
        displayName: 'Payer Phone',
        name: 'payerPhone',
        type: 'string',
        default: '',
        placeholder: 'e.g. +255744963858',
        description:
          'Who is asked by phone to pay for what is missing when the credit does not suffice; the campaign then waits for the money. When empty, a campaign without enough credit is refused.',
      },
      {
        displayName: 'Plan ID',
        name: 'planId',
        type: 'string',
        default: '',
        placeholder: 'e.g. {{ $json.plan_id }}',
        description:
          'The plan_id that Plan answered: exactly what was planned is sent, or nothing when audience, texts or price have changed since. When empty, the campaign is sent as it is now.',
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

interface SendOptions {
  payerPhone?: string;
  planId?: string;
}

export async function send(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { payerPhone, planId } = caller.getNodeParameter('options', itemIndex, {}) as SendOptions;
  return take(caller, itemIndex, 'send', {
    ...(planId && { plan_id: planId }),
    ...(payerPhone && { on_shortfall: 'request_payment', phone: payerPhone }),
  });
}
