import { simulator, type DatabaseOptions } from '@ujumbe/core';
import { createSmppServer } from '@ujumbe/smpp-adapter';
import type { Stage } from '../child.js';
import { openPlatform } from '../workload.js';

export interface SmppPlatformInput {
  database: DatabaseOptions;
  segmentsPerSecond: number;
}

/** What an ESME needs to bind. */
export interface SmppServing {
  port: number;
  systemId: string;
  password: string;
}

/** The whole platform behind an SMPP server, with the simulated operator, until it is told to stop. */
export async function run(
  { database, segmentsPerSecond }: SmppPlatformInput,
  stage: Stage,
): Promise<{ stored: number }> {
  const { sms, accountId, token } = await openPlatform({ database, transports: [simulator({ delayMs: 20 })] });
  await sms.esme.configure(accountId, { segmentsPerSecond });
  await sms.start();
  const server = createSmppServer(sms, { host: '127.0.0.1', port: 0 });
  const { port } = await server.start();
  const { teamCode } = await sms.accounts.get(accountId);
  stage.ready({ port, systemId: teamCode, password: token } satisfies SmppServing);
  await stage.stopped;
  await server.stop({ deadlineMs: 5_000 });
  const { total } = await sms.messages.list(accountId, {}, { limit: 1, offset: 0 });
  await sms.stop();
  return { stored: total };
}
