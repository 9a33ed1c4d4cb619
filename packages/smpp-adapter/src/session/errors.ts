/** Why a session ended. */
export type CloseReason =
  /** An unbind, the peer's or ours, came to its end. */
  | 'unbound'
  /** The peer closed the connection without an unbind. */
  | 'peer_closed'
  /** The owner called `end` or `destroy`. */
  | 'closed_by_owner'
  | 'socket_error'
  /** A `command_length` out of bounds, which is also what anything other than SMPP looks like. */
  | 'framing_error'
  /** Nobody bound within `sessionInitMs`. */
  | 'session_init_timeout'
  | 'idle_timeout'
  | 'enquire_timeout'
  /** A PDU began and did not arrive whole within `incompletePduMs`. */
  | 'incomplete_pdu'
  /** The peer does not read what it is sent. */
  | 'write_stall';

/** No response within `timeoutMs`. Whether the peer acted on the request is unknown. */
export class ResponseTimeout extends Error {
  override readonly name = 'ResponseTimeout';

  constructor() {
    super('The peer did not answer in time.');
  }
}

/** The session ended, or is ending, before the response came. */
export class SessionClosed extends Error {
  override readonly name = 'SessionClosed';

  constructor(
    /** False when the peer cannot have seen the request; when true, what became of it is unknown. */
    readonly written: boolean,
    /** Undefined while the session is unbinding. */
    readonly reason: CloseReason | undefined,
  ) {
    super(`The session is closed: ${reason ?? 'unbinding'}.`);
  }
}

/** As many requests wait for the window as may. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';

  constructor() {
    super('Too many requests wait for the window of this session.');
  }
}
