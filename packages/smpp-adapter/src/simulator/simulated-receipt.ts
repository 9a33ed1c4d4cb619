import type { scriptedEnd } from '@ujumbe/core';
import type { BodyInput } from '../pdu/commands.js';
import { tlv, type Tlv } from '../pdu/tlvs.js';
import { networkErrorCode, receiptStats, writeReceiptText } from '../receipt-text.js';

/** What a receipt is about; addresses as the submit had them. */
export interface SimulatedReceipt {
  readonly id: string;
  readonly state: NonNullable<ReturnType<typeof scriptedEnd>>;
  readonly source: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly destination: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly submittedAt: number;
  /** `user_message_reference` of the submit. */
  readonly userReference: number | undefined;
}

const isReceipt = 0x04;
const someError = '1';

/** The deliver_sm of a receipt. Its source is the destination of the message. Source: contracts/smpp.md §5.5. */
export function writeReceipt(
  { id, state, source, destination, submittedAt, userReference }: SimulatedReceipt,
  withTlvs: boolean,
): { body: BodyInput<'deliver_sm'>; tlvs: readonly Tlv[] | undefined } {
  const upstreamError = state === 'delivered' ? null : someError;
  const text = writeReceiptText({ id, state, submittedAt, doneAt: Date.now(), upstreamError });
  const body: BodyInput<'deliver_sm'> = {
    source_addr_ton: destination.ton,
    source_addr_npi: destination.npi,
    source_addr: destination.address,
    dest_addr_ton: source.ton,
    dest_addr_npi: source.npi,
    destination_addr: source.address,
    esm_class: isReceipt,
    short_message: Buffer.from(text, 'latin1'),
  };
  if (!withTlvs) return { body, tlvs: undefined };
  const tlvs: Tlv[] = [tlv('receipted_message_id', id), tlv('message_state', receiptStats[state].number)];
  const error = networkErrorCode({ state, upstreamError });
  if (error !== undefined) tlvs.push(tlv('network_error_code', error));
  if (userReference !== undefined) tlvs.push(tlv('user_message_reference', userReference));
  return { body, tlvs };
}
