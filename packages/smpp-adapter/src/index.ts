export * from './pdu/index.js';
export { statusOfError } from './status-codes.js';
export type { SessionCounts } from './session/counters.js';
export { QueueFull, ResponseTimeout, SessionClosed, type CloseReason } from './session/errors.js';
export type { SessionLimits, SessionLimitsInput, SessionTimers } from './session/session-limits.js';
export type { ResponsePdu, SessionEvents, SessionOptions } from './session/session-options.js';
export type { SessionRole, SessionState } from './session/session-state.js';
export { SmppSession } from './session/smpp-session.js';
export {
  isReceipt,
  readReceipt,
  receiptStats,
  writeReceiptText,
  networkErrorCode,
  type ReceiptFacts,
  type ReceiptFields,
  type ReceiptStat,
  type ReceiptTextOptions,
} from './receipt-text.js';
export { decodeText, encodeText, type Alphabet, type DefaultAlphabet } from './user-data/alphabets.js';
export { concatenationIn, type Concatenation } from './user-data/concatenation.js';
export { dataCodingOf, readDataCoding, type DataCoding, type DataCodingOptions } from './user-data/data-coding.js';
export { nationalLanguages, type NationalLanguage, type Shift } from './user-data/national-languages.js';
export { packSeptets, unpackSeptets } from './user-data/packed-septets.js';
export { PartJoiner, type JoinResult, type MessagePart } from './user-data/part-joiner.js';
export { PartReferences } from './user-data/part-references.js';
export {
  readUserData,
  type ReadUserDataOptions,
  type UserData,
  type UserDataFields,
} from './user-data/read-user-data.js';
export { lockingShiftTable, singleShiftTable } from './user-data/shift-tables.js';
export {
  readUserDataHeader,
  writeUserDataHeader,
  type InformationElement,
  type UserDataHeader,
} from './user-data/user-data-header.js';
export {
  writeUserData,
  type ConcatenationForm,
  type UserDataPart,
  type WriteUserDataOptions,
} from './user-data/write-user-data.js';
export { createSmppServer, type SmppServer } from './server/smpp-server.js';
export type { BindKind, SmppSessionView } from './server/esme-session.js';
export type { CountsByStatus, SmppServerCounts } from './server/server-counters.js';
export type { SmppServerLimits, SmppServerOptions, SmppTlsOptions } from './server/server-options.js';
export type { AddressType, AddressTypes } from './addresses.js';
export {
  smppTransport,
  type SmppBindStatus,
  type SmppTransport,
  type SmppTransportCounts,
} from './client/smpp-transport.js';
export type { SmppBinds, SmppClientTimers, SmppTls, SmppTransportOptions } from './client/transport-options.js';
export type {
  SimulatedIds,
  SimulatedInbound,
  SimulatedSubmit,
  SmscSimulatorCounts,
  SmscSimulatorOptions,
} from './simulator/simulator-options.js';
export { createSmscSimulator, type SmscSimulator } from './simulator/smsc-simulator.js';
