import assert from 'node:assert/strict';
import type { DomainEvent, MessageState, SendResult } from '@ujumbe/core';
import { assertEveryStepWasTold } from '../faults/told-events.js';
import type { StoredMessage } from '../support/ledger-invariants.js';
import type { Dealing } from './faulty-operator.js';

interface Promised {
  accountId: string;
  recipient: string;
  cost: number;
}

/** What operators know of the messages that went their way. */
export interface OperatorsWord {
  /** How often the simulated operator without faults took each message. */
  submits: ReadonlyMap<string, number>;
  /** What the faulty one did with each. */
  dealings: ReadonlyMap<string, Dealing>;
}

/** What the customers of a simulation were promised, kept beside the platform and compared with what it did. */
export class Model {
  readonly promised = new Map<string, Promised>();
  readonly cancelled = new Map<string, 'surely' | 'perhaps'>();
  readonly paidIn = new Map<string, number>();
  readonly heard: DomainEvent[] = [];

  accept(
    accountId: string,
    accepted: readonly Pick<SendResult['accepted'][number], 'id' | 'recipient' | 'cost'>[],
  ): void {
    for (const { id, recipient, cost } of accepted) {
      assert.ok(!this.promised.has(id), `message ${id} was given to two requests`);
      this.promised.set(id, { accountId, recipient, cost });
    }
  }

  pay(accountId: string, credits: number): void {
    this.paidIn.set(accountId, (this.paidIn.get(accountId) ?? 0) + credits);
  }

  /** Every promise was kept, nothing was done that was not promised, and everybody was told. */
  assertKept(
    messages: readonly StoredMessage[],
    balances: readonly { account_id: string; funded: number }[],
    word: OperatorsWord,
  ): void {
    for (const { account_id: accountId, funded } of balances) {
      assert.equal(-funded, this.paidIn.get(accountId), `what ${accountId} has paid in`);
    }
    assert.deepEqual(messages.map(({ id }) => id).sort(), [...this.promised.keys()].sort(), 'the messages there are');
    for (const message of messages) this.#assertEnd(message, word);
    assertEveryStepWasTold(messages, this.heard);
  }

  #assertEnd({ id, account_id: accountId, state, cost, route, steps }: StoredMessage, word: OperatorsWord): void {
    const promised = this.promised.get(id);
    assert.deepEqual([promised?.accountId, promised?.cost], [accountId, cost]);
    const dealing = word.dealings.get(id);
    const taken = (route === 'faulty' ? dealing?.taken : word.submits.get(id)) ?? 0;
    assert.ok(taken <= 1, `message ${id} was submitted ${taken} times`);
    const cancelled = this.cancelled.get(id);
    const isCancelled = cancelled === 'surely' || (cancelled === 'perhaps' && state === 'cancelled');
    if (isCancelled) assert.equal(taken, 0, `message ${id} was submitted and cancelled`);
    const due = isCancelled
      ? 'cancelled'
      : taken === 0
        ? // Lost on the way, so that nobody knows; else it waited until its time was over.
          dealing?.lost === true
          ? 'unknown'
          : 'expired'
        : endOf(promised?.recipient ?? '', route !== 'faulty' || dealing?.answered === true);
    const told = steps.map(([step, , by]) => `${step} by ${by}`).join(', ');
    assert.equal(state, due, `message ${id} to ${promised?.recipient ?? ''} by "${route}" (${told})`);
  }
}

/** How the simulated operator ends a message, by the last three digits of its number. */
function endOf(recipient: string, answered: boolean): MessageState {
  switch (recipient.slice(-3)) {
    case '901':
      return answered ? 'rejected' : 'unknown';
    case '902':
      return 'undelivered';
    case '903':
      return 'expired';
    case '904':
      return 'unknown';
    default:
      return 'delivered';
  }
}
