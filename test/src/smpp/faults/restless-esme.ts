import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SmppSession, tlvValue, writeUserData, type AnyPdu, type UserDataPart } from '@ujumbe/smpp-adapter';
import type { SeededRandom } from '../../faults/seeded-random.js';

export interface EsmeAccount {
  systemId: string;
  password: string;
}

/** One submit_sm as the ESME remembers it. */
export interface Submission {
  destination: string;
  /** How many submissions its message takes; 1 unless it is long. */
  parts: number;
  /** What it was answered; nothing when the connection went first. */
  status?: number;
  id?: string;
}

/** Lives at most so long that the platform gives up on what nobody can know of: two minutes. */
const validity = '000000000200000R';
const submittersAtATime = 8;
const reconnectMs = 30;

/**
 * An ESME that submits without a rest and binds again as soon as it can. It never repeats a submission, so that
 * whatever the operator has twice was doubled by the platform.
 */
export class RestlessEsme {
  readonly submissions: Submission[] = [];
  /** The `stat` words of the receipts it was told, by the id they name, in their order. */
  readonly told = new Map<string, string[]>();
  /** Called at each receipt, before it is answered. */
  onTold: () => void = () => {};
  readonly #stopping = new AbortController();
  #session: SmppSession | undefined;
  #running: Promise<void> | undefined;
  #submits = true;
  #serial = 0;

  constructor(
    private readonly port: number,
    private readonly account: EsmeAccount,
    private readonly random: SeededRandom,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** From here on it only listens. */
  submitNoMore(): void {
    this.#submits = false;
  }

  get answered(): (Submission & { id: string })[] {
    return this.submissions.filter((one): one is Submission & { id: string } => one.id !== undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#session?.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#serveOneBind();
      await pause(reconnectMs);
    }
  }

  /** Resolves when the connection has gone. */
  async #serveOneBind(): Promise<void> {
    const session: SmppSession = new SmppSession(connect(this.port, '127.0.0.1'), {
      role: 'esme',
      windowSize: 2 * submittersAtATime,
      onRequest: (pdu) => this.#onRequest(session, pdu),
    });
    this.#session = session;
    const closed = new Promise<void>((resolve) => session.once('close', () => resolve()));
    const { systemId, password } = this.account;
    const bound = await session
      .request('bind_transceiver', { system_id: systemId, password, interface_version: 0x34 })
      .then(({ status }) => status === 0)
      .catch(() => false);
    if (!bound) session.destroy();
    else await Promise.all(Array.from({ length: submittersAtATime }, () => this.#submitTo(session)));
    await closed;
  }

  async #submitTo(session: SmppSession): Promise<void> {
    while (this.#submits && session.isBound) {
      await this.#submitOne(session);
      await pause(this.random.between(1, 10));
    }
  }

  async #submitOne(session: SmppSession): Promise<void> {
    const serial = ++this.#serial;
    // The last three digits ask nothing of the operator.
    const destination = `25571${String(Math.floor(serial / 900)).padStart(4, '0')}${String(serial % 900).padStart(3, '0')}`;
    const words = this.random.pick([3, 3, 3, 60, 100]);
    // No two parts of a text are alike, so that one that was sent twice shows.
    const text = Array.from({ length: words }, (_, index) => `${serial}/${index}`).join(' ');
    const concat = this.random.pick(['udh8', 'udh16', 'sar'] as const);
    const parts = writeUserData(text, { alphabet: 'gsm7', concat, reference: serial & 0xff });
    await Promise.all(parts.map((part) => this.#submitPart(session, destination, part, parts.length)));
  }

  async #submitPart(
    session: SmppSession,
    destination: string,
    { tlvs, ...fields }: UserDataPart,
    parts: number,
  ): Promise<void> {
    const submission: Submission = { destination, parts };
    this.submissions.push(submission);
    const addresses = { source_addr_ton: 5, source_addr: 'DUKA', dest_addr_ton: 1, dest_addr_npi: 1 };
    const body = { ...addresses, destination_addr: destination, validity_period: validity, registered_delivery: 1 };
    try {
      const response = await session.request('submit_sm', { ...body, ...fields }, tlvs);
      submission.status = response.status;
      if (response.command === 'submit_sm_resp' && response.status === 0) submission.id = response.body.message_id;
    } catch {
      // Nobody knows what became of it.
    }
  }

  #onRequest(session: SmppSession, pdu: AnyPdu): void {
    if (pdu.command !== 'deliver_sm') return;
    const id = tlvValue(pdu.tlvs, 'receipted_message_id') ?? 'none';
    const [, stat = 'none'] = /stat:(\w+)/.exec(Buffer.from(pdu.body.short_message).toString('latin1')) ?? [];
    const told = this.told.get(id);
    if (told) told.push(stat);
    else this.told.set(id, [stat]);
    this.onTold();
    session.respond(pdu, { status: 0 });
  }
}
