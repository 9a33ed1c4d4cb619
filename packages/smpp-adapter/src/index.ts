export { commandStatus, nameOfStatus, statusOfError, type CommandStatusName } from './status-codes.js';
export {
  commands,
  type BindBody,
  type BindName,
  type Bodies,
  type BodyInput,
  type CancelSm,
  type CommandName,
  type DataSm,
  type DeliverSm,
  type DestAddress,
  type NotificationName,
  type QuerySm,
  type ReplaceSm,
  type RequestName,
  type ResponseName,
  type SubmitMulti,
  type SubmitSm,
  type UnsuccessSme,
} from './pdu/commands.js';
export { decodeHeader, type PduHeader } from './pdu/decode.js';
export { encodedLength, encodePdu, writePdu, type PduInput } from './pdu/encode.js';
export { FrameError, PduError } from './pdu/errors.js';
export { FrameReader, type OnFrame } from './pdu/frame-reader.js';
export { decodePdu, Pdu, type AnyPdu } from './pdu/pdu.js';
export { knownTlvs, tlv, tlvValue, type Tlv, type TlvName, type TlvValue } from './pdu/tlvs.js';
export type { SessionCounts } from './session/counters.js';
export { QueueFull, ResponseTimeout, SessionClosed, type CloseReason } from './session/errors.js';
export type { SessionLimits, SessionLimitsInput, SessionTimers } from './session/session-limits.js';
export type { ResponsePdu, SessionEvents, SessionOptions } from './session/session-options.js';
export type { SessionRole, SessionState } from './session/session-state.js';
export { SmppSession } from './session/smpp-session.js';
