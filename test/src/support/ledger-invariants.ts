import assert from 'node:assert/strict';
import type { MessageState, RefundPolicy } from '@ujumbe/core';
import knexFactory, { type Knex } from 'knex';
import type { TestDatabase } from './databases.js';

type TransferKind =
  | 'transfer_out'
  | 'transfer_in'
  | 'top_up'
  | 'hold'
  | 'reserve'
  | 'allot'
  | 'capture'
  | 'release'
  | 'return'
  | 'refund';
type HoldState = 'held' | 'captured' | 'released' | 'refunded';
type LedgerAccount = 'available' | 'held' | 'captured' | 'funded';

export interface StoredMessage {
  id: string;
  account_id: string;
  state: MessageState;
  hold_state: HoldState;
  cost: number;
  segments: number;
  route: string;
  /** The campaign or uploaded file it was made for. */
  owner_id: string | null;
  receipts_due: number | null;
  refund_policy: RefundPolicy;
  /** The steps it has taken: state, time, and on whose word. */
  steps: [MessageState, number, string][];
}

interface StoredTransfer {
  subject_id: string;
  phase: number;
  kind: TransferKind;
  account_id: string;
  amount: number;
}

interface StoredReservation {
  subject_id: string;
  account_id: string;
  amount: number;
  allotted: number;
  closed_at: number | null;
  /** Whose list it is for; null while it is no list's. */
  owner_id: string | null;
}

interface Rows {
  messages: StoredMessage[];
  transfers: StoredTransfer[];
  balances: ({ account_id: string } & Record<LedgerAccount, number>)[];
  jobs: { id: string }[];
  reservations: StoredReservation[];
  parts: { hold_id: string; cost: number }[];
}

/** The platform's tables as they lie in the database, past everything the platform says of itself. */
export class Tables {
  readonly #knex: Knex;

  constructor({ options, name }: Pick<TestDatabase, 'options' | 'name'>) {
    this.#knex =
      typeof options === 'string'
        ? knexFactory({ client: 'pg', connection: options, pool: { min: 0, max: 2 } })
        : knexFactory({ client: name, connection: options as { filename: string }, useNullAsDefault: true });
  }

