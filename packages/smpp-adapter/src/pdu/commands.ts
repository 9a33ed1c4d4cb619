/** Where a message goes: `dest_flag` 1 is one phone, 2 the name of a distribution list. Source: SMPP 3.4 §5.2.24-25. */
export type DestAddress =
  | { dest_flag: 1; dest_addr_ton: number; dest_addr_npi: number; destination_addr: string }
  | { dest_flag: 2; dl_name: string };

/** One destination of a `submit_multi` that was not taken, and why. Source: SMPP 3.4 §4.5.2.1. */
export interface UnsuccessSme {
  dest_addr_ton: number;
  dest_addr_npi: number;
  destination_addr: string;
  /** A `command_status`. */
  error_status_code: number;
}

/** What a field of each kind holds. `short_message` stands for `sm_length` and the octets after it. */
interface FieldValues {
  int8: number;
  cstring: string;
  short_message: Uint8Array;
  dest_address: readonly DestAddress[];
  unsuccess_sme: readonly UnsuccessSme[];
}

/** What any field may hold. */
export type FieldValue = FieldValues[keyof FieldValues];

/** A mandatory field of a body. */
export interface Field<N extends string = string, K extends keyof FieldValues = keyof FieldValues> {
  readonly name: N;
  readonly kind: K;
  /** The most octets it takes, the NUL of a cstring or the length octet of `short_message` included. */
  readonly maxOctets: number;
}

export const maxShortMessageOctets = 254;
export const maxAddressOctets = 21;
const maxLongAddressOctets = 65;
/** Of `submit_multi`. Source: SMPP 3.4 §4.5.1. */
export const maxDestinations = 254;

const int8 = <const N extends string>(name: N): Field<N, 'int8'> => ({ name, kind: 'int8', maxOctets: 1 });
const cstring = <const N extends string>(name: N, maxOctets: number): Field<N, 'cstring'> => ({
  name,
  kind: 'cstring',
  maxOctets,
});
const shortMessage: Field<'short_message', 'short_message'> = {
  name: 'short_message',
  kind: 'short_message',
  maxOctets: 1 + maxShortMessageOctets,
};
const destAddress: Field<'dest_address', 'dest_address'> = {
  name: 'dest_address',
  kind: 'dest_address',
  maxOctets: 1 + maxDestinations * (3 + maxAddressOctets),
};
const unsuccessSme: Field<'unsuccess_sme', 'unsuccess_sme'> = {
  name: 'unsuccess_sme',
  kind: 'unsuccess_sme',
  maxOctets: 1 + maxDestinations * (6 + maxAddressOctets),
};

const source = (maxOctets = maxAddressOctets) =>
  [int8('source_addr_ton'), int8('source_addr_npi'), cstring('source_addr', maxOctets)] as const;
const destination = (maxOctets = maxAddressOctets) =>
  [int8('dest_addr_ton'), int8('dest_addr_npi'), cstring('destination_addr', maxOctets)] as const;
const messageId = cstring('message_id', 65);
const serviceType = cstring('service_type', 6);
const schedule = [cstring('schedule_delivery_time', 17), cstring('validity_period', 17)] as const;
const systemId = cstring('system_id', 16);
/** The specification says 9, but tokens are longer, and who can send one whole may. Source: contracts/smpp.md §6.1. */
const password = cstring('password', 129);

const bind = [
  systemId,
  password,
  cstring('system_type', 13),
  int8('interface_version'),
  int8('addr_ton'),
  int8('addr_npi'),
  cstring('address_range', 41),
] as const;

/** What `submit_sm`, `deliver_sm` and `submit_multi` have in common after the addresses. */
const message = [
  int8('esm_class'),
  int8('protocol_id'),
  int8('priority_flag'),
  ...schedule,
  int8('registered_delivery'),
  int8('replace_if_present_flag'),
  int8('data_coding'),
  int8('sm_default_msg_id'),
  shortMessage,
] as const;

/**
 * Every PDU: its `command_id` and its mandatory fields in the order of the wire. What follows them is TLVs.
 * Source: SMPP 3.4 §4 and §5.1.2.1.
 */
