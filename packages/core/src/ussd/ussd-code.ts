/** A number that handsets dial for a menu, such as `*123#`. Times are milliseconds since the epoch. */
export interface UssdCode {
  id: string;
  code: string;
  status: string;
  createdAt: number;
}

/** A customer's own place below a code that several share, such as `*123*45#`. */
export interface UssdExtension {
  id: string;
  codeId: string;
  code: string;
  extension: string;
  status: string;
}

/** USSD codes as their owner reads them. */
export interface UssdCodes {
  codes(accountId: string): Promise<UssdCode[]>;
  extensions(accountId: string): Promise<UssdExtension[]>;
}
