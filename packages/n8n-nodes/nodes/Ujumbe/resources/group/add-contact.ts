import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { refusedWith } from '../../../api/refusal.js';
import { requiredIn } from '../../chosen.js';
import { asNodeError, failedItem } from '../../run-operation.js';

const mostAtOnce = 1_000;

interface Addition {
  itemIndex: number;
  phone: string;
}

/** Adds the numbers of all items to their groups, many in a request. */
export async function addContact(caller: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const results = new Map<number, INodeExecutionData>();
  for (const [group, additions] of readAdditions(caller, results)) {
    for (let from = 0; from < additions.length; from += mostAtOnce) {
      await addSome(caller, group, additions.slice(from, from + mostAtOnce), results);
    }
  }
  return [[...results].sort(([a], [b]) => a - b).map(([, result]) => result)];
}

function readAdditions(caller: IExecuteFunctions, results: Map<number, INodeExecutionData>): Map<string, Addition[]> {
  const byGroup = new Map<string, Addition[]>();
  for (let itemIndex = 0; itemIndex < caller.getInputData().length; itemIndex++) {
    try {
      const group = requiredIn(caller, 'groupId', 'Group', itemIndex);
      const additions = byGroup.get(group) ?? [];
      additions.push({ itemIndex, phone: requiredIn(caller, 'phone', 'Phone', itemIndex) });
      byGroup.set(group, additions);
    } catch (error) {
      settle(caller, results, itemIndex, error);
    }
  }
  return byGroup;
}

async function addSome(
  caller: IExecuteFunctions,
  group: string,
  additions: readonly Addition[],
  results: Map<number, INodeExecutionData>,
): Promise<void> {
  const [first] = additions;
  if (!first) return;
  try {
    const { failed } = await ask<{ failed: { index: number; code: string; reason: string }[] }>(caller, {
      method: 'POST',
      path: `/groups/${encodeURIComponent(group)}/contacts`,
      body: { phones: additions.map(({ phone }) => phone) },
      idempotencyKey: idempotencyKey(caller, first.itemIndex, 'members'),
      itemIndex: first.itemIndex,
      patient: true,
    });
    const refusals = new Map(failed.map((refusal) => [refusal.index, refusal]));
    additions.forEach(({ itemIndex, phone }, index) => {
      const refusal = refusals.get(index);
      if (refusal) {
        const { reason: sentence, code } = refusal;
        settle(caller, results, itemIndex, refusedWith(caller.getNode(), { sentence, code }, itemIndex));
      } else {
        results.set(itemIndex, { json: { group_uuid: group, phone, added: true }, pairedItem: { item: itemIndex } });
      }
    });
  } catch (error) {
    if (!caller.continueOnFail()) throw asNodeError(caller, error, first.itemIndex);
    for (const { itemIndex } of additions) settle(caller, results, itemIndex, error);
  }
}

/** Fails one item, or everything when the workflow is to stop. */
function settle(
  caller: IExecuteFunctions,
  results: Map<number, INodeExecutionData>,
  itemIndex: number,
  error: unknown,
): void {
  const known = asNodeError(caller, error, itemIndex);
  if (!caller.continueOnFail()) throw known;
  results.set(itemIndex, failedItem(known, itemIndex));
}