export const commands = {
  generic_nack: { id: 0x80000000, fields: [] },
  bind_receiver: { id: 0x01, fields: bind },
  bind_receiver_resp: { id: 0x80000001, fields: [systemId] },
  bind_transmitter: { id: 0x02, fields: bind },
  bind_transmitter_resp: { id: 0x80000002, fields: [systemId] },
  query_sm: { id: 0x03, fields: [messageId, ...source()] },
  query_sm_resp: {
    id: 0x80000003,
    fields: [messageId, cstring('final_date', 17), int8('message_state'), int8('error_code')],
  },
  submit_sm: { id: 0x04, fields: [serviceType, ...source(), ...destination(), ...message] },
  submit_sm_resp: { id: 0x80000004, fields: [messageId] },
  deliver_sm: { id: 0x05, fields: [serviceType, ...source(), ...destination(), ...message] },
  deliver_sm_resp: { id: 0x80000005, fields: [messageId] },
  unbind: { id: 0x06, fields: [] },
  unbind_resp: { id: 0x80000006, fields: [] },
  replace_sm: {
    id: 0x07,
    fields: [messageId, ...source(), ...schedule, int8('registered_delivery'), int8('sm_default_msg_id'), shortMessage],
  },
  replace_sm_resp: { id: 0x80000007, fields: [] },
  cancel_sm: { id: 0x08, fields: [serviceType, messageId, ...source(), ...destination()] },
  cancel_sm_resp: { id: 0x80000008, fields: [] },
  bind_transceiver: { id: 0x09, fields: bind },
  bind_transceiver_resp: { id: 0x80000009, fields: [systemId] },
  outbind: { id: 0x0b, fields: [systemId, password] },
  enquire_link: { id: 0x15, fields: [] },
  enquire_link_resp: { id: 0x80000015, fields: [] },
  submit_multi: { id: 0x21, fields: [serviceType, ...source(), destAddress, ...message] },
  submit_multi_resp: { id: 0x80000021, fields: [messageId, unsuccessSme] },
  alert_notification: {
    id: 0x102,
    fields: [
      ...source(maxLongAddressOctets),
      int8('esme_addr_ton'),
      int8('esme_addr_npi'),
      cstring('esme_addr', maxLongAddressOctets),
    ],
  },
  data_sm: {
    id: 0x103,
    fields: [
      serviceType,
      ...source(maxLongAddressOctets),
      ...destination(maxLongAddressOctets),
      int8('esm_class'),
      int8('registered_delivery'),
      int8('data_coding'),
    ],
  },
  data_sm_resp: { id: 0x80000103, fields: [messageId] },
} as const satisfies Record<string, { id: number; fields: readonly Field[] }>;

/** A PDU's name, spelt as in the specification. */
export type CommandName = keyof typeof commands;

type BodyOf<F extends readonly Field[]> = { [Each in F[number] as Each['name']]: FieldValues[Each['kind']] };

/** The mandatory fields of each PDU as a plain object. Addresses and times are latin1 strings without their NUL. */
export type Bodies = { [C in CommandName]: BodyOf<(typeof commands)[C]['fields']> };

/** A body to send. What is left out is empty or zero. */
export type BodyInput<C extends CommandName = CommandName> = Partial<Bodies[C]>;

/** The PDUs that ask for a response, by which the response is named. */
export type RequestName = {
  [C in CommandName]: `${C}_resp` extends CommandName ? C : never;
}[CommandName];

/** The PDUs that nobody answers and that answer nothing. */
export type NotificationName = 'outbind' | 'alert_notification';

export type BindName = 'bind_receiver' | 'bind_transmitter' | 'bind_transceiver';

export type ResponseName<C extends RequestName = RequestName> = `${C}_resp`;

export type BindBody = Bodies['bind_transceiver'];
export type SubmitSm = Bodies['submit_sm'];
export type SubmitMulti = Bodies['submit_multi'];
export type DeliverSm = Bodies['deliver_sm'];
export type DataSm = Bodies['data_sm'];
export type QuerySm = Bodies['query_sm'];
export type CancelSm = Bodies['cancel_sm'];
export type ReplaceSm = Bodies['replace_sm'];
