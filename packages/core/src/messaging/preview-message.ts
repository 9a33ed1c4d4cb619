import { creditUnit } from '../ledger/transfer.js';
import { parseMsisdn } from '../numbers/msisdn.js';
import { explainText, type TextExplanation } from '../text/culprits.js';
import type { SendingPolicy } from './sending-policy.js';

/** What a text would take and cost. */
export interface MessagePreview extends TextExplanation {
  /** Thousandths of a credit for the message; per segment one credit where no number says otherwise. */
  cost: number;
  /** What the GSM-7 form would save, in the same unit. */
  costSaved: number;
}

export function previewMessage(text: string, policy: SendingPolicy, to?: string): MessagePreview {
  const explanation = explainText(text);
  const perSegment = to === undefined ? creditUnit : policy.prices.perSegment(parseMsisdn(to, policy.account.country));
  return {
    ...explanation,
    cost: explanation.segments * perSegment,
    costSaved: Math.max(0, explanation.segmentsSaved) * perSegment,
  };
}
