import type { Permission, Scope, TokenForm } from './token.js';

/** What a request shows to say whose it is. */
export type ShownCredential =
  /** An API key of one of the forms. */
  | { kind: 'token'; raw: string; forms: readonly TokenForm[] }
  /** What a client was given for its id and secret. */
  | { kind: 'client'; jwt: string }
  /** What a user was given at log-in. */
  | { kind: 'session'; jwt: string }
  /** A user's name and password, with the address they came from. */
  | { kind: 'user'; login: string; password: string; address: string };

/** Names a credential so that it can be read again. It holds no secret. */
export type CredentialRef =
  | { kind: 'token'; id: string; form: TokenForm; mode: string | null; hash: string }
  | { kind: 'client'; id: string; version: number }
  | { kind: 'session'; id: string; userId: string }
  | { kind: 'user'; id: string; version: number };

/** Who asks, and what for: an account, by one of its credentials, whatever its form. */
export interface Access {
  accountId: string;
  /** The partner whose credential it is, where that acts for one of its tenants; null for an account's own. */
  partnerId: string | null;
  credential: CredentialRef;
  scopes: readonly Scope[];
  permissions: readonly Permission[];
  /** Which published limits hold for the account; null for the usual ones. */
  plan: string | null;
  /** The account's version when the credential was read. What is committed on it is undone once that has passed. */
  version: number;
}

export function hasPermission(access: Access, permission: Permission): boolean {
  return access.permissions.includes(permission) || access.permissions.includes('admin');
}
