import { operatorScript, scriptedEnd, type OperatorScript } from '@ujumbe/core';
import type { SubmitSm } from '../pdu/commands.js';
import type { Pdu } from '../pdu/pdu.js';
import { tlvValue } from '../pdu/tlvs.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { DelayLine } from './delay-line.js';
import type { Mailbox, SimulatedDelivery } from './mailbox.js';
import { writeId, type IdSequence } from './simulated-ids.js';
import { writeReceipt, type SimulatedReceipt } from './simulated-receipt.js';
import type { SmscSimulatorCounts, SmscSimulatorOptions } from './simulator-options.js';
import { SubmitAllowance } from './submit-allowance.js';

export type SubmitPdu = Pdu<'submit_sm'> | Pdu<'data_sm'>;

/** Who submits, and where it is told of it. */
export interface Submitter {
  readonly session: SmppSession;
  readonly systemId: string;
  readonly mailbox: Mailbox;
}

const { ESME_ROK, ESME_RMSGQFUL, ESME_RSUBMITFAIL, ESME_RTHROTTLED } = commandStatus;

const maxThrottledNumbers = 100_000;
const emptySubmit: SubmitSm = {
  service_type: '',
  source_addr_ton: 0,
  source_addr_npi: 0,
  source_addr: '',
  dest_addr_ton: 0,
  dest_addr_npi: 0,
  destination_addr: '',
  esm_class: 0,
  protocol_id: 0,
  priority_flag: 0,
  schedule_delivery_time: '',
  validity_period: '',
  registered_delivery: 0,
  replace_if_present_flag: 0,
  data_coding: 0,
  sm_default_msg_id: 0,
  short_message: new Uint8Array(0),
};

