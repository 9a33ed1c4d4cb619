import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { OutboundMessage, UpstreamReport } from '@ujumbe/core';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import { isBind } from '../session/session-state.js';
import { SmppSession } from '../session/smpp-session.js';
import { createSmscSimulator, type SmscSimulator } from '../simulator/smsc-simulator.js';
import type { SmscSimulatorOptions } from '../simulator/simulator-options.js';
import { smppTransport, type SmppTransport } from './smpp-transport.js';
import type { SmppTransportOptions } from './transport-options.js';

export const never: AbortSignal = new AbortController().signal;

export function outbound(changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    id: randomUUID(),
    recipient: '+255713000123',
    sender: 'DUKA',
    text: 'Habari',
    encoding: 'gsm7',
    segments: 1,
    expiresAt: Date.now() + 60_000,
    attempt: 1,
    ...changes,
  };
}

/** What an operator of a test does with what it is asked. */
export interface ScriptedSmsc {
  /** The status of a bind; 0 when absent. */
  onBind?: (pdu: Pdu<'bind_transceiver'>) => number;
  onRequest?: (session: SmppSession, pdu: AnyPdu) => void;
}

/** Operators and transports of a test; `closeAll` ends them. */
export class ClientWorld {
  readonly reports: UpstreamReport[] = [];
  readonly #transports: SmppTransport[] = [];
  readonly #simulators: SmscSimulator[] = [];
  readonly #servers: { server: Server; sockets: Set<Socket> }[] = [];

  async simulator(options: SmscSimulatorOptions = {}): Promise<SmscSimulator> {
    const smsc = createSmscSimulator({ delayMs: 5, ...options });
    this.#simulators.push(smsc);
    await smsc.start();
    return smsc;
  }

  /** A server that does with each connection what the test wants; answers with its port. */
  async raw(onSocket: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      onSocket(socket);
    });
    this.#servers.push({ server, sockets });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** An operator that speaks SMPP properly and answers what the test says. */
  async scripted({ onBind = () => 0, onRequest }: ScriptedSmsc): Promise<{ port: number; sessions: SmppSession[] }> {
    const sessions: SmppSession[] = [];
    const port = await this.raw((socket) => {
      const session: SmppSession = new SmppSession(socket, {
        role: 'smsc',
        onRequest: (pdu) => {
          if (!isBind(pdu.command)) onRequest?.(session, pdu);
          else session.respond(pdu as Pdu<'bind_transceiver'>, { status: onBind(pdu as Pdu<'bind_transceiver'>) });
        },
      });
      sessions.push(session);
    });
    return { port, sessions };
  }

  /** A transport that is started; its reports gather in `reports`. */
  async transport(port: number, options: Partial<SmppTransportOptions> = {}): Promise<SmppTransport> {
    const transport = smppTransport({
      name: 'operator',
      host: '127.0.0.1',
      port,
      systemId: 'ujumbe',
      password: 'secret',
      ...options,
      timers: { reconnectMinMs: 20, reconnectMaxMs: 100, drainMs: 300, ...options.timers },
    });
    transport.onReports((reports) => {
      this.reports.push(...reports);
      return Promise.resolve();
    });
    this.#transports.push(transport);
    await transport.start();
    return transport;
  }

  async closeAll(): Promise<void> {
    this.reports.length = 0;
    for (const transport of this.#transports.splice(0)) await transport.stop();
    for (const smsc of this.#simulators.splice(0)) await smsc.stop();
    for (const { server, sockets } of this.#servers.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    }
  }
}

export async function until(what: string, condition: () => boolean, patienceMs = 5_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`It did not happen in time: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
