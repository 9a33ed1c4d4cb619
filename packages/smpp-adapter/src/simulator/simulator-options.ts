import type { SubmitSm } from '../pdu/commands.js';
import type { Tlv } from '../pdu/tlvs.js';

/** How ids are written. Some operators answer in hexadecimal and write receipts in decimal. */
export type SimulatedIds = 'decimal' | 'hex';

/** A submit_sm or data_sm as the simulated operator saw it, and what it answered. */
export interface SimulatedSubmit {
  readonly systemId: string;
  /** Fields that data_sm has not are empty. `short_message` is only there during the call. */
  readonly body: SubmitSm;
  readonly tlvs: readonly Tlv[];
  /** `command_status`; undefined for a submit that is never answered. */
  readonly status: number | undefined;
  /** `message_id`; undefined unless it was taken. */
  readonly id: string | undefined;
}

/** A message from a handset to be delivered. */
export interface SimulatedInbound {
  /** E.164 of the handset. */
  readonly from: string;
  /** The sender ID or short code it was sent to. */
  readonly to: string;
  readonly text: string;
  /** Who gets it; everybody who is bound to receive when left out. */
  readonly systemId?: string;
  /** How a long one is cut; `udh8` unless said otherwise. */
  readonly concat?: 'udh8' | 'udh16' | 'sar' | 'payload';
}

export interface SmscSimulatorOptions {
  /** 0, the default, takes any port that is free. */
  readonly port?: number;
  /** 127.0.0.1 unless said otherwise. */
  readonly host?: string;
  /** Certificate and key in PEM; without them it speaks in the clear. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Ids begin at a number that is made of it: a run with the same seed names alike. The clock when left out. */
  readonly seed?: string;
  /** From submit to receipt; 50 unless said otherwise. */
  readonly delayMs?: number;
  /** How late the receipt of a number that ends in 910 is; 30,000 unless said otherwise. */
  readonly lateDelayMs?: number;
  /** `decimal` unless said otherwise. */
  readonly ids?: SimulatedIds;
  /** In receipts; the same as in answers unless said otherwise. */
  readonly receiptIds?: SimulatedIds;
  /** Whether receipts have TLVs beside their text; true unless said otherwise. */
  readonly receiptTlvs?: boolean;
  /** Submits a second of all clients together; beyond that RTHROTTLED. Unlimited when absent. */
  readonly tps?: number;
  /** Every so many-th submit ends the connection instead of being taken. */
  readonly dropEvery?: number;
  /** How long every answer to a submit takes; 0 unless said otherwise. */
  readonly slowMs?: number;
  /** What binds have to say; anything when absent. */
  readonly password?: string;
  /** Binds of one system_id; RALYBND beyond. Unlimited when absent. */
  readonly maxBinds?: number;
  /** Receipts of one bind without an answer; 100 unless said otherwise. */
  readonly window?: number;
  /** Receipts that wait for their time or for a bind; RMSGQFUL beyond. 100,000 unless said otherwise. */
  readonly maxOutstanding?: number;
  /** Told of each submit, the way an operator's own log would be. For tests and demonstrations. */
  readonly onSubmit?: (submit: SimulatedSubmit) => void;
}

/** What a simulated operator has seen and done. */
export interface SmscSimulatorCounts {
  /** Bound now. */
  binds: number;
  refusedBinds: number;
  /** submit_sm and data_sm that came. */
  submits: number;
  accepted: number;
  rejected: number;
  throttled: number;
  /** Never answered, as a number that ends in 906 asks. */
  unanswered: number;
  /** Connections ended by `dropEvery`. */
  dropped: number;
  /** deliver_sm that the client took, receipts and messages from handsets. */
  delivered: number;
  /** deliver_sm that the client asked for again. */
  repeated: number;
  /** deliver_sm that the client refused for good. */
  refused: number;
  /** Receipts that wait for their time, a bind or an answer. */
  outstanding: number;
}
