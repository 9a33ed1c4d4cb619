import type { OutboundMessage, ReceiptState, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';

type Answer = SubmitOutcome | Promise<SubmitOutcome>;

export interface Script {
  name?: string;
  recognisesRepeats?: boolean;
  segmentsPerSecond?: number;
  receiptsPerMessage?: 'every' | 'one';
  /** What a submit is answered; accepted when absent. */
  answer?: (message: OutboundMessage) => Answer;
}

/** An operator that does what the test says, and tells nothing by itself. */
export class ScriptedOperator implements Transport {
  readonly name: string;
  readonly recognisesRepeats: boolean;
  readonly segmentsPerSecond?: number;
  readonly receiptsPerMessage: 'every' | 'one';
  /** What it was handed, in order, repeats too. */
  readonly submitted: OutboundMessage[] = [];
  answer: (message: OutboundMessage) => Answer;
  /** Answers in the place of the promises, the way a transport with a mistake in it would. */
  failing: (() => Promise<SubmitOutcome>[]) | undefined;
  #listener: ((reports: UpstreamReport[]) => Promise<void>) | undefined;

  constructor(script: Script = {}) {
    this.name = script.name ?? 'operator';
    this.recognisesRepeats = script.recognisesRepeats ?? true;
    this.receiptsPerMessage = script.receiptsPerMessage ?? 'every';
    this.answer = script.answer ?? accept;
    if (script.segmentsPerSecond !== undefined) this.segmentsPerSecond = script.segmentsPerSecond;
  }

  submit(messages: readonly OutboundMessage[]): Promise<SubmitOutcome>[] {
    this.submitted.push(...messages);
    if (this.failing) return this.failing();
    return messages.map(async (message) => this.answer(message));
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.#listener = listener;
  }

  /** Resolves once the platform has stored them. */
  async report(...reports: UpstreamReport[]): Promise<void> {
    await this.#listener?.(reports);
  }

  /** Tells how a segment of a message it accepted ended. */
  receipt(messageId: string, state: ReceiptState, { segment = 1, errorCode = '000' } = {}): Promise<void> {
    const upstreamId = upstreamIdOf(messageId, segment);
    const raw = `id:${upstreamId} stat:${state}`;
    return this.report({ kind: 'receipt', upstreamId, state, at: Date.now(), errorCode, raw });
  }

  /** A handset writes to a sender ID. */
  hear(from: string, to: string, text: string): Promise<void> {
    return this.report({ kind: 'inbound', from, to, text, at: Date.now() });
  }

  has(messageId: string): boolean {
    return this.submitted.some(({ id }) => id === messageId);
  }
}

export const upstreamIdOf = (messageId: string, segment: number): string => `${messageId}/${segment}`;

export const accept = ({ id, segments }: OutboundMessage): SubmitOutcome => ({
  kind: 'accepted',
  upstreamIds: Array.from({ length: segments }, (_, index) => upstreamIdOf(id, index + 1)),
});

/** An answer that is given when the test says so. */
export function later(): { answer: Promise<SubmitOutcome>; give: (outcome: SubmitOutcome) => void } {
  let give: (outcome: SubmitOutcome) => void = () => {};
  const answer = new Promise<SubmitOutcome>((resolve) => (give = resolve));
  return { answer, give };
}
