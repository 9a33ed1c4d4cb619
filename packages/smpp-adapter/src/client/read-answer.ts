import { PduError } from '../pdu/errors.js';
import { ResponseTimeout, SessionClosed } from '../session/errors.js';
import type { ResponsePdu } from '../session/session-options.js';
import { refusalOf, type StatusPolicy } from './outcome-of-status.js';
import type { PartState } from './submission.js';

type SubmitAnswer = ResponsePdu<'submit_sm'>;

/**
 * What an answer makes of a part.
 *
 * @param ownId the name of a part that the operator has taken without naming it
 */
export function readAnswer(response: SubmitAnswer, ownId: string, policy: StatusPolicy): PartState {
  const { status } = response;
  if (response.command === 'submit_sm_resp' && status === 0) return { kind: 'taken', id: idOf(response) ?? ownId };
  return { kind: 'refused', status, refusal: refusalOf(status, policy) };
}

/** What a request without an answer makes of a part. */
export function readFailure(error: unknown): PartState {
  if (error instanceof SessionClosed && !error.written) return { kind: 'unsent' };
  // It could not be encoded, and no other attempt could either.
  if (error instanceof PduError) {
    return { kind: 'refused', status: error.status, refusal: { code: 'upstream_rejected' } };
  }
  const when = error instanceof ResponseTimeout ? 'in time' : 'before the connection ended';
  return { kind: 'unanswered', why: `the operator did not answer ${when}` };
}

/** Undefined when there is none, or none that can be read. */
function idOf(response: Extract<SubmitAnswer, { command: 'submit_sm_resp' }>): string | undefined {
  try {
    const { message_id: id } = response.body;
    return id === '' ? undefined : id;
  } catch (error) {
    if (error instanceof PduError) return undefined;
    throw error;
  }
}
