import { permissions, type Sms, type TokenForm } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

/** The forms of keys that vendors' clients show, by the vendor. */
const vendors = { mifumo: 'mif', mboasms: 'mboa' } as const satisfies Record<string, TokenForm>;

interface KeyOptions extends CommonOptions {
  account: string;
  vendor: string;
}

interface CreateOptions extends KeyOptions {
  name: string;
  permissions?: string;
  mode?: string;
}

interface ChangeOptions extends KeyOptions {
  key: string;
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description("make, replace and revoke API keys of the vendors' forms");
  const vendor = Object.keys(vendors).join(' or ');
  addCommand(key, 'create', 'make a key; prints it, this once')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--vendor <vendor>', vendor)
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--permissions <permissions>', `separated by commas, of ${permissions.join(', ')}; all unless given`)
    .option('--mode <mode>', "which of the vendor's dialects it is answered in")
    .action(asking(create));
  addCommand(key, 'rotate', 'give a key another secret; prints it, this once, and ends the one before')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--vendor <vendor>', vendor)
    .requiredOption('--key <uuid>', 'the key_uuid that create printed')
    .action(asking(rotate));
  addCommand(key, 'revoke', 'end a key, at once in every process')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--vendor <vendor>', vendor)
    .requiredOption('--key <uuid>', 'the key_uuid that create printed')
    .action(asking(revoke));
}

async function create(sms: Sms, options: CreateOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { raw, token } = await sms.keys.create(account.id, {
    form: formOf(options.vendor),
    name: options.name,
    mode: options.mode,
    permissions: options.permissions?.split(',').map((permission) => permission.trim()),
  });
  return shown(account.id, token.id, raw);
}

async function rotate(sms: Sms, options: ChangeOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { raw, token } = await sms.keys.regenerate(account.id, formOf(options.vendor), options.key);
  return shown(account.id, token.id, raw);
}

async function revoke(sms: Sms, options: ChangeOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id } = await sms.keys.revoke(account.id, formOf(options.vendor), options.key);
  return { json: { account_uuid: account.id, key_uuid: id, revoked: true }, lines: ['The key is revoked.'] };
}

const shown = (accountId: string, keyId: string, raw: string): Answer => ({
  json: { account_uuid: accountId, key_uuid: keyId, api_key: raw },
  lines: [`key_uuid  ${keyId}`, `api_key   ${raw}`, 'The key is shown this once: keep it.'],
});

function formOf(vendor: string): TokenForm {
  if (vendor === 'mifumo' || vendor === 'mboasms') return vendors[vendor];
  throw new StartError('usage', `--vendor must be ${Object.keys(vendors).join(' or ')}.`);
}
