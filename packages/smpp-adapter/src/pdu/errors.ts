import { commandStatus } from '../status-codes.js';

/**
 * A PDU whose frame is sound and whose content is not: the session answers with `status` and goes on. Its message
 * names the field and never holds what was in it.
 */
export class PduError extends Error {
  override readonly name = 'PduError';

  constructor(
    /** The `command_status` that says what is wrong. Source: contracts/smpp.md §5.2. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A `command_length` that cannot be: where the next PDU begins is unknown, so the connection has to end. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  /** For the `generic_nack` that tells the peer. */
  readonly status: number = commandStatus.ESME_RINVCMDLEN;

  constructor(
    /** The `sequence_number` of the broken header, or 0 when it has not arrived. */
    readonly sequence: number,
  ) {
    super('The command_length is out of bounds.');
  }
}
