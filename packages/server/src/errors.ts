/** Why a command did not do what it was asked, beside what the platform itself refuses with an `SmsError`. */
export type StartErrorCode = 'usage' | 'configuration' | 'port_in_use' | 'address_unavailable' | 'database_unavailable';

/** An error whose message is one sentence for the person at the terminal. */
export class StartError extends Error {
  constructor(
    readonly code: StartErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StartError';
  }
}
