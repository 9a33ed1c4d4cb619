import { createSms } from '@ujumbe/core';
import { createSmppServer, smppTransport } from '@ujumbe/smpp-adapter';
import type { PlatformReady, PlatformSettings } from './platform-messages.js';

/** A process with a platform in it that ESMEs bind to and that binds to an operator. It may be killed at any time. */
async function work({ database, operatorPort, smppPort, aheadMs }: PlatformSettings): Promise<void> {
  const clock = { now: () => Date.now() + aheadMs };
  const transport = smppTransport({
    name: 'operator',
    host: '127.0.0.1',
    port: operatorPort,
    systemId: 'ujumbe',
    password: 'secret',
    binds: { kind: 'trx', count: 2 },
    window: 20,
    timers: { reconnectMinMs: 50, reconnectMaxMs: 200, responseMs: 2_000 },
  });
  const sms = await createSms({ database, transports: [transport], receiptGraceMs: 1_000, ports: { clock } });
  await sms.start();
  const server = createSmppServer(sms, {
    host: '127.0.0.1',
    port: smppPort,
    clock,
    limits: { offerAgainMs: [100, 1_000], otherSessionAfterMs: 100 },
  });
  const { port } = await server.start();
  process.on('message', () => {
    void server
      .stop()
      .then(() => sms.stop())
      .then(() => process.disconnect());
  });
  const ready: PlatformReady = { port };
  // The test may be gone; then there is nobody to tell.
  if (process.connected) process.send?.(ready, () => {});
}

// It never outlives its test, however that ends.
process.on('disconnect', () => process.exit());
work(JSON.parse(process.argv[2] ?? '') as PlatformSettings).catch((error: unknown) => {
  console.error('A platform could not start:', error);
  process.exit(1);
});
