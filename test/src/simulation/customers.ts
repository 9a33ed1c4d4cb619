import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SmsError, type Access, type Lane, type RefundPolicy, type SendRequest, type Sms } from '@ujumbe/core';
import type { SeededRandom } from '../faults/seeded-random.js';
import type { Model } from './model.js';
import { faultyPrefix, plainPrefix, type Platform } from './platform.js';

interface Customer {
  id: string;
  rawToken: string;
  isRich: boolean;
}

/** What a customer may be refused for while nobody is at fault. */
const fairRefusals = ['insufficient_balance', 'opted_out', 'idempotency_in_progress', 'not_failed', 'conflict'];

const scripts = ['901', '902', '903', '904', '905', '906', '907', '908', '909', '910'];
const texts = [
  'Habari',
  'Bei ni {20} € [leo]',
  'Ujumbe mrefu wa kujaribu. '.repeat(9),
  'Salamu 😀 kutoka Kilimanjaro',
  '早上好。'.repeat(40),
];

const isRefusal = (error: unknown): error is SmsError => error instanceof SmsError && fairRefusals.includes(error.code);

/** Customers who do all at once what customers do, as chance has it. */
export class Customers {
  readonly #customers: Customer[] = [];

  constructor(
    private readonly platform: Platform,
    private readonly model: Model,
    private readonly random: SeededRandom,
  ) {}

