import { lookup as resolveName } from 'node:dns/promises';
import { isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, errors } from 'undici';
import { SmsError } from '../errors.js';

/**
 * Keeps customers' URLs away from the networks the platform itself stands in (server-side request forgery). A guarded
 * lookup alone is not enough, because a literal such as `127.1` is never looked up. So there are three checks: the
 * literal, every address a name resolves to, and the address the socket has in the end reached.
 */

/** Answers every address of a name. Rejects when the name does not resolve. */
export type ResolveAddresses = (hostname: string) => Promise<readonly string[]>;

const systemAddresses: ResolveAddresses = async (hostname) =>
  (await resolveName(hostname, { all: true })).map(({ address }) => address);

const maxUrlLength = 2048;
const creationLookupTimeoutMs = 3000;

/**
 * How long one address of a name may take before the next is tried, in milliseconds. Node's 250 gives up on every
 * receiver a satellite or an ocean away.
 */
const addressAttemptTimeoutMs = 2000;

/** IPv6 unicast that has been given out at all (IANA): what lies outside is not routed, or wraps an IPv4 address. */
const givenOutIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Ports of other protocols that would read an HTTP body as commands. Source: "bad port" of https://fetch.spec.whatwg.org. */
const badPorts = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** A connection that was not made, or was cut, because it leads to an address that is not public. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';

  constructor(hostname: string) {
    // The address stays out of the sentence: customers read it, and it would map the internal network for them.
    super(`The host ${hostname} does not have a public address.`);
    this.name = 'AddressRefused';
  }
}

/** Whether an IP literal is public unicast. Anything that wraps another address, apart from IPv4-mapped, is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(givenOutIpv6);
}

/** Which hosts the application lets through whatever their address is. */
interface AllowList {
  permits(host: string, port: number): boolean;
}

function readAllowHosts(allowHosts: readonly string[]): AllowList {
  const hosts = new Set(allowHosts.map(readAllowHost));
  return {
    permits(host, port) {
      const canonical = canonicalHost(host);
      return hosts.has(canonical) || hosts.has(`${canonical} ${port}`);
    },
  };
}

