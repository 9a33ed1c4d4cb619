import { isIP, type Socket } from 'node:net';
import { plainAddress } from './address-list.js';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const fixedOctets = 16;
const longestLine = 107;
const longestHeader = fixedOctets + 2_048;

/** A header that has come whole: the address it tells, undefined where it tells none, and its length in octets. */
export interface ProxyHeader {
  readonly address: string | undefined;
  readonly octets: number;
}

/**
 * Reads a PROXY header of version 1 or 2. Undefined while it has not come whole.
 * Source: the PROXY protocol, versions 1 and 2, of HAProxy.
 *
 * @throws Error for anything else
 */
export function readProxyHeader(octets: Buffer): ProxyHeader | undefined {
  const begun = octets.subarray(0, signature.length);
  if (begun.equals(signature.subarray(0, begun.length))) return readBinary(octets);
  return readLine(octets);
}

function readLine(octets: Buffer): ProxyHeader | undefined {
  const end = octets.indexOf('\r\n');
  const word = 'PROXY ';
  if (!word.startsWith(octets.toString('latin1', 0, Math.min(octets.length, word.length)))) throw notProxy();
  if (end === -1) {
    if (octets.length >= longestLine) throw notProxy();
    return undefined;
  }
  const [, family, source = ''] = octets.toString('latin1', 0, end).split(' ');
  const read = end + 2;
  if (family === 'UNKNOWN') return { address: undefined, octets: read };
  if (!/^TCP[46]$/.test(family ?? '') || isIP(source) === 0) throw notProxy();
  return { address: plainAddress(source), octets: read };
}

function readBinary(octets: Buffer): ProxyHeader | undefined {
  if (octets.length < fixedOctets) return undefined;
  const [versionAndCommand = 0, familyAndProtocol = 0] = octets.subarray(12, 14);
  const end = fixedOctets + octets.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || (versionAndCommand & 15) > 1 || end > longestHeader) throw notProxy();
  if (octets.length < end) return undefined;
  const body = octets.subarray(fixedOctets, end);
  const isLocal = (versionAndCommand & 15) === 0;
  return { address: isLocal ? undefined : addressIn(body, familyAndProtocol >> 4), octets: end };
}

function addressIn(body: Buffer, family: number): string | undefined {
  if (family === 1 && body.length >= 12) return [...body.subarray(0, 4)].join('.');
  if (family !== 2 || body.length < 36) return undefined;
  const groups = Array.from({ length: 8 }, (_, group) => body.readUInt16BE(2 * group).toString(16));
  return plainAddress(groups.join(':'));
}

/** Reads the header a balancer's connection begins with, and leaves what follows it to be read. */
export function takeProxyHeader(socket: Socket, done: (header: ProxyHeader | undefined) => void): void {
  let read = Buffer.alloc(0);
  const finish = (header: ProxyHeader | undefined): void => {
    socket.off('readable', onReadable);
    socket.off('close', onClose);
    done(header);
  };
  const onClose = (): void => finish(undefined);
  const onReadable = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      read = Buffer.concat([read, chunk]);
    }
    try {
      const header = readProxyHeader(read);
      if (!header) return;
      socket.unshift(read.subarray(header.octets));
      finish(header);
    } catch {
      finish(undefined);
    }
  };
  socket.on('readable', onReadable);
  socket.on('close', onClose);
}

function notProxy(): Error {
  return new Error('The connection does not begin with a PROXY header.');
}
