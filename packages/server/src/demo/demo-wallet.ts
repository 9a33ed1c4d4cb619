import { randomBytes } from 'node:crypto';
import { zenoPay, type PaymentOptions } from '@ujumbe/core';
import { createSimulatedZenoPay, type SimulatedZenoPay } from '../simulated-zenopay.js';

/** How long the demo's payer takes to find the phone. */
const delayMs = 2_000;

/** A wallet that answers like ZenoPay over HTTP, in this process, and takes no money. */
export async function openDemoWallet(
  apiUrl: () => string | undefined,
): Promise<{ simulated: SimulatedZenoPay; payments: PaymentOptions }> {
  const apiKey = randomBytes(16).toString('hex');
  const simulated = createSimulatedZenoPay({ apiKey, delayMs });
  const url = `http://127.0.0.1:${await simulated.start()}`;
  return { simulated, payments: { wallets: [zenoPay({ apiKey, url })], apiUrl, buyerEmail: 'demo@example.com' } };
}
