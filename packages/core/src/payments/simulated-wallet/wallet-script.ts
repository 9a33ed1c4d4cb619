/** What a simulated wallet and its payer do with an order. */
export type WalletScript =
  | 'paid'
  | 'refused at the start'
  | 'failed'
  | 'cancelled'
  | 'never answered'
  | 'callback lost'
  | 'no answer to the start'
  | 'callback twice'
  | 'callback first'
  | 'another amount'
  | 'slow'
  | 'start lost';

const scripts: Readonly<Record<string, WalletScript>> = {
  901: 'refused at the start',
  902: 'failed',
  903: 'cancelled',
  904: 'never answered',
  905: 'callback lost',
  906: 'no answer to the start',
  907: 'callback twice',
  908: 'callback first',
  909: 'another amount',
  910: 'slow',
  911: 'start lost',
};

/** By the last three digits of the payer's number. Source: docs/reference/simulated-wallet.md. */
export function walletScript(payer: string): WalletScript {
  return scripts[payer.slice(-3)] ?? 'paid';
}

/** How an order of a script ends; undefined for one whose payer never answers. */
export function scriptedPayment(script: WalletScript): 'completed' | 'failed' | 'cancelled' | undefined {
  if (script === 'never answered') return undefined;
  return script === 'failed' || script === 'cancelled' ? script : 'completed';
}
