import type { Access } from '../accounts/access.js';
import type { SmsErrorCode } from '../errors.js';
import type { MessageState } from '../events.js';
import type { RejectedItem } from '../messaging/prepare-messages.js';
import type { Lane } from '../queue/job.js';
import type { Waiter } from '../signal.js';

/** How an account may bind over SMPP. */
export interface EsmeSettings {
  /** IP addresses and CIDR ranges it may come from; any when empty. */
  addresses: readonly string[];
  /** What its plan allows one session; the adapter's default when null. */
  segmentsPerSecond: number | null;
  /** The most sessions at a time; the adapter's default when null. */
  maxSessions: number | null;
  /** How it reads and writes `data_coding` 0; the adapter's default when null. */
  alphabet: 'gsm7' | 'latin1' | 'ascii' | 'utf8' | null;
}

/** What a session and an account may do where no setting says otherwise. */
export const usualEsmeLimits = { segmentsPerSecond: 50, maxSessions: 5 } as const;

/** An account that has proven who it is at a bind. */
export interface EsmeLogin {
  accountId: string;
  teamCode: string;
  /** ISO 3166 alpha-2; how numbers without a country code are read. */
  country: string;
  settings: EsmeSettings;
  /** The token it bound with; null when it used its SMPP password. */
  access: Access | null;
  /** Changes with the account, its tokens' revocation and its SMPP password: a session on an older one is looked at again. */
  version: string;
}

/** Which ends of a message its sender wants to be told of. */
export type EsmeTell = 'never' | 'always' | 'success' | 'failure';

/** What an ESME submits: one text to one or several numbers. */
export interface EsmeSubmission {
  items: readonly {
    to: string;
    /** Whatever the adapter needs to write the receipt; given back as it was. At most 1,000 characters. */
    envelope: string;
  }[];
  /** An approved sender ID; the account's default when absent. */
  senderId?: string | undefined;
  text: string;
  /** Set when the text is one part of a longer one. */
  part?: EsmePart | undefined;
  lane?: Lane | undefined;
  /** Milliseconds since the epoch. */
  scheduledAt?: number | undefined;
  validityMs?: number | undefined;
  tell: EsmeTell;
  /** The session it came over, so that its receipt can go there first. */
  session: string;
}

/** A part's place in a long message. */
export interface EsmePart {
  /** Names the long message among those from the same sender to the same number. */
  reference: string;
  /** 2 to 255. */
  total: number;
  /** From 1. */
  number: number;
}

/** What was answered to a submission: a decimal id of 10 to 18 digits. */
export interface EsmeSubmitted {
  id: string;
  /** The numbers of a submission to several that were refused. */
  rejected: RejectedItem[];
}

/** How a submitted message stands. */
export interface EsmeStatus {
  state: MessageState;
  finalAt: number | null;
  errorCode: SmsErrorCode | null;
  /** The operator's own number for what went wrong, as it wrote it. */
  upstreamError: string | null;
  envelope: string;
}

/** A receipt to be told to an ESME. */
export interface EsmeReceipt {
  kind: 'receipt';
  /** The id the submission was answered with. */
  submittedId: string;
  envelope: string;
  session: string;
  submittedAt: number;
  state: MessageState;
  errorCode: string | null;
  /** The operator's own number for what went wrong, as it wrote it; absent when it gave none. */
  upstreamError?: string | undefined;
  at: number;
}

/** A message from a handset to be told to an ESME. */
export interface EsmeInbound {
  kind: 'inbound';
  /** E.164 of the handset. */
  from: string;
  to: string;
  text: string;
  at: number;
}

/** Something an account is to be told over SMPP. */
export interface EsmeDelivery {
  id: string;
  accountId: string;
  /** How often it was offered before. */
  attempts: number;
  createdAt: number;
  body: EsmeReceipt | EsmeInbound;
}

/** Who tells deliveries in this process, and so is given those it stores without having to claim them. */
export interface EsmeDeliveryTaker {
  /** How many more of an account it takes, in order; 0 when older ones wait that it has not claimed. */
  room(accountId: string): number;
  /** Each has to be settled, as those that are claimed. */
  take(deliveries: readonly EsmeDelivery[]): void;
}

/** What became of offering a delivery. */
export type EsmeDeliveryOutcome =
  | { id: string; kind: 'told' }
  /** The ESME will not have it; it is not offered again. */
  | { id: string; kind: 'refused' }
  | { id: string; kind: 'later'; nextAt: number }
  /** It was offered to nobody: it is as if it had not been claimed. */
  | { id: string; kind: 'returned' };

