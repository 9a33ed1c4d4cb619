import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { AddressList, plainAddress } from './address-list.js';
import { takeProxyHeader } from './proxy-header.js';
import type { SmppServerOptions, SmppTlsOptions } from './server-options.js';
import { UnboundConnections, type UnboundLimits } from './unbound-connections.js';

/** A connection that may carry SMPP. */
export interface Incoming {
  /** What is spoken on: the TLS connection where there is one. */
  readonly socket: Socket;
  readonly address: string;
  readonly tls: boolean;
  /** Called when somebody has bound on it. */
  readonly bound: () => void;
}

export interface ListenersDeps {
  limits: UnboundLimits & { maxConnections: number };
  /** Times out a PROXY header and a TLS handshake that do not end. */
  sessionInitMs: number;
  onConnection(incoming: Incoming): void;
  onTurnedAway(): void;
  onFault(error: unknown): void;
}

/** The ports: accepts connections, learns where they come from, makes TLS of those of the second port. */
export class Listeners {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #unbound: UnboundConnections;
  readonly #balancers: AddressList | undefined;
  readonly #secureContext: SecureContext | undefined;

  constructor(
    private readonly options: Pick<SmppServerOptions, 'host' | 'port' | 'tls' | 'proxyFrom'>,
    private readonly deps: ListenersDeps,
  ) {
    this.#unbound = new UnboundConnections(deps.limits);
    this.#balancers = options.proxyFrom && new AddressList(options.proxyFrom);
    this.#secureContext = options.tls && secureContextOf(options.tls);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get unbound(): number {
    return this.#unbound.size;
  }

  async open(): Promise<{ port: number; tlsPort?: number }> {
    const { port = 2775, tls } = this.options;
    try {
      const opened = await this.#listen(port, (socket, address) => this.#begin(socket, socket, address, false));
      if (!tls) return { port: opened };
      const tlsPort = await this.#listen(tls.port ?? 2776, (socket, address) => this.#shakeHands(socket, address));
      return { port: opened, tlsPort };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Accepts no more; what is open stays so. Resolves when that has gone too. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
  }

  /** Drops every connection that is still there. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(port: number, then: (socket: Socket, address: string) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket, then));
    server.listen(port, this.options.host);
    await once(server, 'listening');
    // A process without a file descriptor left hears of it here, and goes on.
    server.on('error', (error) => this.deps.onFault(error));
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  #accept(socket: Socket, then: (socket: Socket, address: string) => void): void {
    const { limits } = this.deps;
    const address = plainAddress(socket.remoteAddress ?? '');
    // Without a listener an error of a connection that nobody speaks on yet would end the process.
    socket.on('error', () => {});
    if (this.#sockets.size >= limits.maxConnections) {
      this.#turnAway(socket);
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#unbound.remove(socket);
    });
    if (this.#balancers?.has(address)) this.#learnAddress(socket, then);
    else this.#admit(socket, address, then);
  }

  /** Behind a balancer its header is mandatory: where it is optional, whoever likes can claim an address. */
  #learnAddress(socket: Socket, then: (socket: Socket, address: string) => void): void {
    const timer = setTimeout(() => socket.destroy(), this.deps.sessionInitMs);
    takeProxyHeader(socket, (header) => {
      clearTimeout(timer);
      if (header) this.#admit(socket, header.address ?? plainAddress(socket.remoteAddress ?? ''), then);
      else this.#turnAway(socket);
    });
  }

  #admit(socket: Socket, address: string, then: (socket: Socket, address: string) => void): void {
    if (socket.destroyed) return;
    const older = this.#unbound.add(socket, address);
    if (older) this.#turnAway(older);
    then(socket, address);
  }

  #turnAway(socket: Socket): void {
    this.deps.onTurnedAway();
    this.#unbound.remove(socket);
    socket.destroy();
  }

  #shakeHands(raw: Socket, address: string): void {
    const secureContext = this.#secureContext;
    if (!secureContext) return;
    const socket = new TLSSocket(raw, { isServer: true, secureContext });
    const timer = setTimeout(() => raw.destroy(), this.deps.sessionInitMs);
    socket.on('error', () => raw.destroy());
    raw.once('close', () => clearTimeout(timer));
    socket.once('secure', () => {
      clearTimeout(timer);
      this.#begin(socket, raw, address, true);
    });
  }

  #begin(socket: Socket, raw: Socket, address: string, tls: boolean): void {
    this.deps.onConnection({ socket, address, tls, bound: () => this.#unbound.remove(raw) });
  }
}

function secureContextOf({ cert, key, passphrase }: SmppTlsOptions): SecureContext {
  const options = { cert, key, minVersion: 'TLSv1.2' } as const;
  return createSecureContext(passphrase === undefined ? options : { ...options, passphrase });
}