  /** Everything at one moment, also while others write. */
  read(): Promise<Rows> {
    const isPostgres = this.#knex.client.config.client === 'pg';
    return this.#knex.transaction(
      async (trx) => ({
        messages: (
          await rowsOf<StoredMessage & { history: string }>(
            trx,
            `SELECT m.id, m.account_id, m.state, m.hold_state, m.cost, m.segments, m.route, m.receipts_due, m.history,
                    coalesce(m.campaign_id, m.file_id) AS owner_id,
                    a.refund_policy FROM sms_messages m JOIN sms_accounts a ON a.id = m.account_id`,
          )
        ).map((row) => ({ ...row, steps: JSON.parse(`[${row.history}]`) as StoredMessage['steps'] })),
        transfers: await rowsOf(trx, 'SELECT subject_id, phase, kind, account_id, amount FROM sms_transfers'),
        balances: await rowsOf(trx, 'SELECT account_id, available, held, captured, funded FROM sms_balances'),
        jobs: await rowsOf(trx, 'SELECT id FROM sms_jobs'),
        reservations: await rowsOf(
          trx,
          `SELECT r.subject_id, r.account_id, r.amount, r.allotted, r.closed_at,
                  coalesce(l.campaign_id, l.file_id) AS owner_id
             FROM sms_reservations r LEFT JOIN sms_send_lists l ON l.id = r.subject_id`,
        ),
        parts: await rowsOf(trx, 'SELECT hold_id, cost FROM sms_esme_parts'),
      }),
      isPostgres ? { isolationLevel: 'repeatable read', readOnly: true } : {},
    );
  }

  /** Messages that are still on their way, a few of them in words. */
  async unsettled(): Promise<string[]> {
    const rows = await rowsOf(
      this.#knex,
      `SELECT m.id, m.recipient, m.state, m.history, m.watch_until, m.expires_at, m.receipts_due, m.segments_delivered,
              j.worker_id, j.run_at
         FROM sms_messages m LEFT JOIN sms_jobs j ON j.id = m.id
        WHERE m.state IN ('scheduled', 'queued', 'submitted', 'enroute') LIMIT 5`,
    );
    return rows.map((row) => JSON.stringify(row));
  }

  /** How many rows the lists have that are being filled for a campaign. */
  async filling(campaignId: string): Promise<number[]> {
    const sql = `SELECT row_count FROM sms_send_lists WHERE campaign_id = '${campaignId}' AND state = 'filling'`;
    return (await rowsOf<{ row_count: number }>(this.#knex, sql)).map(({ row_count: rows }) => rows);
  }

  async close(): Promise<void> {
    await this.#knex.destroy();
  }
}

const numeric = new Set(['cost', 'amount', 'allotted', 'available', 'held', 'captured', 'funded']);

/** PostgreSQL's driver hands a bigint over as a string. */
async function rowsOf<T>(knex: Knex, sql: string): Promise<T[]> {
  const result = await knex.raw<Record<string, unknown>[] | { rows: Record<string, unknown>[] }>(sql);
  const rows = Array.isArray(result) ? result : result.rows;
  for (const row of rows) for (const name of Object.keys(row)) if (numeric.has(name)) row[name] = Number(row[name]);
  return rows as T[];
}

/**
 * What holds of the stored rows at every moment, whatever has gone wrong before (behaviour.md, Money). Throws an
 * assertion error that names the first rows at fault. Answers with the rows it has looked at.
 */
export async function assertInvariants(database: Pick<TestDatabase, 'options' | 'name'>): Promise<Rows> {
  const tables = new Tables(database);
  try {
    const rows = await tables.read();
    assertBalances(rows);
    assertGifts(rows);
    assertHolds(rows);
    assertReservations(rows);
    assertQueue(rows);
    return rows;
  } finally {
    await tables.close();
  }
}

const moves: Record<TransferKind, [from: LedgerAccount, to: LedgerAccount]> = {
  top_up: ['funded', 'available'],
  hold: ['available', 'held'],
  reserve: ['available', 'held'],
  allot: ['held', 'held'],
  capture: ['held', 'captured'],
  release: ['held', 'available'],
  return: ['held', 'available'],
  refund: ['captured', 'available'],
  transfer_out: ['available', 'funded'],
  transfer_in: ['funded', 'available'],
};

/** The journal and the balances say the same, every entry has its counter-entry, and nobody is overdrawn. */
function assertBalances({ transfers, balances }: Rows): void {
  const none = (): Record<LedgerAccount, number> => ({ available: 0, held: 0, captured: 0, funded: 0 });
  const sums = new Map(balances.map((balance) => [balance.account_id, none()]));
  for (const { account_id: accountId, kind, amount } of transfers) {
    const sum = sums.get(accountId);
    assert.ok(sum, `a ${kind} of account ${accountId}, which has no wallet`);
    const [from, to] = moves[kind];
    sum[from] -= amount;
    sum[to] += amount;
  }
  for (const { account_id: accountId, ...balance } of balances) {
    assert.deepEqual(balance, sums.get(accountId), `the balance of ${accountId} is not the sum of its transfers`);
    const { available, held, captured, funded } = balance;
    assert.equal(available + held + captured + funded, 0, `the entries of ${accountId} do not add up to nought`);
    assert.ok(Math.min(available, held, captured) >= 0, `the account ${accountId} is overdrawn`);
  }
}

/** What one account gave is what another was given, once. */
function assertGifts({ transfers }: Rows): void {
  const given = new Map<string, StoredTransfer>();
  for (const transfer of transfers) if (transfer.kind === 'transfer_out') given.set(transfer.subject_id, transfer);
  for (const { kind, subject_id: subject, amount, account_id: accountId } of transfers) {
    if (kind !== 'transfer_in') continue;
    const gift = given.get(subject);
    assert.ok(gift, `nobody gave ${subject}`);
    assert.equal(gift.amount, amount, `what was given by ${subject}`);
    assert.notEqual(gift.account_id, accountId, `whom ${subject} was given`);
    given.delete(subject);
  }
  assert.deepEqual([...given.keys()], [], 'credits were given to nobody');
}

/** What comes after the hold, or after a message's part of a reservation. */
const transfersAfter: Record<HoldState, TransferKind[]> = {
  held: [],
  captured: ['capture'],
  released: ['release'],
  refunded: ['capture', 'refund'],
};

/** Each message was paid for once, by what became of it, and nothing was paid for that is no message. */
function assertHolds({ messages, transfers, balances, parts, reservations }: Rows): void {
  const bySubject = new Map<string, StoredTransfer[]>();
  for (const transfer of transfers) {
    if (['top_up', 'transfer_out', 'transfer_in'].includes(transfer.kind)) continue;
    const own = bySubject.get(transfer.subject_id);
    if (own) own.push(transfer);
    else bySubject.set(transfer.subject_id, [transfer]);
  }
  const captured = new Map(balances.map((balance) => [balance.account_id, 0]));
  for (const message of messages) {
    const own = (bySubject.get(message.id) ?? []).sort((a, b) => a.phase - b.phase);
    const kinds = own.map(({ kind }) => kind);
    const first: TransferKind = message.owner_id === null ? 'hold' : 'allot';
    assert.deepEqual(
      kinds,
      [first, ...transfersAfter[message.hold_state]],
      `the transfers of ${describeMessage(message)}`,
    );
    for (const { amount, account_id: accountId } of own) {
      assert.equal(amount, message.cost, `a transfer of ${describeMessage(message)} is not its price`);
      assert.equal(accountId, message.account_id, `a transfer of ${describeMessage(message)} is another's`);
    }
    assert.equal(message.hold_state, holdStateDue(message), `the hold of ${describeMessage(message)}`);
    if (message.hold_state === 'captured') {
      captured.set(message.account_id, (captured.get(message.account_id) ?? 0) + message.cost);
    }
    bySubject.delete(message.id);
  }
  for (const part of parts) {
    const own = bySubject.get(part.hold_id) ?? [];
    assert.deepEqual(
      own.map(({ kind, amount }) => [kind, amount]),
      [['hold', part.cost]],
      `the hold of the waiting part ${part.hold_id}`,
    );
    bySubject.delete(part.hold_id);
  }
  for (const { subject_id: subject, amount, allotted, closed_at: closedAt } of reservations) {
    const own = (bySubject.get(subject) ?? []).sort((a, b) => a.phase - b.phase);
    assert.deepEqual(
      own.map((transfer) => [transfer.kind, transfer.amount]),
      [['reserve', amount], ...(closedAt === null ? [] : [['return', amount - allotted]])],
      `the transfers of the reservation ${subject}`,
    );
    bySubject.delete(subject);
  }
  // A part that waits no more has become a piece of a message, which is paid for itself.
  for (const [subject, own] of bySubject) {
    const amounts = own.sort((a, b) => a.phase - b.phase).map(({ kind, amount }) => `${kind} ${amount}`);
    assert.deepEqual(amounts, [`hold ${own[0]?.amount}`, `release ${own[0]?.amount}`], `the transfers of ${subject}`);
  }
  for (const balance of balances) assert.equal(balance.captured, captured.get(balance.account_id));
}

/** What messages drew is what they cost, and what is held is held for a message, a part or a list. */
function assertReservations({ messages, balances, parts, reservations, transfers }: Rows): void {
  const drawn = new Map<string, number>();
  for (const { owner_id: owner, cost } of messages) if (owner) drawn.set(owner, (drawn.get(owner) ?? 0) + cost);
  const held = new Map(balances.map((balance) => [balance.account_id, 0]));
  const hold = (accountId: string, amount: number): unknown => held.set(accountId, (held.get(accountId) ?? 0) + amount);
  for (const { subject_id: subject, account_id: accountId, owner_id: owner, ...reservation } of reservations) {
    const { amount, allotted, closed_at: closedAt } = reservation;
    assert.equal(allotted, (owner && drawn.get(owner)) ?? 0, `what was drawn of the reservation ${subject}`);
    if (owner) drawn.delete(owner);
    if (closedAt === null) hold(accountId, amount - allotted);
  }
  assert.deepEqual([...drawn], [], 'messages of a list drew on no reservation');
  for (const message of messages) if (message.hold_state === 'held') hold(message.account_id, message.cost);
  const accountOf = new Map(transfers.map((transfer) => [transfer.subject_id, transfer.account_id]));
  for (const part of parts) hold(accountOf.get(part.hold_id) ?? '', part.cost);
  for (const balance of balances) {
    assert.equal(balance.held, held.get(balance.account_id), `what is held of ${balance.account_id}`);
  }
}

const onTheWay: readonly MessageState[] = ['scheduled', 'queued', 'submitted', 'enroute'];

/** What a message's hold must be by its history and its account's refund policy. */
function holdStateDue(message: StoredMessage): HoldState {
  const { state, steps, refund_policy: policy } = message;
  const answered = message.receipts_due !== null;
  const waiting = onTheWay.includes(state);
  if (steps.some(([, , source]) => source === 'cancel' || source === 'replace')) return 'released';
  if (policy === 'on_accept') return waiting && !answered ? 'held' : 'captured';
  // The platform gave up waiting: what it settled then stands, also when a receipt comes after all.
  const gaveUp = steps.some(([, , source]) => source === 'timeout');
  const proven = answered || (!gaveUp && steps.some(([to, , source]) => source === 'receipt' && isProof(to)));
  if (!answered && waiting) return 'held';
  if (!proven) return 'released';
  if (policy === 'on_submit' || waiting || (state === 'delivered' && !gaveUp)) return 'captured';
  return answered ? 'refunded' : 'released';
}

/** Whether a receipt's word shows that the operator had the message and did not refuse it. */
const isProof = (state: MessageState): boolean => !onTheWay.includes(state) && state !== 'rejected';

/** A message waits in the queue exactly as long as no operator has had it. */
function assertQueue({ messages, jobs }: Rows): void {
  const queued = new Set(jobs.map(({ id }) => id));
  for (const message of messages) {
    const isDue = message.state === 'scheduled' || message.state === 'queued';
    assert.equal(queued.delete(message.id), isDue, `the job of ${describeMessage(message)}`);
  }
  assert.deepEqual([...queued], [], 'jobs without a message');
}

const describeMessage = ({ id, state, hold_state: holdState, refund_policy: policy, steps }: StoredMessage): string =>
  `message ${id} (${state}, ${holdState}, ${policy}; ${steps.map(([to, , by]) => `${to} by ${by}`).join(', ')})`;
