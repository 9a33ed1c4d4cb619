import type { ReceiptState } from '../messaging/transport.js';

/** What a simulated operator does with a message. */
export type OperatorScript =
  | 'delivered'
  | 'rejected at submit'
  | 'undelivered'
  | 'expired'
  | 'no receipt'
  | 'throttled twice'
  | 'no answer'
  | 'receipt twice'
  | 'receipt first'
  | 'replies STOP'
  | 'late receipt';

const scripts: Readonly<Record<string, OperatorScript>> = {
  901: 'rejected at submit',
  902: 'undelivered',
  903: 'expired',
  904: 'no receipt',
  905: 'throttled twice',
  906: 'no answer',
  907: 'receipt twice',
  908: 'receipt first',
  909: 'replies STOP',
  910: 'late receipt',
};

/**
 * What a simulated operator does with a message, by the last three digits of its destination. The one in the process
 * and the one over SMPP both go by it. Source: docs/reference/simulated-operator.md.
 */
export function operatorScript(destination: string): OperatorScript {
  return scripts[destination.slice(-3)] ?? 'delivered';
}

/** The state a script's receipts report; undefined for the one that has none. */
export function scriptedEnd(
  script: OperatorScript,
): Extract<ReceiptState, 'delivered' | 'undelivered' | 'expired'> | undefined {
  if (script === 'no receipt' || script === 'rejected at submit') return undefined;
  return script === 'undelivered' || script === 'expired' ? script : 'delivered';
}
