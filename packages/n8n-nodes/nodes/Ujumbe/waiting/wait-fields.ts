import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

/** How long an execution waits; what has not come about by then leaves through the second output. */
export const waitFields = (secondOutput: string): INodeProperties[] => [
  {
    displayName: 'Wait At Most',
    name: 'waitAmount',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 10,
    description: `How long to wait; what is not done by then leaves through ${secondOutput}`,
  },
  {
    displayName: 'Wait Unit',
    name: 'waitUnit',
    type: 'options',
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
      { name: 'Seconds', value: 'seconds' },
    ],
    default: 'minutes',
    description: 'The unit of Wait At Most, which can be 7 days in all',
  },
];

const secondsIn = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
const mostSeconds = 604_800;

/** @throws NodeOperationError when it is more than the server waits */
export function secondsToWait(caller: IExecuteFunctions): number {
  const amount = Number(caller.getNodeParameter('waitAmount', 0, 10));
  const unit = caller.getNodeParameter('waitUnit', 0, 'minutes') as keyof typeof secondsIn;
  const seconds = Math.round(amount * secondsIn[unit]);
  if (seconds >= 1 && seconds <= mostSeconds) return seconds;
  throw new NodeOperationError(caller.getNode(), '"Wait At Most" is not between 1 second and 7 days', { itemIndex: 0 });
}

/** The refused among the items are named in an address, which has an end. */
const mostItems = 100;

/** @throws NodeOperationError when there are more items than one execution can wait for; `instead` says what to do */
export function checkItemsToWaitFor(caller: IExecuteFunctions, instead: string): void {
  if (caller.getInputData().length <= mostItems) return;
  throw new NodeOperationError(caller.getNode(), `At most ${mostItems} items can be waited for together`, {
    itemIndex: mostItems,
    description: `Split the items with Loop Over Items, or ${instead} and start a workflow from Ujumbe Trigger.`,
  });
}
