import { SmsError, type EsmeSubmission, type EsmeSubmitted, type Sms } from '@ujumbe/core';
import type { UnsuccessSme } from '../pdu/commands.js';
import type { Pdu } from '../pdu/pdu.js';
import { statusOfError } from '../status-codes.js';
import type { EsmeSession } from './esme-session.js';
import { readDataSm, readSubmitMulti, readSubmitSm, unsuccessOf, type ReadSubmission } from './read-submission.js';
import type { Refusals } from './refusals.js';

export interface SubmitDeps {
  sms: Sms;
  clock: { now(): number };
  refusals: Refusals;
}

type SubmitPdu = Pdu<'submit_sm'> | Pdu<'submit_multi'> | Pdu<'data_sm'>;

/**
 * Takes a submit_sm, submit_multi or data_sm: reads it, lets it wait for its turn, has it stored, and answers.
 *
 * @throws PduError with the status to answer, when it cannot be read
 */
export function handleSubmit(deps: SubmitDeps, esme: EsmeSession, pdu: SubmitPdu): void {
  const read = readSubmission(pdu, { sessionId: esme.id, login: esme.login, nowMs: deps.clock.now() });
  esme.inTurn(pdu, read.segments, () => {
    esme.began(pdu);
    deps.sms.esme.submit(esme.login, read.submission).then(
      (submitted) => accepted(deps, esme, pdu, read, submitted),
      (error: unknown) => void refused(deps, esme, pdu, read, error),
    );
  });
}

function readSubmission(pdu: SubmitPdu, context: Parameters<typeof readSubmitSm>[1]): ReadSubmission {
  switch (pdu.command) {
    case 'submit_sm':
      return readSubmitSm(pdu, context);
    case 'submit_multi':
      return readSubmitMulti(pdu, context);
    case 'data_sm':
      return readDataSm(pdu, context);
  }
}

/** Only now, when everything is stored, is anything acknowledged. */
function accepted(
  deps: SubmitDeps,
  esme: EsmeSession,
  pdu: SubmitPdu,
  read: ReadSubmission,
  submitted: EsmeSubmitted,
): void {
  if (read.replaces) void replaceOthers(deps, esme, submitted);
  esme.ended(pdu);
  esme.noteSubmitted();
  const { id } = submitted;
  if (pdu.command !== 'submit_multi') esme.accept(pdu as Pdu<'submit_sm'>, { body: { message_id: id } });
  else esme.accept(pdu, { body: { message_id: id, unsuccess_sme: unsuccessful(read, submitted) } });
}

/**
 * The new message is stored before the pending ones are taken back: a text too many is better than none. What left in
 * the meantime has not been replaced, which replace_if_present allows for.
 */
async function replaceOthers({ sms, refusals }: SubmitDeps, esme: EsmeSession, { id }: EsmeSubmitted): Promise<void> {
  try {
    await sms.esme.cancelPending(esme.login, { replacedBy: id });
  } catch (error) {
    refusals.noteFault(esme, error);
  }
}

function unsuccessful(read: ReadSubmission, { rejected }: EsmeSubmitted): UnsuccessSme[] {
  const refusedByPlatform = rejected.flatMap(({ index, code }) => {
    const destination = read.destinations[index];
    return destination ? [unsuccessOf(destination, statusOfError[code])] : [];
  });
  return [...read.unsuccessful, ...refusedByPlatform];
}

async function refused(
  deps: SubmitDeps,
  esme: EsmeSession,
  pdu: SubmitPdu,
  read: ReadSubmission,
  error: unknown,
): Promise<void> {
  const other = error instanceof SmsError && error.code === 'sender_unknown' && withOtherSender(read.submission);
  if (other) {
    try {
      accepted(deps, esme, pdu, read, await deps.sms.esme.submit(esme.login, other));
      return;
    } catch (again) {
      error = again;
    }
  }
  esme.ended(pdu);
  esme.refuse(pdu, deps.refusals.statusOf(esme, error));
}

/** A number is approved as a sender with or without a plus, and ESMEs write it with or without one. */
function withOtherSender(submission: EsmeSubmission): EsmeSubmission | undefined {
  const { senderId } = submission;
  if (senderId === undefined || !/^\+?\d+$/.test(senderId)) return undefined;
  return { ...submission, senderId: senderId.startsWith('+') ? senderId.slice(1) : `+${senderId}` };
}
