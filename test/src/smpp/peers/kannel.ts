import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../contracts/eventually.js';
import { Receiver } from '../../contracts/receiver.js';
import { freePorts } from '../../support/free-ports.js';
import { endedWithTests, endProcess } from './ended-with-tests.js';
import { kannelConfiguration, kannelLogs, kannelPassword, type KannelPlan } from './kannel-configuration.js';

export type KannelLogin = Pick<KannelPlan, 'bind' | 'port' | 'systemId' | 'password' | 'trusting' | 'alphabet'>;

/** A text for Kannel to send. */
export interface KannelText {
  from: string;
  to: string;
  text: string;
  /** Its name for this one in what it tells of it. */
  reference: string;
  unicode?: boolean;
}

/** What Kannel told of a text of ours; source: its user guide, "Delivery Reports". */
export type KannelTold = 'delivered' | 'not delivered' | 'buffered' | 'accepted' | 'refused';

const toldByType: Readonly<Record<string, KannelTold>> = {
  1: 'delivered',
  2: 'not delivered',
  4: 'buffered',
  8: 'accepted',
  16: 'refused',
  // Not delivered, and why: its time was over.
  34: 'not delivered',
};
const everyReport = 31;
const atATime = 10;

/** Kannel as a customer runs it: bearerbox with the bind to us, smsbox with HTTP towards the customer's application. */
export class Kannel {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ujumbe-kannel-'));
  readonly #application = new Receiver();
  readonly #boxes: ChildProcess[] = [];
  #adminPort = 0;
  #sendPort = 0;

  private constructor() {}

  /** Starts both boxes and waits until they know each other, and until the bind stands unless told not to. */
  static async start(login: KannelLogin, { bound = true } = {}): Promise<Kannel> {
    const kannel = new Kannel();
    try {
      await kannel.#start(login, bound);
    } catch (error) {
      const logs = kannel.log().slice(-40).join('\n');
      await kannel.close();
      throw new Error(`Kannel did not start: ${String(error)}\n${logs}`, { cause: error });
    }
    return kannel;
  }

  async #start(login: KannelLogin, bound: boolean): Promise<void> {
    await this.#application.up();
    const [adminPort, boxPort, sendPort] = await freePorts(3);
    this.#adminPort = adminPort!;
    this.#sendPort = sendPort!;
    const plan = {
      ...login,
      host: '127.0.0.1',
      adminPort: adminPort!,
      boxPort: boxPort!,
      sendPort: sendPort!,
      inboundUrl: this.#application.url('/inbound'),
      folder: this.#folder,
    };
    const file = join(this.#folder, 'kannel.conf');
    writeFileSync(file, kannelConfiguration(plan));
    this.#run('bearerbox', file);
    await eventually('bearerbox answers', async () => (await this.status()) !== undefined);
    this.#run('smsbox', file);
    await eventually('smsbox is known to bearerbox', async () => (await this.status())?.includes('smsbox:box'));
    const binds = login.bind === 'transceiver' ? 1 : 2;
    if (bound) await eventually('Kannel is bound', async () => (await this.binds()) === binds);
  }

  #run(box: string, file: string): void {
    this.#boxes.push(endedWithTests(spawn(box, ['-v', '4', file], { cwd: this.#folder, stdio: 'ignore' })));
  }

  /** What bearerbox says of itself; undefined when it does not. */
  async status(): Promise<string | undefined> {
    const url = `http://127.0.0.1:${this.#adminPort}/status.txt?password=${kannelPassword}`;
    return fetch(url).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }

  /** How many connections to us it counts as bound. */
  async binds(): Promise<number> {
    return (await this.status())?.match(/\(online /g)?.length ?? 0;
  }

  /** Hands a text to smsbox, as a customer's application does. */
  async send({ from, to, text, reference, unicode = false }: KannelText): Promise<void> {
    const query = new URLSearchParams({
      username: kannelPassword,
      password: kannelPassword,
      from,
      to,
      text,
      charset: 'UTF-8',
      coding: unicode ? '2' : '0',
      'dlr-mask': String(everyReport),
      'dlr-url': `${this.#application.url('/told')}?reference=${reference}&type=%d&answer=%A`,
    });
    const answer = await fetch(`http://127.0.0.1:${this.#sendPort}/cgi-bin/sendsms?${query.toString()}`);
    if (answer.status !== 202) throw new Error(`sendsms: ${answer.status} ${await answer.text()}`);
  }

  /** Hands over many texts, a few at a time: smsbox leaves connections that it has no room for waiting for minutes. */
  async sendAll(texts: readonly KannelText[]): Promise<void> {
    for (let first = 0; first < texts.length; first += atATime) {
      await Promise.all(texts.slice(first, first + atATime).map((text) => this.send(text)));
    }
  }

  /** What was told of a text, in order. */
  told(reference: string): KannelTold[] {
    return this.#queriesTo('/told')
      .filter((query) => query.get('reference') === reference)
      .map((query) => toldByType[textIn(query, 'type')]!);
  }

  /** What handsets wrote, as the customer's application hears it. */
  inbound(): { from: string; to: string; text: string }[] {
    return this.#queriesTo('/inbound').map((query) => ({
      from: textIn(query, 'from'),
      to: textIn(query, 'to'),
      text: textIn(query, 'text', textIn(query, 'coding') === '2' ? 'utf-16be' : 'utf-8'),
    }));
  }

  #queriesTo(path: string): Query[] {
    return this.#application.posts
      .map((request) => request.path.split('?'))
      .filter(([pathname]) => pathname === path)
      .map(([, query = '']) => new Map(query.split('&').map((pair) => pair.split('=') as [string, string])));
  }

  /** The lines of both logs. */
  log(): string[] {
    return kannelLogs(this.#folder)
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  }

  /** Ends the boxes; a box that does not end by itself is killed. */
  async close(): Promise<void> {
    for (const box of this.#boxes.splice(0).reverse()) await endProcess(box);
    await this.#application.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A query as it was written: what its octets mean depends on the text's alphabet. */
type Query = ReadonlyMap<string, string>;

function textIn(query: Query, name: string, charset = 'utf-8'): string {
  const latin1 = (query.get(name) ?? '')
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder(charset).decode(Buffer.from(latin1, 'latin1'));
}
