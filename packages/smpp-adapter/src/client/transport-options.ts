import type { Logger, SmsErrorCode } from '@ujumbe/core';
import type { DefaultAlphabet } from '../user-data/alphabets.js';
import type { NationalLanguage } from '../user-data/national-languages.js';
import type { ConcatenationForm } from '../user-data/write-user-data.js';
import { defaultAddressTypes, type AddressTypes } from '../addresses.js';

/** How the operator's certificate is known. Without `pin` it is verified against `ca`, or Node's own authorities. */
export interface SmppTls {
  /** Authorities in PEM, instead of Node's own. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** The name in the certificate, also sent as SNI; `host` unless said otherwise. */
  readonly servername?: string;
  /**
   * SHA-256 of the operator's certificate, in hexadecimal with or without colons (`openssl x509 -fingerprint -sha256`).
   * The certificate that has it is taken, self-signed or not, and no other; with `ca` it must be signed as well.
   */
  readonly pin?: string;
  /** A client certificate and its key in PEM, for operators that ask for one. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** False takes any certificate: whoever stands between can then read and change everything. */
  readonly rejectUnauthorized?: boolean;
}

/** TX + RX counts pairs: `count` 2 makes two transmitters and two receivers. */
export interface SmppBinds {
  readonly kind: 'trx' | 'tx+rx';
  readonly count: number;
}

/** What the transport does by the clock, in milliseconds. Source: contracts/smpp.md §5.4 and §6.8. */
export interface SmppClientTimers {
  /** TCP, and TLS where it is used, and the answer to the bind. */
  readonly connectMs: number;
  /** A submit without an answer is `unknown` after this. */
  readonly responseMs: number;
  readonly enquireLinkMs: number;
  readonly enquireResponseMs: number;
  /** The wait before a connection that ended, or could not be made, is made again: doubled each time. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** The same after RALYBND and RBINDFAIL, where an old session has to end at the operator first. */
  readonly occupiedMinMs: number;
  readonly occupiedMaxMs: number;
  /** The wait after a password or name that the operator does not know. */
  readonly refusedMs: number;
  /** A message that could not leave for so long is handed back as `deferred`. */
  readonly holdMs: number;
  /** What `stop` waits for answers and for reports that are being stored. */
  readonly drainMs: number;
  /** How long the rest of a long message from a handset is waited for. */
  readonly joinMs: number;
}

export interface SmppTransportOptions {
  /** The transport's name in routes, history and health. */
  readonly name: string;
  readonly host: string;
  /** 2775 unless said otherwise, 2776 with TLS. */
  readonly port?: number;
  readonly systemId: string;
  readonly password: string;
  readonly systemType?: string;
  /** What the binds receive for, in the form the operator has agreed to; empty unless said otherwise. */
  readonly addressRange?: string;
  readonly tls?: boolean | SmppTls;
  /** One transceiver unless said otherwise. */
  readonly binds?: SmppBinds;
  /** Submits of one bind without an answer; 10 unless said otherwise. */
  readonly window?: number;
  /** Segments a second, of all binds together; unlimited when absent. */
  readonly tps?: number;
  /** TON and NPI of each kind of address. */
  readonly addresses?: Partial<AddressTypes>;
  /** What the operator takes `data_coding` 0 for; GSM 7-bit, a septet an octet, unless said otherwise. */
  readonly alphabet?: DefaultAlphabet;
  /** National languages in which texts may be written in GSM 7-bit; none unless the operator passes them on. */
  readonly languages?: readonly NationalLanguage[];
  /** Packs GSM 7-bit text, for the rare operator that wants it. */
  readonly packed?: boolean;
  /** `udh8` unless said otherwise, whose parts are as long as the ones that are billed. */
  readonly concat?: ConcatenationForm;
  /** `registered_delivery`; 1, a receipt for success and failure, unless said otherwise. */
  readonly registeredDelivery?: number;
  readonly serviceType?: string;
  /** Whether `validity_period` is sent; true unless said otherwise. */
  readonly validity?: boolean;
  /** `one` for an operator that sends a receipt for the whole of a long message. */
  readonly receiptsPerMessage?: 'every' | 'one';
  /**
   * Sends `user_message_reference`, which an operator repeats in its receipts: only so can a message be settled whose
   * submit was never answered. True unless said otherwise; it is left out from the first time it is not allowed.
   */
  readonly userReference?: boolean;
  /** What RSYSERR means: `defer` sends the message again later, as Kannel and Jasmin do (default). */
  readonly onSystemError?: 'defer' | 'reject';
  /** What statuses of this operator's own (0x400 and above) mean, or others that it uses in its own way. */
  readonly statuses?: Readonly<Record<number, SmsErrorCode | 'defer'>>;
  readonly timers?: Partial<SmppClientTimers>;
  /** Silent when absent. It is never told numbers, texts or passwords. */
  readonly logger?: Logger;
}

export const defaultClientTimers: SmppClientTimers = {
  connectMs: 15_000,
  responseMs: 60_000,
  enquireLinkMs: 30_000,
  enquireResponseMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 60_000,
  occupiedMinMs: 30_000,
  occupiedMaxMs: 120_000,
  refusedMs: 60_000,
  holdMs: 5_000,
  drainMs: 5_000,
  joinMs: 300_000,
};

/** The options with nothing left out that has a default. */
export interface ClientSettings extends SmppTransportOptions {
  readonly port: number;
  readonly binds: SmppBinds;
  readonly window: number;
  readonly addresses: AddressTypes;
  readonly alphabet: DefaultAlphabet;
  readonly concat: ConcatenationForm;
  readonly registeredDelivery: number;
  readonly validity: boolean;
  readonly timers: SmppClientTimers;
  readonly logger: Logger;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Throws a RangeError for what cannot be, now and not at the first message. */
export function settingsOf(options: SmppTransportOptions): ClientSettings {
  const settings = {
    ...options,
    port: options.port ?? (options.tls === undefined || options.tls === false ? 2775 : 2776),
    binds: options.binds ?? { kind: 'trx', count: 1 },
    window: options.window ?? 10,
    addresses: { ...defaultAddressTypes, ...options.addresses },
    alphabet: options.alphabet ?? 'gsm7',
    concat: options.concat ?? 'udh8',
    registeredDelivery: options.registeredDelivery ?? 1,
    validity: options.validity ?? true,
    timers: { ...defaultClientTimers, ...options.timers },
    logger: options.logger ?? silent,
  };
  checkLength('systemId', options.systemId, 15);
  checkLength('password', options.password, 128);
  checkLength('systemType', options.systemType ?? '', 12);
  checkLength('addressRange', options.addressRange ?? '', 40);
  checkLength('serviceType', options.serviceType ?? '', 5);
  checkWhole('window', settings.window, 1, 10_000);
  checkWhole('binds.count', settings.binds.count, 1, 100);
  checkWhole('port', settings.port, 1, 65_535);
  checkWhole('registeredDelivery', settings.registeredDelivery, 0, 255);
  if (options.tps !== undefined && !(options.tps > 0)) throw new RangeError('tps must be above zero.');
  return settings;
}

function checkLength(field: string, value: string, longest: number): void {
  if (value.length > longest || /[\0\u0100-\uffff]/.test(value)) {
    throw new RangeError(`${field} must have at most ${longest} latin1 characters.`);
  }
}

function checkWhole(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${field} must be a whole number from ${least} to ${most}.`);
  }
}
