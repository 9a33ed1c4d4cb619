import assert from 'node:assert/strict';
import { readUserData, type SimulatedSubmit } from '@ujumbe/smpp-adapter';

/** What an operator was handed, by destination: the operator's own log, which outlives every process of ours. */
export class OperatorBook {
  /** The texts each number was sent, and the parts of those that are long. */
  readonly handed = new Map<string, string[]>();
  /** Called at each message, before it is answered. */
  onHanded: () => void = () => {};

  /** Writes down what the operator took, or may have taken. */
  readonly write = ({ body, status }: SimulatedSubmit): void => {
    if (status !== 0 && status !== undefined) return;
    const { text = '' } = readUserData(body);
    const texts = this.handed.get(body.destination_addr);
    if (texts) texts.push(text);
    else this.handed.set(body.destination_addr, [text]);
    this.onHanded();
  };

  assertNothingTwice(): void {
    for (const [destination, texts] of this.handed) {
      assert.equal(new Set(texts).size, texts.length, `${destination} was sent twice: ${texts.join(' | ')}`);
    }
  }
}
