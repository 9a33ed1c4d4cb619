import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { SmppTls } from './transport-options.js';

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean | SmppTls | undefined;
}

/**
 * Connects and, with TLS, makes sure whom it has reached, before anything is sent: the first PDU holds the password.
 * Rejects with what is wrong, after `timeoutMs`, and at the abort.
 */
export function connectSocket(destination: Destination, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls } = destination;
  const options: SmppTls | undefined = tls === true ? {} : tls === false ? undefined : tls;
  const socket = options ? connectTls(tlsOptions(host, port, options)) : connectTcp({ host, port });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error(`No connection within ${timeoutMs} ms.`)), timeoutMs);
    const fail = (error: Error): void => {
      end();
      // A socket that is destroyed may still report what it was doing.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const aborted = (): void => fail(new Error('The transport is being stopped.'));
    const connected = (): void => {
      const error = options?.pin === undefined ? undefined : pinError(socket as TLSSocket, options.pin);
      if (error) {
        fail(error);
        return;
      }
      end();
      socket.setKeepAlive(true, 60_000);
      resolve(socket);
    };
    const closed = (): void => fail(new Error('The connection was closed while it was being made.'));
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.off(options ? 'secureConnect' : 'connect', connected);
      socket.off('error', fail);
      socket.off('close', closed);
    };
    socket.on(options ? 'secureConnect' : 'connect', connected);
    socket.on('error', fail);
    socket.on('close', closed);
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}

function tlsOptions(host: string, port: number, tls: SmppTls): ConnectionOptions {
  const { ca, cert, key, pin } = tls;
  // A name of an address is not allowed in SNI.
  const servername = tls.servername ?? (isIP(host) === 0 ? host : undefined);
  return {
    host,
    port,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: tls.rejectUnauthorized ?? (pin === undefined || ca !== undefined),
    ...(servername !== undefined && { servername }),
    ...(ca !== undefined && { ca: ca as string | Buffer | (string | Buffer)[] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

const bareHex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

function pinError(socket: TLSSocket, pin: string): Error | undefined {
  // Without a certificate there is an object without a fingerprint, whatever its type says.
  const { fingerprint256 = '' } = socket.getPeerCertificate() as { fingerprint256?: string };
  return bareHex(fingerprint256) === bareHex(pin)
    ? undefined
    : new Error('The certificate is not the one that is pinned.');
}
