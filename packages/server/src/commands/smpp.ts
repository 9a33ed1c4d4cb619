import type { EsmeSettings, Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface AccountOption extends CommonOptions {
  account: string;
}

interface SettingOptions extends AccountOption {
  addresses?: string;
  rate?: string;
  sessions?: string;
  alphabet?: string;
}

const alphabets = ['gsm7', 'latin1', 'ascii', 'utf8'] as const;
const unset = 'default';

export function addSmppCommands(program: Command): void {
  const smpp = program.command('smpp').description('how accounts bind over SMPP');
  const password = smpp.command('password').description('passwords to bind with');
  addCommand(password, 'rotate', 'make a new SMPP password; prints it, this once, and ends the one before')
    .requiredOption('--account <account>', 'uuid or team code')
    .action(asking(rotate));
  addCommand(smpp, 'configure', 'set how an account may bind; prints its settings')
    .requiredOption('--account <account>', 'uuid or team code')
    .option('--addresses <list>', `IP addresses and CIDR ranges separated by commas; "${unset}" lets it come from any`)
    .option('--rate <segments>', `segments a second that each session may submit, or "${unset}"`)
    .option('--sessions <count>', `sessions at a time, or "${unset}"`)
    .option('--alphabet <name>', `what data_coding 0 means to it: ${alphabets.join(', ')}, or "${unset}"`)
    .action(asking(configure));
}

async function rotate(sms: Sms, options: AccountOption): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const password = await sms.esme.rotatePassword(account.id);
  return {
    json: { account_uuid: account.id, team_code: account.teamCode, smpp_password: password },
    lines: [
      `team_code      ${account.teamCode}`,
      `smpp_password  ${password}`,
      'The password is shown this once: keep it. Sessions bound with the one before are ended.',
    ],
  };
}

async function configure(sms: Sms, options: SettingOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const settings = await sms.esme.configure(account.id, changesOf(options));
  const { addresses, segmentsPerSecond, maxSessions, alphabet } = settings;
  return {
    json: {
      account_uuid: account.id,
      addresses,
      segments_per_second: segmentsPerSecond,
      max_sessions: maxSessions,
      alphabet,
    },
    lines: [
      `addresses  ${addresses.length === 0 ? 'any' : addresses.join(', ')}`,
      `rate       ${segmentsPerSecond ?? unset}`,
      `sessions   ${maxSessions ?? unset}`,
      `alphabet   ${alphabet ?? unset}`,
    ],
  };
}

function changesOf({ addresses, rate, sessions, alphabet }: SettingOptions): Partial<EsmeSettings> {
  return {
    ...(addresses === undefined ? {} : { addresses: listOf(addresses) }),
    ...(rate === undefined ? {} : { segmentsPerSecond: countOf(rate, '--rate') }),
    ...(sessions === undefined ? {} : { maxSessions: countOf(sessions, '--sessions') }),
    ...(alphabet === undefined ? {} : { alphabet: alphabetOf(alphabet) }),
  };
}

const listOf = (value: string): string[] =>
  value === unset
    ? []
    : value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');

function countOf(value: string, option: string): number | null {
  if (value === unset) return null;
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new StartError('usage', `${option} must be a whole number, or "${unset}".`);
  return Number(value);
}

function alphabetOf(value: string): EsmeSettings['alphabet'] {
  if (value === unset) return null;
  const known = alphabets.find((name) => name === value);
  if (!known) throw new StartError('usage', `--alphabet must be one of ${alphabets.join(', ')}, or "${unset}".`);
  return known;
}
