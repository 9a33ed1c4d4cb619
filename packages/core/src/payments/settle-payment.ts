import { accountPaid } from '../ledger/ledger.store.js';
import { topUpStatements } from '../ledger/top-up.js';
import type { EventType, NewEvent, PaymentEventData } from '../events.js';
import { appendEvents } from '../outbox/event.store.js';
import { CommitConflict, type Clock, type Database, type Ids, type Logger } from '../runtime.js';
import type { Signal } from '../signal.js';
import type { Decision } from './decide-payment.js';
import type { Payment, PaymentState, PaymentStep } from './payment.js';
import { changePayment, findPayment, paymentUnmoved } from './payment.store.js';

export interface SettleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  eventsReady: Signal;
}

const eventOf: Readonly<Partial<Record<PaymentState, EventType>>> = {
  completed: 'payment.completed',
  failed: 'payment.failed',
  cancelled: 'payment.failed',
  expired: 'payment.expired',
};

/** A payment moves a few steps in its life; whoever loses more races than that has read something else. */
const maxRaces = 10;

/**
 * Writes what a wallet's word makes of a payment: its step, the credits and the events in one commit. Whoever else
 * settles the same payment at the same time, the credits are granted once: the step is undone unless the payment is
 * as it was read, and the journal takes a subject once.
 *
 * @param decide asked again with the payment as it is now, when it has moved meanwhile
 * @returns the payment as it is afterwards
 */
export async function settlePayment(
  deps: SettleDeps,
  read: Payment,
  decide: (payment: Payment) => Decision,
  source: PaymentStep['source'],
): Promise<Payment> {
  let payment = read;
  for (let races = 0; races < maxRaces && payment.state !== 'completed'; races++) {
    const decision = decide(payment);
    const at = deps.clock.now();
    try {
      await write(deps, payment, decision, { state: decision.to, at, source });
      return await settled(deps, payment.id);
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on !== paymentUnmoved) throw error;
      payment = await settled(deps, payment.id);
    }
  }
  return payment;
}

async function write(deps: SettleDeps, payment: Payment, decision: Decision, step: PaymentStep): Promise<void> {
  const { database, eventsReady, logger } = deps;
  const moves = decision.to !== payment.state;
  const change = changePayment(payment, decision, step);
  const told = moves ? eventsFor(payment, decision, step.at) : [];
  const isPaid = moves && decision.to === 'completed';
  const tell = appendEvents(database.kind, deps.ids, told);
  const { accountId, credits: amount, id: subjectId } = payment;
  const credit = isPaid ? topUpStatements(deps, { accountId, amount, subjectId, at: step.at }, told) : tell;
  if (decision.failure?.code === 'amount_mismatch') {
    logger.error(
      { paymentId: payment.id, wallet: payment.wallet },
      'a wallet reports another amount than was asked for',
    );
  }
  try {
    await database.commit([change, ...credit]);
  } catch (error) {
    if (!isPaid || !(await wasCreditedByHand(deps, payment, error))) throw error;
    // Somebody has paid the credits in under the payment's own name: that counts, and is not done again.
    await database.commit([change, ...tell]);
  }
  if (moves) eventsReady.raise();
}

async function wasCreditedByHand({ database }: SettleDeps, payment: Payment, error: unknown): Promise<boolean> {
  if (!(error instanceof CommitConflict) || !error.on.includes('sms_transfers')) return false;
  return (await database.read((tx) => accountPaid(tx, payment.id))) === payment.accountId;
}

function eventsFor(payment: Payment, decision: Decision, at: number): NewEvent[] {
  const type = eventOf[decision.to];
  if (type === undefined) return [];
  const data: PaymentEventData = {
    paymentId: payment.id,
    orderNumber: payment.orderNumber,
    state: decision.to as PaymentEventData['state'],
    amount: payment.amount,
    currency: payment.currency,
    credits: payment.credits,
    packageId: payment.packageId,
    reference: decision.facts?.reference ?? payment.reference,
    failureCode: decision.failure?.code ?? null,
  };
  return [{ type, accountId: payment.accountId, subjectId: payment.id, at, data }];
}

async function settled({ database }: SettleDeps, paymentId: string): Promise<Payment> {
  const payment = await database.read((tx) => findPayment(tx, paymentId));
  if (!payment) throw new Error('A payment is gone that was just read.');
  return payment;
}
