import type { Transport } from '@ujumbe/core';
import { createSmscSimulator, smppTransport, type SmscSimulator } from '@ujumbe/smpp-adapter';

const host = '127.0.0.1';
const systemId = 'ujumbe';

/** The simulated operator as a real SMPP server in this process, and the transport that is bound to it. */
export async function openSmppOperator(delayMs: number): Promise<{ operator: SmscSimulator; transport: Transport }> {
  const operator = createSmscSimulator({ host, delayMs });
  const port = await operator.start();
  // Named as the simulated operator in process is, so that what waits for one leaves through the other.
  const transport = smppTransport({ name: 'simulator', host, port, systemId, password: 'demo', window: 100 });
  return { operator, transport };
}
