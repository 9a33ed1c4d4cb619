import { connect } from 'node:net';
import { SmppSession } from '@ujumbe/smpp-adapter';
import * as smpp from 'smpp';
import { Percentiles } from '../percentiles.js';
import { submitFields, submitText } from '../smpp-workload.js';

export interface EsmeInput {
  library: 'ours' | 'npm smpp';
  port: number;
  /** Submits without an answer at any time. */
  window: number;
  seconds: number;
}

export interface EsmeOutput {
  submits: number;
  seconds: number;
  p50: number;
  p99: number;
}

/** Sends one text and resolves with the status of its answer. */
type Submit = () => Promise<number>;

const warmUpMs = 500;
/** One submit in so many is timed. */
const sampleEvery = 64;

/** Submits over one session as fast as its window lets it. */
export async function run({ library, port, window, seconds }: EsmeInput): Promise<EsmeOutput> {
  const { submit, close } = await (library === 'ours' ? ours(port, window) : npmSmpp(port));
  await load(submit, window, warmUpMs);
  const measured = await load(submit, window, seconds * 1_000);
  await close();
  return measured;
}

async function load(submit: Submit, window: number, forMs: number): Promise<EsmeOutput> {
  const times = new Percentiles();
  const startedMs = performance.now();
  let submits = 0;
  let isOver = false;
  const timer = setTimeout(() => (isOver = true), forMs);
  const lane = async (): Promise<void> => {
    while (!isOver) {
      const sentMs = submits++ % sampleEvery === 0 ? performance.now() : 0;
      if ((await submit()) !== 0) throw new Error('A submit was refused.');
      if (sentMs > 0) times.add(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
  clearTimeout(timer);
  return { submits, seconds: (performance.now() - startedMs) / 1_000, ...times.spread() };
}

async function ours(port: number, windowSize: number): Promise<{ submit: Submit; close: () => Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  const session = new SmppSession(socket, { role: 'esme', windowSize, onRequest: () => undefined });
  await session.request('bind_transceiver', { system_id: 'bench', password: 'bench', interface_version: 0x34 });
  const body = { ...submitFields, short_message: Buffer.from(submitText) };
  return {
    submit: async () => (await session.request('submit_sm', body)).status,
    close: () => session.unbind(),
  };
}

async function npmSmpp(port: number): Promise<{ submit: Submit; close: () => Promise<void> }> {
  const session = await new Promise<smpp.Session>((resolve) => {
    const connecting = smpp.connect(`smpp://127.0.0.1:${port}`, () => resolve(connecting));
  });
  const status = (send: (answered: (pdu: smpp.Pdu) => void) => void): Promise<number> =>
    new Promise((resolve) => send((pdu) => resolve(pdu.command_status)));
  await status((answered) => session.bind_transceiver({ system_id: 'bench', password: 'bench' }, answered));
  const fields = { ...submitFields, short_message: submitText };
  return {
    submit: () => status((answered) => session.submit_sm(fields, answered)),
    close: () => {
      session.close();
      return Promise.resolve();
    },
  };
}
