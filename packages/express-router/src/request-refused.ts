/**
 * A request that HTTP itself refuses, before the platform is asked anything. Its codes stand beside the platform's
 * own: `not_found`, `method_not_allowed`, `payload_too_large`, `unsupported_media_type`, `invalid_request`.
 */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}
