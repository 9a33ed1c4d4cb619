import { SmsError, type EsmeStatus, type Sms } from '@ujumbe/core';
import { PduError } from '../pdu/errors.js';
import type { Pdu } from '../pdu/pdu.js';
import { networkErrorCode, receiptStats } from '../receipt-text.js';
import { commandStatus } from '../status-codes.js';
import { readEnvelope, writeEnvelope } from './envelope.js';
import type { EsmeSession } from './esme-session.js';
import { readTextOf, tellOf, textTlvs } from './read-submission.js';
import type { Refusals } from './refusals.js';
import { writeSmppTime } from './smpp-time.js';
import { readDestination } from './submit-checks.js';
import { readSubmitTimes } from './submit-times.js';

export interface ManageDeps {
  sms: Sms;
  clock: { now(): number };
  refusals: Refusals;
}

type ManagePdu = Pdu<'query_sm'> | Pdu<'cancel_sm'> | Pdu<'replace_sm'>;

const { ESME_RQUERYFAIL, ESME_RCANCELFAIL, ESME_RREPLACEFAIL, ESME_RINVDFTMSGID } = commandStatus;

/** What each answers when there is no such message, it is another's, or it is too late. */
const failures = {
  query_sm: ESME_RQUERYFAIL,
  cancel_sm: ESME_RCANCELFAIL,
  replace_sm: ESME_RREPLACEFAIL,
} as const;

/** Takes a query_sm, cancel_sm or replace_sm. Each is a trip to the database, so that it counts as a segment. */
export function handleManaging(deps: ManageDeps, esme: EsmeSession, pdu: ManagePdu): void {
  esme.inTurn(pdu, 1, () => void manage(deps, esme, pdu));
}

async function manage(deps: ManageDeps, esme: EsmeSession, pdu: ManagePdu): Promise<void> {
  try {
    switch (pdu.command) {
      case 'query_sm':
        esme.accept(pdu, { body: await query(deps, esme, pdu.body) });
        break;
      case 'cancel_sm':
        await cancel(deps, esme, pdu.body);
        esme.accept(pdu, {});
        break;
      case 'replace_sm':
        await replace(deps, esme, pdu);
        esme.accept(pdu, {});
        break;
    }
  } catch (error) {
    esme.refuse(pdu, statusOf(deps.refusals, esme, pdu, error));
  }
}

function statusOf(refusals: Refusals, esme: EsmeSession, pdu: ManagePdu, error: unknown): number {
  if (error instanceof PduError) return error.status;
  const isMissing = error instanceof SmsError && (error.code === 'not_found' || error.code === 'conflict');
  return isMissing ? failures[pdu.command] : refusals.statusOf(esme, error);
}

async function query(
  { sms }: ManageDeps,
  esme: EsmeSession,
  { message_id, source_addr }: Pdu<'query_sm'>['body'],
): Promise<{ message_id: string; final_date: string; message_state: number; error_code: number }> {
  const status = await ownStatus(sms, esme, { message_id, source_addr });
  const { state, finalAt } = status;
  const [, high = 0, low = 0] = networkErrorCode(status) ?? [];
  return {
    message_id,
    final_date: finalAt === null ? '' : writeSmppTime(finalAt),
    message_state: receiptStats[state].number,
    error_code: high === 0 ? low : 0xff,
  };
}

async function cancel({ sms }: ManageDeps, esme: EsmeSession, body: Pdu<'cancel_sm'>['body']): Promise<void> {
  const { message_id, source_addr, dest_addr_ton, destination_addr } = body;
  if (message_id !== '') {
    await ownStatus(sms, esme, body);
    await sms.esme.cancel(esme.login.accountId, message_id);
    return;
  }
  const to = readDestination(dest_addr_ton, destination_addr);
  const senderId = source_addr === '' ? undefined : source_addr;
  if ((await sms.esme.cancelPending(esme.login, { to, senderId })) === 0) throw missing();
}

/** A replacement has the parameters of its submit, but for those it brings; a field left empty changes nothing. */
async function replace({ sms, clock }: ManageDeps, esme: EsmeSession, pdu: Pdu<'replace_sm'>): Promise<void> {
  const { message_id, source_addr, registered_delivery, sm_default_msg_id, short_message } = pdu.body;
  if (sm_default_msg_id !== 0) throw new PduError(ESME_RINVDFTMSGID, 'There are no default messages.');
  const { scheduledAt, validityMs } = readSubmitTimes(pdu.body, clock.now());
  const envelope = readEnvelope((await ownStatus(sms, esme, { message_id, source_addr })).envelope);
  const fields = { esm_class: 0, data_coding: envelope.dataCoding, short_message, ...textTlvs(pdu.tlvs) };
  const { text } = readTextOf(fields, esme.login);
  await sms.esme.replace(esme.login, message_id, {
    text,
    scheduledAt,
    validityMs,
    tell: tellOf(registered_delivery),
    envelope: writeEnvelope({ ...envelope, text }),
  });
}

/** A message of this account, from that source and to that destination where the ESME names them. */
async function ownStatus(
  sms: Sms,
  esme: EsmeSession,
  of: { message_id: string; source_addr: string; destination_addr?: string },
): Promise<EsmeStatus> {
  const status = await sms.esme.query(esme.login.accountId, of.message_id);
  const { source, destination } = readEnvelope(status.envelope);
  if (!isSame(of.source_addr, source.addr) || !isSame(of.destination_addr ?? '', destination.addr)) throw missing();
  return status;
}

const isSame = (asked: string, submitted: string): boolean =>
  asked === '' || asked.replace(/^\+/, '') === submitted.replace(/^\+/, '');

const missing = (): SmsError => new SmsError('not_found', 'no such message is pending');
