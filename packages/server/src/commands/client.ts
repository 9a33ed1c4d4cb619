import type { Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface CreateOptions extends CommonOptions {
  account: string;
  name: string;
}

interface ChangeOptions extends CommonOptions {
  account: string;
  client: string;
}

export function addClientCommands(program: Command): void {
  const client = program.command('client').description('programs that get tokens for a client id and a secret');
  addCommand(client, 'create', 'make a client; prints its secret, this once')
    .requiredOption('--account <account>', 'uuid or team code')
    .option('--name <name>', 'what it is for', 'made on the command line')
    .action(asking(create));
  addCommand(client, 'rotate', 'make a new secret; prints it, this once, and ends every token of the one before')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--client <client_id>', 'the client_id that create printed')
    .action(asking(rotate));
  addCommand(client, 'revoke', 'end a client and its tokens, at once in every process')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--client <client_id>', 'the client_id that create printed')
    .action(asking(revoke));
}

async function create(sms: Sms, options: CreateOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { client, secret } = await sms.clients.create(account.id, { name: options.name });
  return shown(account.id, client.id, secret);
}

async function rotate(sms: Sms, options: ChangeOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { client, secret } = await sms.clients.rotateSecret(account.id, options.client);
  return shown(account.id, client.id, secret);
}

async function revoke(sms: Sms, options: ChangeOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id } = await sms.clients.revoke(account.id, options.client);
  return { json: { account_uuid: account.id, client_id: id, revoked: true }, lines: ['The client is revoked.'] };
}

const shown = (accountId: string, clientId: string, secret: string): Answer => ({
  json: { account_uuid: accountId, client_id: clientId, client_secret: secret },
  lines: [`client_id      ${clientId}`, `client_secret  ${secret}`, 'The secret is shown this once: keep it.'],
});
