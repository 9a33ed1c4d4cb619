import { simulator, type DatabaseOptions, type Transport } from '@ujumbe/core';
import { createSmppServer, smppTransport } from '@ujumbe/smpp-adapter';
import type { Stage } from '../child.js';
import { benchOperator } from '../smpp-workload.js';
import { openPlatform } from '../workload.js';

export interface SmppPlatformInput {
  database: DatabaseOptions;
  segmentsPerSecond: number;
  /** An operator that is bound to over SMPP; without it the simulated one in the process. */
  smscPort?: number;
}

/** What an ESME needs to bind. */
export interface SmppServing {
  port: number;
  systemId: string;
  password: string;
}

const operatorAt = (port: number | undefined): Transport =>
  port === undefined ? simulator({ delayMs: 20 }) : smppTransport({ ...benchOperator, port });

/** The whole platform behind an SMPP server until it is told to stop. */
export async function run(
  { database, segmentsPerSecond, smscPort }: SmppPlatformInput,
  stage: Stage,
): Promise<{ stored: number }> {
  const { sms, accountId, token } = await openPlatform({ database, transports: [operatorAt(smscPort)] });
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
