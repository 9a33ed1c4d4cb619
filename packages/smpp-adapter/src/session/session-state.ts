import type { BindName, CommandName, NotificationName, RequestName } from '../pdu/commands.js';
import { commandStatus } from '../status-codes.js';

/** Where a session stands. Source: SMPP 3.4 §2.2. */
export type SessionState = 'OPEN' | 'BOUND_TX' | 'BOUND_RX' | 'BOUND_TRX' | 'UNBINDING' | 'CLOSED';

/** Which side of the session we are: the SMSC, to which ESMEs bind, or the ESME. */
export type SessionRole = 'smsc' | 'esme';

/**
 * What becomes of a PDU that the peer begins: the owner handles it, the session answers it itself, nobody does, a
 * `generic_nack` tells that it has no business here, or its response carries the status.
 */
export type Ruling = 'handle' | 'answer' | 'ignore' | 'nack' | number;

type PeerCommand = RequestName | NotificationName;
type Rulings = readonly [open: Ruling, tx: Ruling, rx: Ruling, trx: Ruling, unbinding: Ruling];

const columns = ['OPEN', 'BOUND_TX', 'BOUND_RX', 'BOUND_TRX', 'UNBINDING'] as const;

const { ESME_RINVBNDSTS, ESME_RALYBND, ESME_RSYSERR, ESME_RX_T_APPN } = commandStatus;

const everywhere = (ruling: Ruling): Rulings => [ruling, ruling, ruling, ruling, ruling];
const wrongSide = everywhere(ESME_RINVBNDSTS);
const binds: Rulings = ['handle', ESME_RALYBND, ESME_RALYBND, ESME_RALYBND, ESME_RALYBND];
// While we unbind, the answer has to be one that makes the peer try again: nothing is wrong with what it sent.
const submits: Rulings = [ESME_RINVBNDSTS, 'handle', ESME_RINVBNDSTS, 'handle', ESME_RSYSERR];
const deliveries: Rulings = [ESME_RINVBNDSTS, ESME_RINVBNDSTS, 'handle', 'handle', ESME_RX_T_APPN];

/** Source: contracts/smpp.md §5.1; what the ESME's side does mirrors it. */
const rulings: Record<SessionRole, Record<PeerCommand, Rulings>> = {
  smsc: {
    bind_receiver: binds,
    bind_transmitter: binds,
    bind_transceiver: binds,
    submit_sm: submits,
    submit_multi: submits,
    data_sm: submits,
    query_sm: submits,
    cancel_sm: submits,
    replace_sm: submits,
    deliver_sm: wrongSide,
    enquire_link: everywhere('answer'),
    unbind: everywhere('answer'),
    outbind: ['ignore', 'nack', 'nack', 'nack', 'nack'],
    alert_notification: everywhere('nack'),
  },
  esme: {
    bind_receiver: wrongSide,
    bind_transmitter: wrongSide,
    bind_transceiver: wrongSide,
    submit_sm: wrongSide,
    submit_multi: wrongSide,
    query_sm: wrongSide,
    cancel_sm: wrongSide,
    replace_sm: wrongSide,
    data_sm: deliveries,
    deliver_sm: deliveries,
    enquire_link: everywhere('answer'),
    unbind: everywhere('answer'),
    outbind: ['handle', 'nack', 'nack', 'nack', 'nack'],
    alert_notification: ['ignore', 'ignore', 'handle', 'handle', 'ignore'],
  },
};

/** What becomes of a PDU that is no response. */
export function rulingOf(role: SessionRole, command: CommandName, state: SessionState): Ruling {
  const row = (rulings[role] as Partial<Record<CommandName, Rulings>>)[command];
  const column = columns.indexOf(state as (typeof columns)[number]);
  return row?.[column] ?? 'ignore';
}

/** The state that a successful bind leads to. */
export const stateOfBind: Record<BindName, SessionState> = {
  bind_transmitter: 'BOUND_TX',
  bind_receiver: 'BOUND_RX',
  bind_transceiver: 'BOUND_TRX',
};

export function isBind(command: CommandName): command is BindName {
  return command in stateOfBind;
}