  /** Opens an account of each refund policy with much credit, and one that soon has none. */
  async open(): Promise<void> {
    const policies: RefundPolicy[] = ['on_accept', 'on_submit', 'on_delivered'];
    for (const refundPolicy of policies) {
      for (const credits of [1_000_000_000, 60_000]) {
        const { account, apiToken } = await this.#sms.accounts.open({
          ...{ name: `${refundPolicy} ${credits}`, country: 'TZ', currency: 'TZS', sender: 'SIMU' },
          ...{ refundPolicy, credits },
        });
        this.model.pay(account.id, credits);
        this.#customers.push({ id: account.id, rawToken: apiToken, isRich: credits > 60_000 });
      }
    }
    await this.#sms.accounts.setPrice({ prefix: faultyPrefix, credits: 2_500 });
  }

  /** Acts until there are so many messages more; the platform is stopped in the middle, once `before` is over. */
  async act(messages: number, before: Promise<void>): Promise<void> {
    const goal = this.model.promised.size + messages;
    const restartAt = this.model.promised.size + this.random.between(1, messages);
    const { restarts } = this.platform;
    const failed = new AbortController();
    const one = async (): Promise<void> => {
      while (this.model.promised.size < goal || this.platform.restarts === restarts) {
        failed.signal.throwIfAborted();
        await this.#actOnce();
        await pause(this.random.between(0, 20));
      }
    };
    const restart = async (): Promise<void> => {
      await before;
      while (this.model.promised.size < restartAt && !failed.signal.aborted) await pause(5);
      await this.platform.restart();
    };
    const all = [restart(), ...Array.from({ length: 12 }, one)];
    for (const acting of all) acting.catch((error: unknown) => failed.abort(error));
    await Promise.allSettled(all);
    failed.signal.throwIfAborted();
  }

  get #sms(): Sms {
    return this.platform.sms;
  }

  async #actOnce(): Promise<void> {
    const customer = this.random.pick(this.#customers);
    const { restarts } = this.platform;
    try {
      await this.random
        .pick([
          ...[this.#sendToSome, this.#sendToSome, this.#sendToSome, this.#sendBatch, this.#sendBatch],
          ...[this.#sendTwice, this.#cancel, this.#cancel, this.#resend, this.#optOut, this.#payTwice],
        ])
        .call(this, customer);
    } catch (error) {
      if (isRefusal(error)) {
        assert.ok(
          error.code !== 'insufficient_balance' || !customer.isRich,
          `a full wallet was called empty: ${JSON.stringify(error.details)}`,
        );
        return;
      }
      // A platform that is being stopped may turn anybody away, as long as it then does nothing.
      const isStopping = restarts !== this.platform.restarts || restarts % 2 === 1;
      if (!isStopping || (error instanceof SmsError && error.code !== 'transport_down')) throw error;
    }
  }

  async #sendToSome({ id }: Customer): Promise<void> {
    const to = Array.from({ length: this.random.pick([1, 1, 2, 5]) }, () => this.#number());
    const { accepted } = await this.#sms.send(id, { ...this.#how(), to, message: this.random.pick(texts) });
    this.model.accept(id, accepted);
  }

  async #sendBatch({ id, rawToken }: Customer): Promise<void> {
    const items = Array.from({ length: this.random.between(1, 30) }, () => ({
      to: this.#number(),
      text: this.random.pick(texts),
    }));
    const access: Access = await this.#sms.tokens.authenticate(rawToken, { cached: true });
    const { accepted } = await this.#sms.messages.send(access, { ...this.#how(), items });
    this.model.accept(id, accepted);
  }

  /** The same request twice, at once or one after the other, is one request. */
  async #sendTwice({ id }: Customer): Promise<void> {
    const request: SendRequest = {
      ...this.#how(),
      to: [this.#number(), this.#number()],
      message: 'Habari',
      idempotencyKey: randomUUID(),
    };
    const first = this.#sms.send(id, request);
    const together = this.random.happens(0.5) ? [this.#sms.send(id, request)] : [];
    const [one, two] = await Promise.allSettled([first, ...together]);
    const repeat = two ?? (await Promise.allSettled([this.#sms.send(id, request)]))[0];
    const answers = [one, repeat].flatMap((settled) => (settled.status === 'fulfilled' ? [settled.value] : []));
    const [answer, again] = answers;
    if (answer) this.model.accept(id, answer.accepted);
    if (again) {
      assert.deepEqual(
        again.accepted.map((message) => message.id),
        answer?.accepted.map((message) => message.id),
      );
    }
    if (one.status === 'rejected') throw one.reason;
    if (repeat.status === 'rejected') throw repeat.reason;
  }

  async #cancel({ id: accountId }: Customer): Promise<void> {
    const { id } = this.#anyMessage(accountId);
    try {
      await this.#sms.messages.cancel(accountId, id);
      this.model.cancelled.set(id, 'surely');
    } catch (error) {
      // Nobody knows whether the platform was stopped before it did this or before it said so.
      if (!isRefusal(error) && !this.model.cancelled.has(id)) this.model.cancelled.set(id, 'perhaps');
      throw error;
    }
  }

  async #resend({ id: accountId }: Customer): Promise<void> {
    const { id, recipient } = this.#anyMessage(accountId);
    // What is sent again is worth sending for a day, and would be waited for as long if nobody told what became of it.
    if (!recipient.startsWith(plainPrefix) || recipient.endsWith('904')) return;
    try {
      const { message } = await this.#sms.messages.resend(accountId, id);
      this.model.accept(accountId, [message]);
    } catch (error) {
      // The message may be another customer's than the one who acts, and its wallet may well be empty.
      if (!isRefusal(error)) throw error;
    }
  }

  async #optOut({ id }: Customer): Promise<void> {
    await this.#sms.suppressions.add(id, this.#number());
  }

  /** A payment that is told twice is paid in once. */
  async #payTwice({ id }: Customer): Promise<void> {
    const reference = randomUUID();
    const credits = this.random.between(1, 20_000);
    await Promise.allSettled([this.#sms.accounts.topUp(id, credits, reference)]);
    for (;;) {
      try {
        await this.#sms.accounts.topUp(id, credits, reference);
        break;
      } catch {
        await pause(20);
      }
    }
    this.model.pay(id, credits);
  }

  /** One of the account's messages, as often as not a recent one. */
  #anyMessage(accountId: string): { id: string; recipient: string } {
    const all = [...this.model.promised].filter(([, message]) => message.accountId === accountId);
    const [id, message] = all[this.random.between(this.random.happens(0.5) ? all.length - 20 : 0, all.length)] ?? [];
    if (id === undefined || message === undefined) throw new SmsError('not_failed', 'there is no such message yet');
    return { id, recipient: message.recipient };
  }

  #how(): { lane: Lane; validityMs: number; scheduledAt?: number } {
    const validityMs = this.random.between(1_000, 2_500);
    const lane = this.random.pick(['otp', 'transactional', 'promotional'] as const);
    if (!this.random.happens(0.15)) return { lane, validityMs };
    return { lane, validityMs, scheduledAt: Date.now() + this.random.between(0, 1_500) };
  }

  #number(): string {
    const { random } = this;
    const ending = random.happens(0.3) ? random.pick(scripts) : String(random.between(0, 899)).padStart(3, '0');
    return `${random.pick([plainPrefix, faultyPrefix])}${random.between(100, 999)}${ending}`;
  }
}