/** Answers `host` or `host port`; a space, which no host contains, keeps `::1` with a port from looking like `::1:80`. */
function readAllowHost(entry: string): string {
  const [, host, port] = isIPv6(entry)
    ? [entry, `[${entry}]`]
    : (/^(\[[^\]]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  const url = host === undefined ? null : readUrl(`http://${host}:${port ?? '80'}`);
  if (url === null) {
    throw new SmsError('invalid_request', `"${entry}" in allowHosts is not a host, an address, or either with a port.`);
  }
  return port === undefined ? canonicalHost(url.hostname) : `${canonicalHost(url.hostname)} ${Number(port)}`;
}

function readUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function canonicalHost(host: string): string {
  const bare = withoutBrackets(host).toLowerCase().replace(/\.$/, '');
  return isIP(bare) === 0 ? bare : ipaddr.process(bare).toString();
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function portOf(protocol: string, port: string): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** Throws AddressRefused unless every address may be connected to, by itself or because its host is let through. */
function checkAddresses(hostname: string, port: number, addresses: readonly string[], allowed: AllowList): void {
  if (addresses.length > 0 && allowed.permits(hostname, port)) return;
  // One private address among public ones refuses the name, since the resolver decides which one is tried first.
  const permitted = (address: string): boolean => isPublicAddress(address) || allowed.permits(address, port);
  if (addresses.length === 0 || !addresses.every(permitted)) throw new AddressRefused(hostname);
}

async function addressesOf(hostname: string, resolve: ResolveAddresses, timeoutMs: number): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return [hostname];
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new errors.ConnectTimeoutError('The name was not resolved in time.')), timeoutMs);
  });
  try {
    return await Promise.race([resolve(hostname), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** How a guarded dispatcher is set up. */
export interface GuardedDispatcherOptions {
  /** Hosts or addresses that are let through although they are private: `localhost`, `127.0.0.1`, `hooks.lan:8080`. */
  allowHosts: readonly string[];
  /** How long resolving a name, and then connecting, may each take, in milliseconds. */
  timeoutMs: number;
  /** Where names are resolved; the system's resolver when left out. */
  resolve?: ResolveAddresses;
  /** How sockets are opened; undici's own way when left out. */
  buildConnector?: typeof buildConnector;
}

/** An undici dispatcher that reaches public addresses only, and its end. */
export interface GuardedDispatcher {
  /** Follows no redirects: undici does so only when it is told to. */
  dispatcher: Agent;
  /** Waits for the requests in flight and closes every socket. */
  close(): Promise<void>;
}

/**
 * A dispatcher for URLs that customers chose. A request that leads to an address that is not public fails with
 * {@link AddressRefused} before a byte is sent.
 *
 * @throws SmsError `invalid_request` when an entry of `allowHosts` cannot be read.
 */
export function createGuardedDispatcher(options: GuardedDispatcherOptions): GuardedDispatcher {
  const { timeoutMs, resolve = systemAddresses } = options;
  const build = options.buildConnector ?? buildConnector;
  const allowed = readAllowHosts(options.allowHosts);

  const connect = async (target: buildConnector.Options): Promise<Socket> => {
    const hostname = withoutBrackets(target.hostname);
    const port = portOf(target.protocol, target.port);
    const addresses = await addressesOf(hostname, resolve, timeoutMs);
    checkAddresses(hostname, port, addresses, allowed);

    // A connector for each socket costs TLS resumption, and makes sure that only checked addresses are ever tried.
    const open = build({
      timeout: timeoutMs,
      lookup: pinnedLookup(addresses),
      autoSelectFamilyAttemptTimeout: addressAttemptTimeoutMs,
      maxCachedSessions: 0,
    });
    const socket = await new Promise<Socket>((fulfil, reject) => {
      open(target, (error, opened) => (error === null ? fulfil(opened) : reject(error)));
    });
    try {
      checkAddresses(hostname, port, [socket.remoteAddress ?? ''], allowed);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return socket;
  };

  const dispatcher = new Agent({
    connect: (target, callback) => {
      connect(target).then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(error as Error, null),
      );
    },
  });
  return { dispatcher, close: () => dispatcher.close() };
}

/** Answers what was resolved and checked, whatever the name server would say by now. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    const [first] = pinned;
    if (all === true || first === undefined) callback(null, pinned);
    else callback(null, first.address, first.family);
  };
}

/** What the check of a URL needs to know. */
export interface PublicUrlOptions {
  /** As in {@link GuardedDispatcherOptions}. */
  allowHosts: readonly string[];
  /** Where names are resolved; the system's resolver when left out. */
  resolve?: ResolveAddresses;
}

/**
 * Checks what can be told from the URL itself: its form, its port and a literal address. For URLs that come with
 * every message, where a look-up each would cost more than the message; connecting is guarded all the same.
 *
 * @throws SmsError `invalid_request` with a sentence for the customer.
 */
export function parsePublicUrl(text: string, { allowHosts }: PublicUrlOptions): URL {
  if (text.length > maxUrlLength) throw refused(`is longer than ${maxUrlLength} characters`);
  const url = readUrl(text);
  if (url === null) throw refused('cannot be read; send one such as https://example.com/hook');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('must start with https:// or http://');
  if (url.username !== '' || url.password !== '') {
    throw refused('must not carry a user name or password; check the signature of each delivery instead');
  }
  const port = portOf(url.protocol, url.port);
  const host = canonicalHost(url.hostname);
  if (readAllowHosts(allowHosts).permits(host, port)) return url;
  if (badPorts.has(port)) throw refused(`uses port ${port}, which belongs to another protocol`);
  // RFC 6761 gives these names to the machine itself, so no look-up is needed to know.
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  if (isLocal || (isIP(host) !== 0 && !isPublicAddress(host))) throw notPublic();
  return url;
}

/**
 * Checks a URL when a subscription is created: as {@link parsePublicUrl}, and what its name resolves to.
 *
 * A name that does not resolve is accepted. Customers often subscribe before their DNS is in place, a resolver may be
 * out for a minute, and the check that counts is the one made at each connection.
 *
 * @throws SmsError `invalid_request` with a sentence for the customer.
 */
export async function assertPublicUrl(text: string, options: PublicUrlOptions): Promise<URL> {
  const url = parsePublicUrl(text, options);
  const hostname = withoutBrackets(url.hostname);
  let addresses;
  try {
    addresses = await addressesOf(hostname, options.resolve ?? systemAddresses, creationLookupTimeoutMs);
  } catch {
    return url;
  }
  try {
    checkAddresses(hostname, portOf(url.protocol, url.port), addresses, readAllowHosts(options.allowHosts));
  } catch {
    throw notPublic();
  }
  return url;
}

const refused = (reason: string): SmsError => new SmsError('invalid_request', `The webhook URL ${reason}.`);
const notPublic = (): SmsError => refused('leads to a private, loopback or reserved address; send one that is public');
