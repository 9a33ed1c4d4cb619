import { scopes, type Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface CreateOptions extends CommonOptions {
  account: string;
  scopes: string;
  name: string;
  expires?: string;
}

interface RevokeOptions extends CommonOptions {
  account: string;
  token: string;
}

export function addTokenCommands(program: Command): void {
  const token = program.command('token').description('make and revoke API tokens');
  addCommand(token, 'create', 'make a token; prints it, this once')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--scopes <scopes>', `separated by commas, of ${scopes.join(', ')}`)
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--expires <time>', 'ISO 8601, such as 2027-01-31 or 2027-01-31T12:00:00Z')
    .action(asking(create));
  addCommand(token, 'revoke', 'end a token, at once in every process')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--token <uuid>', 'the token_uuid that create printed')
    .action(asking(revoke));
}

async function create(sms: Sms, options: CreateOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { raw, token } = await sms.tokens.create(account.id, {
    name: options.name,
    scopes: options.scopes.split(',').map((scope) => scope.trim()),
    expiresAt: parseExpiry(options.expires),
  });
  const expiresAt = token.expiresAt === null ? null : new Date(token.expiresAt).toISOString();
  return {
    json: {
      account_uuid: account.id,
      token_uuid: token.id,
      scopes: token.scopes,
      expires_at: expiresAt,
      api_token: raw,
    },
    lines: [
      `token_uuid  ${token.id}`,
      `scopes      ${token.scopes.join(', ')}`,
      `expires     ${expiresAt ?? 'never'}`,
      `api_token   ${raw}`,
      'The token is shown this once: keep it.',
    ],
  };
}

async function revoke(sms: Sms, options: RevokeOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id } = await sms.tokens.revoke(account.id, options.token);
  return { json: { account_uuid: account.id, token_uuid: id, revoked: true }, lines: ['The token is revoked.'] };
}

function parseExpiry(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // Date.parse also reads "1" as a year; only ISO 8601 says what it means.
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw new StartError('usage', '--expires must be a time in ISO 8601, such as 2027-01-31T12:00:00Z.');
  if (at <= Date.now()) throw new StartError('usage', '--expires is a time that is over.');
  return at;
}
