import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { idIn, listOf } from '../../chosen.js';
import { groupField, segmentField } from '../../locators.js';

/** Whom a campaign goes to. */
export const audienceField: INodeProperties = {
  displayName: 'Audience',
  name: 'audience',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Audience',
  default: {},
  description: 'Who gets the campaign; whoever is in several of these gets it once',
  options: [
    { displayName: 'Group', name: 'groups', values: [{ ...groupField, description: 'All contacts of a group' }] },
    {
      displayName: 'Numbers',
      name: 'numbers',
      values: [
        {
          displayName: 'Numbers',
          name: 'numbers',
          type: 'string',
          default: '',
          placeholder: 'e.g. +255712345678, 0712345679',
          description: 'Several with commas between them, or an array of up to 10,000 of them',
        },
      ],
    },
    {
      displayName: 'Segment',
      name: 'segments',
      values: [{ ...segmentField, description: 'All contacts that are in a segment when it is sent' }],
    },
  ],
};

interface Audience {
  groups?: { groupId: unknown }[];
  numbers?: { numbers: unknown }[];
  segments?: { segmentId: unknown }[];
}

/** The audience as the API calls it. @throws NodeOperationError when a group or segment is left open */
export function audienceOf(caller: IExecuteFunctions, itemIndex: number): IDataObject {
  const { groups, numbers, segments } = caller.getNodeParameter('audience', itemIndex, {}) as Audience;
  const chosen = (title: string, value: unknown): string => {
    const id = idIn(value);
    if (id !== '') return id;
    throw new NodeOperationError(caller.getNode(), `A "${title}" in "Audience" is empty`, {
      itemIndex,
      description: `Choose a ${title.toLowerCase()}, check the expression, or take it out of "Audience".`,
    });
  };
  return {
    ...(groups && { group_ids: groups.map(({ groupId }) => chosen('Group', groupId)) }),
    ...(segments && { segment_ids: segments.map(({ segmentId }) => chosen('Segment', segmentId)) }),
    ...(numbers && { numbers: numbers.flatMap((some) => listOf(some.numbers)) }),
  };
}
