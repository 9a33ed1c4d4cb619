import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../contracts/eventually.js';
import { endedWithTests } from './ended-with-tests.js';

/** Octets that are not text, in hexadecimal digits. */
export interface Octets {
  hex: string;
}

type Argument = number | string | Octets | readonly (number | string)[];

/** Fields and TLVs by their names in Net::SMPP, which are those of SMPP 3.4. */
export type NetSmppFields = Readonly<Record<string, Argument>>;

/** A PDU as Net::SMPP read it. */
export interface NetSmppPdu {
  command: string;
  sequence: number;
  /** As Net::SMPP calls it: `ESME_ROK`; a number in hexadecimal digits when it has no name for it. */
  status: string;
  fields: Record<string, unknown>;
  /** When it was read; milliseconds since the epoch. */
  at: number;
}

type Line = { sent: number } | { pdu: NetSmppPdu } | { warning: string } | { closed: 1 };

// Perl is not compiled, so it is where its source is.
const script = join(__dirname, '../../../src/smpp/peers/net-smpp.pl');

/** An ESME in a process of its own, made of Perl's Net::SMPP. */
export class NetSmpp {
  /** All that came, responses too. */
  readonly received: NetSmppPdu[] = [];
  /** What Net::SMPP did not understand. */
  readonly warnings: string[] = [];
  isClosed = false;
  readonly #child: ChildProcess;
  readonly #sent: number[] = [];
  #calls = 0;

  private constructor(port: number) {
    this.#child = endedWithTests(spawn('perl', [script, '127.0.0.1', String(port)], { stdio: 'pipe' }));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.warnings.push(text));
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#hear(JSON.parse(line) as Line));
    this.#child.on('exit', () => (this.isClosed = true));
    this.#child.stdin?.on('error', () => {});
  }

  static connect(port: number): NetSmpp {
    return new NetSmpp(port);
  }

  /** Calls a method of Net::SMPP, which sends a request, and waits for what it is answered. */
  async call(method: string, fields: NetSmppFields = {}): Promise<NetSmppPdu> {
    const sequence = await this.#sequenceOf([method, ...Object.entries(fields).flat()]);
    return eventually(`${method} is answered`, () => this.answers(sequence)[0]);
  }

  /** The responses to one request; more than one is a fault of ours. */
  answers(sequence: number): NetSmppPdu[] {
    return this.received.filter((pdu) => pdu.sequence === sequence && /_resp$|^generic_nack$/.test(pdu.command));
  }

  async #sequenceOf(call: readonly unknown[]): Promise<number> {
    const nth = this.#calls++;
    this.#write(call);
    return eventually(`${String(call[0])} is sent`, () => this.#sent[nth]);
  }

  /** Puts octets of the test's own on the connection. */
  writeOctets(hex: string): void {
    this.#write(['write', hex]);
  }

  /** The `command_status` that deliveries are answered with from here on. */
  answerDeliveriesWith(status: number): void {
    this.#write(['answer deliveries with', status]);
  }

  of(command: string): NetSmppPdu[] {
    return this.received.filter((pdu) => pdu.command === command);
  }

  /** Waits for the delivery that is looked for. */
  delivery(what: string, is: (fields: NetSmppPdu['fields']) => boolean): Promise<NetSmppPdu> {
    return eventually(what, () => this.of('deliver_sm').find(({ fields }) => is(fields)));
  }

  closes(): Promise<true> {
    return eventually('the connection is closed', () => this.isClosed);
  }

  /** Ends the process, and with it the connection. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }

  #write(call: readonly unknown[]): void {
    this.#child.stdin?.write(`${JSON.stringify(call)}\n`);
  }

  #hear(line: Line): void {
    if ('sent' in line) this.#sent.push(line.sent);
    else if ('pdu' in line) this.received.push({ ...line.pdu, at: Date.now() });
    else if ('warning' in line) this.warnings.push(line.warning);
    else this.isClosed = true;
  }
}
