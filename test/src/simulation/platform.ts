import { createSms, simulator, type DomainEvent, type Sms, type SmsOptions } from '@ujumbe/core';
import type { SeededRandom } from '../faults/seeded-random.js';
import { FaultyOperator } from './faulty-operator.js';
import type { OperatorsWord } from './model.js';

/** Numbers of the operator on whose way everything goes wrong, and of the one that only does as its digits ask. */
export const faultyPrefix = '+255754';
export const plainPrefix = '+255712';

/** The platform of a simulation, which is stopped and made anew on the same database while customers are at it. */
export class Platform implements OperatorsWord {
  readonly submits = new Map<string, number>();
  readonly faulty: FaultyOperator;
  readonly #options: SmsOptions;
  #sms: Sms | undefined;
  #restarts = 0;

  constructor(
    database: SmsOptions['database'],
    private readonly random: SeededRandom,
    private readonly onEvent: (event: DomainEvent) => void,
  ) {
    const delays = { delayMs: 20, lateDelayMs: 700 };
    const onSubmit = ({ id }: { id: string }) => void this.submits.set(id, (this.submits.get(id) ?? 0) + 1);
    this.faulty = new FaultyOperator(simulator({ name: 'faulty', ...delays }), random);
    this.#options = {
      database,
      transports: [simulator({ name: 'plain', onSubmit, ...delays }), this.faulty],
      routes: [
        { prefix: plainPrefix, transport: 'plain' },
        { prefix: faultyPrefix, transport: 'faulty' },
      ],
      receiptGraceMs: 1_200,
      ports: { random: random.next },
    };
  }

  get sms(): Sms {
    if (!this.#sms) throw new Error('The platform was not started.');
    return this.#sms;
  }

  get dealings(): OperatorsWord['dealings'] {
    return this.faulty.dealings;
  }

  /** How often it was stopped; what fails while this changes failed because of it. */
  get restarts(): number {
    return this.#restarts;
  }

  async start(): Promise<void> {
    const sms = await createSms(this.#options);
    // A reader that fails now and then is told again from there.
    sms.on('*', (event) => {
      if (this.random.happens(0.001)) throw new Error('The reader stumbled.');
      this.onEvent(event);
    });
    await sms.start();
    this.#sms = sms;
  }

  async restart(): Promise<void> {
    this.#restarts++;
    await this.sms.stop();
    await this.start();
    this.#restarts++;
  }

  async stop(): Promise<void> {
    this.faulty.close();
    await this.#sms?.stop();
  }
}
