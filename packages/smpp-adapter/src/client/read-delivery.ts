import type { ReceiptReport } from '@ujumbe/core';
import type { Pdu } from '../pdu/pdu.js';
import { tlvValue } from '../pdu/tlvs.js';
import { isReceipt, readReceipt, type ReceiptFields } from '../receipt-text.js';
import type { Concatenation } from '../user-data/concatenation.js';
import { readUserData, type ReadUserDataOptions, type UserDataFields } from '../user-data/read-user-data.js';
import { PduError } from '../pdu/errors.js';
import { readAddress } from '../addresses.js';

/** What an operator sends: a deliver_sm, or a data_sm that is one. */
export type DeliveryPdu = Pdu<'deliver_sm'> | Pdu<'data_sm'>;

/** What it comes to. */
export type DeliveryContent =
  | { readonly kind: 'receipt'; readonly receipt: ReceiptReport }
  | {
      readonly kind: 'text';
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly concat: Concatenation | undefined;
      readonly octets: number;
    }
  /** Nothing the platform could be told: binary, unreadable, or a receipt that names no message. */
  | { readonly kind: 'nothing'; readonly why: 'binary' | 'unreadable' | 'nameless receipt' };

/** Reads it, in any form. Never throws. Source: contracts/smpp.md §5.5 and §5.6. */
export function readDelivery(pdu: DeliveryPdu, nowMs: number, options: ReadUserDataOptions): DeliveryContent {
  try {
    const fields = fieldsOf(pdu);
    return isReceipt(fields) ? readAsReceipt(pdu, fields, nowMs) : readAsText(pdu, fields, options);
  } catch (error) {
    if (error instanceof PduError) return { kind: 'nothing', why: 'unreadable' };
    throw error;
  }
}

type Fields = ReceiptFields & UserDataFields;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const noOctets = new Uint8Array(0);

function fieldsOf(pdu: DeliveryPdu): Fields {
  const { body, tlvs } = pdu;
  const fields: Mutable<Fields> = {
    esm_class: body.esm_class,
    data_coding: body.data_coding,
    short_message: 'short_message' in body ? body.short_message : noOctets,
  };
  if (tlvs.length === 0) return fields;
  fields.message_payload = tlvValue(tlvs, 'message_payload');
  fields.receipted_message_id = tlvValue(tlvs, 'receipted_message_id');
  fields.message_state = tlvValue(tlvs, 'message_state');
  fields.network_error_code = tlvValue(tlvs, 'network_error_code');
  const [ref, total, seq] = [
    tlvValue(tlvs, 'sar_msg_ref_num'),
    tlvValue(tlvs, 'sar_total_segments'),
    tlvValue(tlvs, 'sar_segment_seqnum'),
  ];
  if (ref !== undefined && total !== undefined && seq !== undefined) fields.sar = { ref, total, seq };
  return fields;
}

function readAsReceipt(pdu: DeliveryPdu, fields: Fields, nowMs: number): DeliveryContent {
  const receipt = readReceipt(fields, nowMs);
  if (receipt === undefined) return { kind: 'nothing', why: 'nameless receipt' };
  const number = tlvValue(pdu.tlvs, 'user_message_reference');
  if (number === undefined) return { kind: 'receipt', receipt };
  // A receipt comes from the destination of its message, which was international whatever its type says now.
  const recipient = `+${pdu.body.source_addr.replace(/^(?:\+|00)/, '')}`;
  return { kind: 'receipt', receipt: { ...receipt, shortReference: { number, recipient } } };
}

function readAsText(pdu: DeliveryPdu, fields: Fields, options: ReadUserDataOptions): DeliveryContent {
  const content = readUserData(fields, { ...options, allowEmpty: true });
  if (content.text === undefined) return { kind: 'nothing', why: 'binary' };
  const { body } = pdu;
  return {
    kind: 'text',
    from: readAddress(body.source_addr_ton, body.source_addr),
    to: readAddress(body.dest_addr_ton, body.destination_addr),
    text: content.text,
    concat: content.concat,
    octets: fields.short_message.length + (fields.message_payload?.length ?? 0),
  };
}
