/**
 * The PDUs of SMPP 3.4 and nothing else: written, cut from a stream and read. It loads no other part of the platform.
 *
 * @packageDocumentation
 */
export { commandStatus, nameOfStatus, type CommandStatusName } from '../status-codes.js';
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
} from './commands.js';
export { decodeHeader, type PduHeader } from './decode.js';
export { encodedLength, encodePdu, writePdu, type PduInput } from './encode.js';
export { FrameError, PduError } from './errors.js';
export { FrameReader, type OnFrame } from './frame-reader.js';
export { decodePdu, Pdu, type AnyPdu } from './pdu.js';
export { knownTlvs, tlv, tlvValue, type Tlv, type TlvName, type TlvValue } from './tlvs.js';
