import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, RunStatements, Statement, Transaction } from '../runtime.js';
import { accountName } from './account.js';
import { bumpFamilyVersions, findAccount } from './account.store.js';
import { findClient, insertClient, listClients, replaceClientSecret, revokeClient } from './client.store.js';
import type { Client, Clients } from './client.js';
import type { Jwts } from './jwt.js';
import { randomLetters } from './random-letters.js';
import { hashToken, sameHash } from './token.js';

export interface ClientDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  jwts: () => Jwts;
}

const maxClients = 50;
const secretLength = 40;

/** A new client, its secret, and the statement that stores them. */
export function newClient(
  ids: Ids,
  accountId: string,
  name: string,
  nowMs: number,
): { client: Client; secret: string; statement: Statement } {
  const client = { id: ids.next(), accountId, name: accountName(name), version: 1, revokedAt: null, createdAt: nowMs };
  const secret = randomLetters(secretLength);
  return { client, secret, statement: insertClient(client, hashToken(secret)) };
}

export function manageClients(deps: ClientDeps): Clients {
  const { database, clock, ids, runStatements, jwts } = deps;

  /** Changes a client and the versions its tokens are decided on, so that what they are doing now is undone too. */
  const change = (
    accountId: string,
    clientId: string,
    work: (tx: Transaction) => Promise<Client | undefined>,
  ): Promise<Client> =>
    database.write(async (tx) => {
      const client = isUuid(clientId) ? await work(tx) : undefined;
      if (!client) throw new SmsError('not_found', 'client not found');
      await runStatements(tx, [bumpFamilyVersions(accountId)]);
      return client;
    });

  return {
    async create(accountId, { name }) {
      const [account, clients] = await database.read(async (tx) => [
        await findAccount(tx, accountId),
        await listClients(tx, accountId),
      ]);
      if (!account) throw new SmsError('not_found', 'account not found');
      if (clients.filter(({ revokedAt }) => revokedAt === null).length >= maxClients) {
        throw new SmsError('conflict', `an account has at most ${maxClients} clients; revoke one first`);
      }
      const { client, secret, statement } = newClient(ids, accountId, name, clock.now());
      await database.commit([statement]);
      return { client, secret };
    },

    list: (accountId) => database.read((tx) => listClients(tx, accountId)),

    async rotateSecret(accountId, clientId) {
      const secret = randomLetters(secretLength);
      const client = await change(accountId, clientId, (tx) =>
        replaceClientSecret(tx, accountId, clientId, hashToken(secret)),
      );
      return { client, secret };
    },

    revoke: (accountId, clientId) =>
      change(accountId, clientId, (tx) => revokeClient(tx, accountId, clientId, clock.now())),

    async issueToken({ clientId, clientSecret }, lifeMs) {
      const id = clientId.toLowerCase();
      const found = isUuid(id) ? await database.read((tx) => findClient(tx, id)) : undefined;
      if (!found || !sameHash(found.secretHash, hashToken(clientSecret))) {
        throw new SmsError('unauthenticated', 'unknown client_id or wrong client_secret');
      }
      const { client, accountState } = found;
      if (client.revokedAt !== null) throw new SmsError('token_revoked', 'this client was revoked; create a new one');
      if (accountState !== 'active') {
        throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
      }
      return jwts().issue('client', { subject: client.id, lifeMs, claims: { credential_version: client.version } });
    },
  };
}