/** Takes submits, and does with each what the last three digits of its destination ask. */
export class SubmitDesk {
  readonly #allowance: SubmitAllowance;
  readonly #due = new DelayLine<{ mailbox: Mailbox; delivery: SimulatedDelivery }>(({ mailbox, delivery }) =>
    mailbox.push(delivery),
  );
  readonly #answers = new DelayLine<() => void>((answer) => answer());
  /** How often a number that is to be throttled has been. */
  readonly #throttled = new Map<string, number>();

  constructor(
    private readonly options: SmscSimulatorOptions,
    private readonly counts: SmscSimulatorCounts,
    private readonly ids: IdSequence,
  ) {
    this.#allowance = new SubmitAllowance(options.tps ?? Infinity);
  }

  submit(submitter: Submitter, pdu: SubmitPdu): void {
    const submits = ++this.counts.submits;
    if (submits % (this.options.dropEvery ?? Infinity) === 0) {
      this.counts.dropped++;
      submitter.session.destroy();
      return;
    }
    const body: SubmitSm = { ...emptySubmit, ...pdu.body };
    const script = operatorScript(body.destination_addr);
    const status = this.#statusOf(body.destination_addr, script);
    if (status !== ESME_ROK) {
      this.#note(submitter, pdu, body, status, undefined);
      this.#answerSlowly(() => submitter.session.refuse(pdu, status));
      return;
    }
    const id = this.ids.next();
    const messageId = writeId(id, this.options.ids ?? 'decimal');
    this.#note(submitter, pdu, body, script === 'no answer' ? undefined : status, messageId);
    this.#take(submitter, pdu, body, script, { id, messageId });
  }

  /** Answers no more. Receipts stay. */
  stop(): void {
    this.#answers.clear();
  }

  #statusOf(destination: string, script: OperatorScript): number {
    if (!this.#allowance.take(Date.now()) || (script === 'throttled twice' && this.#throttles(destination))) {
      this.counts.throttled++;
      return ESME_RTHROTTLED;
    }
    if (this.counts.outstanding >= (this.options.maxOutstanding ?? 100_000)) {
      this.counts.throttled++;
      return ESME_RMSGQFUL;
    }
    if (script !== 'rejected at submit') return ESME_ROK;
    this.counts.rejected++;
    return ESME_RSUBMITFAIL;
  }

  #throttles(destination: string): boolean {
    const times = (this.#throttled.get(destination) ?? 0) + 1;
    if (times > 2) {
      this.#throttled.delete(destination);
      return false;
    }
    if (this.#throttled.size < maxThrottledNumbers) this.#throttled.set(destination, times);
    return true;
  }

  #take(
    submitter: Submitter,
    pdu: SubmitPdu,
    body: SubmitSm,
    script: OperatorScript,
    { id, messageId }: { id: number; messageId: string },
  ): void {
    const answer = (): void => {
      if (pdu.command === 'submit_sm') submitter.session.respond(pdu, { body: { message_id: messageId } });
      else submitter.session.respond(pdu, { body: { message_id: messageId } });
    };
    const receipt = this.#receiptOf(pdu, body, script, id);
    const { delayMs = 50, lateDelayMs = 30_000 } = this.options;
    if (script === 'receipt first' && receipt) {
      this.counts.accepted++;
      this.#tellFirst(submitter.mailbox, receipt, answer);
      return;
    }
    if (script === 'no answer') {
      this.counts.unanswered++;
      submitter.session.abandon(pdu);
    } else {
      this.counts.accepted++;
      this.#answerSlowly(answer);
    }
    if (receipt) this.#tellLater(submitter.mailbox, receipt, script === 'late receipt' ? lateDelayMs : delayMs);
    if (receipt && script === 'receipt twice') this.#tellLater(submitter.mailbox, receipt, 2 * delayMs);
    if (script === 'replies STOP') this.#tellLater(submitter.mailbox, replyTo(body, 'STOP'), 2 * delayMs);
  }

  /** Nothing when the client wants no receipt. */
  #receiptOf(pdu: SubmitPdu, body: SubmitSm, script: OperatorScript, id: number): SimulatedDelivery | undefined {
    const state = scriptedEnd(script);
    if (state === undefined || (body.registered_delivery & 3) === 0) return undefined;
    const { ids = 'decimal', receiptIds = ids, receiptTlvs = true } = this.options;
    const receipt: SimulatedReceipt = {
      id: writeId(id, receiptIds),
      state,
      source: { ton: body.source_addr_ton, npi: body.source_addr_npi, address: body.source_addr },
      destination: { ton: body.dest_addr_ton, npi: body.dest_addr_npi, address: body.destination_addr },
      submittedAt: Date.now(),
      userReference: tlvValue(pdu.tlvs, 'user_message_reference'),
    };
    return { write: () => writeReceipt(receipt, receiptTlvs) };
  }

  #tellLater(mailbox: Mailbox, delivery: SimulatedDelivery, delayMs: number): void {
    mailbox.expect();
    this.#due.add(delayMs, { mailbox, delivery });
  }

  /** The submit is answered when the receipt is; at once when nobody is there to take it. */
  #tellFirst(mailbox: Mailbox, receipt: SimulatedDelivery, answer: () => void): void {
    mailbox.expect();
    const { hasReceiver } = mailbox;
    mailbox.push({ ...receipt, ...(hasReceiver && { onAnswered: answer }) });
    if (!hasReceiver) answer();
  }

  #answerSlowly(answer: () => void): void {
    const { slowMs = 0 } = this.options;
    if (slowMs > 0) this.#answers.add(slowMs, answer);
    else answer();
  }

  #note(
    { systemId }: Submitter,
    { tlvs }: SubmitPdu,
    body: SubmitSm,
    status: number | undefined,
    id: string | undefined,
  ): void {
    this.options.onSubmit?.({ systemId, body, tlvs, status, id });
  }
}

function replyTo(body: SubmitSm, text: string): SimulatedDelivery {
  return {
    write: () => ({
      body: {
        source_addr_ton: body.dest_addr_ton,
        source_addr_npi: body.dest_addr_npi,
        source_addr: body.destination_addr,
        dest_addr_ton: body.source_addr_ton,
        dest_addr_npi: body.source_addr_npi,
        destination_addr: body.source_addr,
        short_message: Buffer.from(text, 'latin1'),
      },
      tlvs: undefined,
    }),
  };
}
