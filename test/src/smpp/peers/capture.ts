import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endedWithTests, endProcess } from './ended-with-tests.js';

/** A PDU as tshark's dissector, which is nobody's of the two that speak, sees it. */
export interface CapturedPdu {
  connection: number;
  /** True when we sent it. */
  isOurs: boolean;
  /** `command_id` */
  id: number;
  sequence: number;
}

/** What went over the wire. */
export interface Captured {
  pdus: CapturedPdu[];
  /** What tshark finds fault with in a frame we sent: malformed PDUs, and those with a text twice. */
  faults: string[];
}

const bufferMiB = 16;
/** How long the kernel may keep what it has seen from the capture. */
const lateMs = 500;

/** What goes over one port of this machine, written down as it goes. Only root may look. */
export class Capture {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ujumbe-capture-'));
  readonly #file = join(this.#folder, 'capture.pcapng');
  readonly #child: ChildProcess;

  private constructor(readonly port: number) {
    const args = ['-q', '-i', 'lo', '-B', String(bufferMiB), '-f', `tcp port ${port}`, '-w', this.#file];
    this.#child = endedWithTests(spawn('dumpcap', args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  }

  /** Resolves once everything from now on is captured, and with undefined where it is not allowed to. */
  static async start(port: number): Promise<Capture | undefined> {
    const capture = new Capture(port);
    if (await capture.#hasStarted()) return capture;
    capture.#remove();
    return undefined;
  }

  async #hasStarted(): Promise<boolean> {
    const started = new Promise<boolean>((resolve) => {
      let said = '';
      this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('File: ')) resolve(true);
      });
    });
    return Promise.race([started, once(this.#child, 'exit').then(() => false)]);
  }

  /** Ends the capture, if that has not been done, and reads it. */
  async read(): Promise<Captured> {
    await sleep(lateMs);
    await endProcess(this.#child, 'SIGINT');
    return dissect(this.#file, this.port);
  }

  async close(): Promise<void> {
    await endProcess(this.#child, 'SIGINT');
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const fields = [
  'frame.number',
  'tcp.stream',
  'tcp.srcport',
  'smpp.command_id',
  'smpp.sequence_number',
  '_ws.malformed',
  'smpp.message_payload.duplicate',
  '_ws.expert.message',
];

function dissect(file: string, port: number): Captured {
  const args = ['-r', file, '-d', `tcp.port==${port},smpp`, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a'];
  const output = execFileSync('tshark', [...args, ...fields.flatMap((field) => ['-e', field])], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pdus: CapturedPdu[] = [];
  const faults: string[] = [];
  for (const line of output.split('\n').filter(Boolean)) {
    const [frame, stream, source, ids = '', sequences = '', malformed, twice, experts] = line.split('\t');
    const connection = Number(stream);
    const isOurs = Number(source) === port;
    if (isOurs && (malformed || twice)) faults.push(`frame ${frame}: ${experts}`);
    const sequenceOf = sequences.split(',');
    for (const [index, id] of ids.split(',').filter(Boolean).entries()) {
      pdus.push({ connection, isOurs, id: Number(id), sequence: Number(sequenceOf[index]) });
    }
  }
  return { pdus, faults };
}
