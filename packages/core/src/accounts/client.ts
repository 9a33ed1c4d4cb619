/** A program that gets tokens for its id and secret (OAuth 2 client credentials). */
export interface Client {
  /** Also its `client_id`. */
  id: string;
  accountId: string;
  name: string;
  /** Counts its secrets: what was issued on an earlier one is no longer good. */
  version: number;
  revokedAt: number | null;
  createdAt: number;
}

/** What a client's owner does with it. */
export interface Clients {
  /** The secret is returned here and by `rotateSecret` only. */
  create(accountId: string, client: { name: string }): Promise<{ client: Client; secret: string }>;
  list(accountId: string): Promise<Client[]>;
  /** Ends every token that was issued on the former secret. @throws SmsError `not_found` */
  rotateSecret(accountId: string, clientId: string): Promise<{ client: Client; secret: string }>;
  revoke(accountId: string, clientId: string): Promise<Client>;
  /**
   * Gives a token for an id and its secret.
   *
   * @param lifeMs how long the token is good
   * @throws SmsError `unauthenticated`, `token_revoked`, `account_suspended`
   */
  issueToken(shown: { clientId: string; clientSecret: string }, lifeMs: number): Promise<string>;
}
