import type { OutboundMessage } from '@ujumbe/core';
import type { BodyInput } from '../pdu/commands.js';
import { tlv, type Tlv } from '../pdu/tlvs.js';
import { PartReferences } from '../user-data/part-references.js';
import { writeUserData } from '../user-data/write-user-data.js';
import { sourceAddress } from '../addresses.js';
import { relativeTime } from './relative-time.js';
import type { ClientSettings } from './transport-options.js';

/** One submit_sm. */
export interface SubmitPart {
  readonly body: BodyInput<'submit_sm'>;
  readonly tlvs: readonly Tlv[] | undefined;
}

/** Writes messages the way one operator wants them. */
export class SubmitWriter {
  readonly #references = new PartReferences();

  constructor(private readonly settings: ClientSettings) {}

  /**
   * The parts of a message, in order.
   *
   * @param userReference goes into every part, when there is one
   * @throws PduError for a text that cannot be sent that way
   */
  write(message: OutboundMessage, nowMs: number, userReference: number | undefined): SubmitPart[] {
    const { addresses, alphabet, concat, languages, packed, registeredDelivery, serviceType, validity } = this.settings;
    const destination = message.recipient.replace('+', '');
    const parts = writeUserData(message.text, {
      alphabet,
      concat,
      reference: message.segments > 1 ? this.#references.next(message.sender, destination) : 0,
      ...(languages !== undefined && { languages }),
      ...(packed !== undefined && { packed }),
    });
    const source = sourceAddress(message.sender, addresses);
    const envelope: BodyInput<'submit_sm'> = {
      source_addr_ton: source.ton,
      source_addr_npi: source.npi,
      source_addr: source.digits,
      dest_addr_ton: addresses.destination.ton,
      dest_addr_npi: addresses.destination.npi,
      destination_addr: destination,
      registered_delivery: registeredDelivery,
    };
    if (serviceType !== undefined) envelope.service_type = serviceType;
    if (validity) envelope.validity_period = relativeTime(message.expiresAt - nowMs);
    const echoed = userReference === undefined ? undefined : [tlv('user_message_reference', userReference)];
    return parts.map(({ tlvs, ...fields }) => ({
      body: { ...envelope, ...fields },
      tlvs: tlvs === undefined ? echoed : echoed === undefined ? tlvs : [...tlvs, ...echoed],
    }));
  }
}
