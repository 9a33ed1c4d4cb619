/** What HTTP itself may refuse, before the platform is asked anything. */
export type RefusalCode =
  /** There is no such endpoint. */
  | 'not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  /** What the content type promised is not what came. */
  | 'malformed_body'
  | 'empty_body'
  /** A request nobody can read to its end. */
  | 'invalid_request'
  | 'credential_missing'
  | 'credential_malformed'
  | 'https_required';

/** A request that HTTP itself refuses. Dialects have their own status and words for each code. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: RefusalCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}
