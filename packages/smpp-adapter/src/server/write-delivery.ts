import type { EsmeInbound, EsmeReceipt } from '@ujumbe/core';
import type { BodyInput } from '../pdu/commands.js';
import { tlv, type Tlv } from '../pdu/tlvs.js';
import { networkErrorCode, receiptStats, writeReceiptText, type ReceiptTextOptions } from '../receipt-text.js';
import type { DefaultAlphabet } from '../user-data/alphabets.js';
import { writeUserData, type ConcatenationForm } from '../user-data/write-user-data.js';
import { readEnvelope, type WrittenAddress } from './envelope.js';

/** One deliver_sm. */
export interface DeliverPart {
  readonly body: BodyInput<'deliver_sm'>;
  readonly tlvs: readonly Tlv[];
}

const receiptClass = 0x04;

/**
 * A receipt goes from the number the message went to, to the sender it came from, byte for byte as they were
 * submitted: Kannel finds its message by id and number. Source: contracts/smpp.md §5.5.
 */
export function writeReceipt(receipt: EsmeReceipt, options: ReceiptTextOptions): DeliverPart {
  const { submittedId, state, errorCode, upstreamError, submittedAt, at } = receipt;
  const { source, destination, serviceType, text } = readEnvelope(receipt.envelope);
  const facts = { id: submittedId, state, submittedAt, doneAt: at, errorCode, upstreamError, text };
  const tlvs = [tlv('receipted_message_id', submittedId), tlv('message_state', receiptStats[state].number)];
  const network = networkErrorCode(facts);
  if (network) tlvs.push(tlv('network_error_code', network));
  return {
    body: {
      service_type: serviceType,
      ...addressed(destination, source),
      esm_class: receiptClass,
      short_message: Buffer.from(writeReceiptText(facts, options), 'latin1'),
    },
    tlvs,
  };
}

/** A message from a handset in the account's alphabet, or in UCS-2 where that lacks a character. */
export function writeInbound(
  { from, to, text }: EsmeInbound,
  { alphabet, concat, reference }: { alphabet: DefaultAlphabet; concat: ConcatenationForm; reference: number },
): DeliverPart[] {
  const addresses = addressed(addressOf(from), addressOf(to));
  return writeUserData(text, { alphabet, concat, reference }).map(
    ({ esm_class, data_coding, short_message, tlvs = [] }) => ({
      body: { ...addresses, esm_class, data_coding, short_message },
      tlvs,
    }),
  );
}

const longestShortCode = 8;

/** How a number, a short code or a name is written. Source: SMPP 3.4 §5.2.5 and §5.2.6. */
export function addressOf(text: string): WrittenAddress {
  if (!/^\+?\d+$/.test(text)) return { ton: 5, npi: 0, addr: text };
  if (text.startsWith('+')) return { ton: 1, npi: 1, addr: text.slice(1) };
  return text.length <= longestShortCode ? { ton: 3, npi: 0, addr: text } : { ton: 1, npi: 1, addr: text };
}

function addressed(source: WrittenAddress, destination: WrittenAddress): BodyInput<'deliver_sm'> {
  return {
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.addr,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.addr,
  };
}