/** A session as its account sees it. */
export interface EsmeSessionView {
  id: string;
  bind: 'transmitter' | 'receiver' | 'transceiver';
  remoteAddress: string;
  tls: boolean;
  /** Milliseconds since the epoch. */
  boundAt: number;
  /** What it may submit, in segments a second. */
  segmentsPerSecond: number;
  /** Deliveries that it has and has not answered. */
  windowInFlight: number;
  /** Its submissions that are not answered yet. */
  unanswered: number;
  submitted: number;
  refused: number;
  /** Receipts and messages from handsets it has taken. */
  told: number;
}

/** Numbers for metrics and doctor. */
export interface EsmeCounts {
  /** Deliveries that wait to be told. */
  waiting: number;
  /** Parts of long messages that wait for the others. */
  parts: number;
}

/**
 * What the platform does for customers who bind over SMPP. The adapter owns the sockets and the protocol; here are
 * the decisions and everything that must survive a crash.
 */
export interface EsmeApi {
  /**
   * Tells who binds: a team code with its SMPP password or with an API token of the `messages` scope.
   *
   * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `scope_missing`, `account_suspended`
   */
  authenticate(teamCode: string, password: string): Promise<EsmeLogin>;
  /** Reads a login again. @throws SmsError when its session may not go on */
  refresh(login: EsmeLogin): Promise<EsmeLogin>;
  /** Which of the logins are no longer as they were read, in one look. */
  outdated(logins: readonly EsmeLogin[]): Promise<EsmeLogin[]>;
  /** A new SMPP password of 8 letters and digits, shown this once; the one before is over at once. */
  rotatePassword(accountId: string): Promise<string>;
  settings(accountId: string): Promise<EsmeSettings>;
  configure(accountId: string, changes: Partial<EsmeSettings>): Promise<EsmeSettings>;
  /** From here on events become deliveries for accounts that have bound within the last three days. */
  open(): Promise<void>;
  close(deadlineMs: number): Promise<void>;
  /** Notes that an account has bound, which is why messages from handsets are kept for it. */
  bound(accountId: string): Promise<void>;
  /** Accepts a submission: its messages are the same as those of `Sms.send`. @throws SmsError */
  submit(login: EsmeLogin, submission: EsmeSubmission): Promise<EsmeSubmitted>;
  /** @throws SmsError `not_found` */
  query(accountId: string, id: string): Promise<EsmeStatus>;
  /** Takes back what no operator has yet. @throws SmsError `not_found`, `conflict` */
  cancel(accountId: string, id: string): Promise<void>;
  /**
   * Takes back everything submitted to a number under a sender that no operator has yet; answers how many. With
   * `replacedBy` it is everything older than that submission, to its numbers under its sender.
   */
  cancelPending(
    login: EsmeLogin,
    of: { to: string; senderId?: string | undefined } | { replacedBy: string },
  ): Promise<number>;
  /** Puts another text, time or validity in the place of a pending message's. @throws SmsError `not_found`, `conflict` */
  replace(
    login: EsmeLogin,
    id: string,
    change: Pick<EsmeSubmission, 'text' | 'scheduledAt' | 'validityMs' | 'tell'> & { envelope: string },
  ): Promise<void>;
  /** Hands this process what is due for accounts that are bound to it, in order, at most so many of each. */
  claimDeliveries(wanted: readonly { accountId: string; room: number }[]): Promise<EsmeDelivery[]>;
  /** Hands deliveries of this process to whoever tells them, as soon as they are stored; to nobody from then on without one. */
  takeDeliveries(taker: EsmeDeliveryTaker | undefined): void;
  /** Resolves once it is stored. */
  settleDelivery(outcome: EsmeDeliveryOutcome): Promise<void>;
  /** A place to wait for deliveries this process stores; look again after a while for those of others. */
  waiter(): Waiter;
  counts(): Promise<EsmeCounts>;
  /** How many deliveries of an account wait to be told. */
  waiting(accountId: string): Promise<number>;
  /** Where the sessions of this process are asked for; the SMPP server says so while it runs. */
  listSessionsFrom(source: ((accountId: string) => EsmeSessionView[]) | undefined): void;
  /** The sessions an account has in this process. */
  sessions(accountId: string): EsmeSessionView[];
}
