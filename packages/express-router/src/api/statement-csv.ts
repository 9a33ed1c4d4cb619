import type { Movement, StatementBalance, StatementPage } from '@ujumbe/core';
import { creditsView } from './fields.js';

/** Without it Excel reads UTF-8 as something else. */
const byteOrderMark = '\ufeff';

const names = [
  ...['at', 'kind', 'amount', 'available_change', 'held_change', 'available', 'held'],
  ...['message_uuid', 'campaign_uuid', 'payment_uuid', 'tenant_uuid', 'reference'],
];

/** Every cell is a time, a word of ours, a number or an id: nothing in it needs quotes. */
const lineOf = (cells: readonly (string | number | null)[]): string =>
  `${cells.map((cell) => cell ?? '').join(',')}\r\n`;

const movementLine = (movement: Movement): string =>
  lineOf([
    new Date(movement.at).toISOString(),
    movement.kind,
    creditsView(movement.amount),
    creditsView(movement.availableChange),
    creditsView(movement.heldChange),
    ...balanceCells(movement.balance),
    movement.messageId,
    movement.campaignId,
    movement.paymentId,
    movement.tenantId,
    movement.subjectId,
  ]);

const balanceCells = ({ available, held }: StatementBalance): number[] => [creditsView(available), creditsView(held)];

const edgeLine = (at: number, kind: 'opening' | 'closing', balance: StatementBalance): string =>
  lineOf([new Date(at).toISOString(), kind, null, null, null, ...balanceCells(balance), null, null, null, null, null]);

/** A statement as a CSV file (RFC 4180), a stretch at a time, between a line for each of its two balances. */
export async function* statementCsv(
  first: StatementPage | undefined,
  others: AsyncIterable<StatementPage>,
): AsyncGenerator<string> {
  if (!first) return;
  yield byteOrderMark + lineOf(names) + edgeLine(first.from, 'opening', first.opening);
  let last = first;
  yield first.movements.map(movementLine).join('');
  for await (const page of others) {
    yield page.movements.map(movementLine).join('');
    last = page;
  }
  yield edgeLine(last.to, 'closing', last.closing);
}
