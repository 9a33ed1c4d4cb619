import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { defaultAddressTypes, sourceAddress } from '../addresses.js';
import type { BindBody, BindName } from '../pdu/commands.js';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import { isBind } from '../session/session-state.js';
import { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { writeUserData } from '../user-data/write-user-data.js';
import { Mailbox } from './mailbox.js';
import { IdSequence } from './simulated-ids.js';
import type { SimulatedInbound, SmscSimulatorCounts, SmscSimulatorOptions } from './simulator-options.js';
import { SubmitDesk } from './submit-desk.js';

/** A simulated operator over the wire. */
export interface SmscSimulator {
  /** Where it listens; undefined while it does not. */
  readonly port: number | undefined;
  /** Listens; answers with the port. */
  start(): Promise<number>;
  /** Unbinds everybody and listens no more. What it still had to tell is told after the next `start`. */
  stop(): Promise<void>;
  /** Ends all connections at once, as a crash would. It goes on listening. */
  dropConnections(): void;
  /** Delivers a message from a handset. */
  deliver(message: SimulatedInbound): void;
  counts(): SmscSimulatorCounts;
}

/**
 * An operator (SMSC) to test with: a real SMPP server that does with a message what the last three digits of its
 * destination ask, as `simulator()` of core does (docs/reference/simulated-operator.md). What it holds is bounded by
 * `maxOutstanding`.
 */
export function createSmscSimulator(options: SmscSimulatorOptions = {}): SmscSimulator {
  return new SimulatedSmsc(options);
}

const {
  ESME_ROK,
  ESME_RALYBND,
  ESME_RINVCMDID,
  ESME_RINVPASWD,
  ESME_RBINDFAIL,
  ESME_RSUBMITFAIL,
  ESME_RSYSERR,
  ESME_RQUERYFAIL,
  ESME_RCANCELFAIL,
  ESME_RREPLACEFAIL,
} = commandStatus;

/** Operations it does not simulate, and the answer that says so. */
const unsupported: Readonly<Record<string, number>> = {
  submit_multi: ESME_RSUBMITFAIL,
  query_sm: ESME_RQUERYFAIL,
  cancel_sm: ESME_RCANCELFAIL,
  replace_sm: ESME_RREPLACEFAIL,
};

const maxClients = 1_000;
const drainMs = 1_000;
/** Submits of one bind that are being answered slowly. */
const maxUnanswered = 10_000;

class SimulatedSmsc implements SmscSimulator {
  readonly #options: SmscSimulatorOptions;
  readonly #counts: SmscSimulatorCounts = {
    binds: 0,
    refusedBinds: 0,
    submits: 0,
    accepted: 0,
    rejected: 0,
    throttled: 0,
    unanswered: 0,
    dropped: 0,
    delivered: 0,
    repeated: 0,
    refused: 0,
    outstanding: 0,
  };
  readonly #ids: IdSequence;
  readonly #submits: SubmitDesk;
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #sessions = new Map<SmppSession, { systemId: string | undefined }>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: SmscSimulatorOptions) {
    this.#options = options;
    this.#ids = new IdSequence(options.seed);
    this.#submits = new SubmitDesk(options, this.#counts, this.#ids);
  }

  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port;
  }

  async start(): Promise<number> {
    const { tls, port = 0, host = '127.0.0.1' } = this.#options;
    const server = tls ? createTlsServer({ ...tls, allowHalfOpen: true }) : createServer({ allowHalfOpen: true });
    server.on('connection', (socket: Socket) => this.#watch(socket));
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#accept(socket));
    server.listen(port, host);
    await once(server, 'listening');
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    await Promise.all([...this.#sessions.keys()].map((session) => session.unbind({ drainMs })));
    this.#submits.stop();
    for (const mailbox of this.#mailboxes.values()) mailbox.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  dropConnections(): void {
    for (const session of this.#sessions.keys()) session.destroy();
  }

  deliver({ from, to, text, systemId, concat = 'udh8' }: SimulatedInbound): void {
    const source = sourceAddress(from, defaultAddressTypes);
    const destination = sourceAddress(to, defaultAddressTypes);
    const reference = this.#ids.next() & 0xffff;
    const parts = writeUserData(text, { alphabet: 'gsm7', concat, reference });
    for (const [name, mailbox] of this.#mailboxes) {
      if (systemId === undefined ? !mailbox.hasReceiver : systemId !== name) continue;
      for (const { tlvs, ...fields } of parts) {
        const body = {
          source_addr_ton: source.ton,
          source_addr_npi: source.npi,
          source_addr: source.digits,
          dest_addr_ton: destination.ton,
          dest_addr_npi: destination.npi,
          destination_addr: destination.digits,
          ...fields,
        };
        mailbox.expect();
        mailbox.push({ write: () => ({ body, tlvs }) });
      }
    }
  }

  counts(): SmscSimulatorCounts {
    return { ...this.#counts };
  }

  /** A connection whose TLS never comes about belongs to no session, and would keep the server open. */
  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
  }

  #accept(socket: Socket): void {
    const session: SmppSession = new SmppSession(socket, {
      role: 'smsc',
      windowSize: this.#options.window ?? 100,
      maxUnanswered,
      onRequest: (pdu) => this.#onRequest(session, pdu),
    });
    this.#sessions.set(session, { systemId: undefined });
    session.once('close', () => this.#forget(session));
  }

  #forget(session: SmppSession): void {
    const systemId = this.#sessions.get(session)?.systemId;
    this.#sessions.delete(session);
    if (systemId === undefined) return;
    this.#counts.binds--;
    this.#mailboxes.get(systemId)?.removeReceiver(session);
  }

  #onRequest(session: SmppSession, pdu: AnyPdu): void {
    if (isBind(pdu.command)) this.#bind(session, pdu as Pdu<'bind_transceiver'>);
    else if (pdu.command === 'submit_sm' || pdu.command === 'data_sm') {
      const systemId = this.#sessions.get(session)?.systemId ?? '';
      const mailbox = this.#mailboxes.get(systemId);
      if (mailbox) this.#submits.submit({ session, systemId, mailbox }, pdu);
      else session.refuse(pdu, ESME_RSYSERR);
    } else session.refuse(pdu, unsupported[pdu.command] ?? ESME_RINVCMDID);
  }

  #bind(session: SmppSession, pdu: Pdu<BindName>): void {
    const { system_id: systemId } = pdu.body;
    const status = this.#statusOfBind(pdu.body);
    if (status !== ESME_ROK) {
      this.#counts.refusedBinds++;
      session.refuse(pdu as AnyPdu, status);
      session.end();
      return;
    }
    session.respond(pdu, { body: { system_id: 'simulator' } });
    this.#counts.binds++;
    this.#sessions.set(session, { systemId });
    const mailbox = this.#mailboxes.get(systemId) ?? new Mailbox(this.#options.window ?? 100, this.#counts);
    this.#mailboxes.set(systemId, mailbox);
    if (session.state !== 'BOUND_TX') mailbox.addReceiver(session);
  }

  #statusOfBind({ system_id: systemId, password }: BindBody): number {
    if (this.#options.password !== undefined && password !== this.#options.password) return ESME_RINVPASWD;
    const bound = [...this.#sessions.values()].filter((client) => client.systemId === systemId).length;
    if (bound >= (this.#options.maxBinds ?? Infinity)) return ESME_RALYBND;
    for (const [name, mailbox] of this.#mailboxes) if (mailbox.isEmpty) this.#mailboxes.delete(name);
    return this.#mailboxes.size >= maxClients && !this.#mailboxes.has(systemId) ? ESME_RBINDFAIL : ESME_ROK;
  }
}
