import type { Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';
import { newPassword } from '../new-password.js';
import type { Answer } from '../output.js';

interface CreateOptions extends CommonOptions {
  account: string;
  email?: string;
  phone?: string;
  username?: string;
}

interface PasswordOptions extends CommonOptions {
  user: string;
}

export function addUserCommands(program: Command): void {
  const user = program.command('user').description('people who log in');
  addCommand(user, 'create', 'make a user; prints a password, this once')
    .requiredOption('--account <account>', 'uuid or team code')
    .option('--email <email>', 'to log in with')
    .option('--phone <number>', 'to log in with')
    .option('--username <name>', 'to log in with')
    .action(asking(create));
  const password = user.command('password').description('passwords to log in with');
  addCommand(password, 'rotate', 'make a new password; prints it, this once, and ends the sessions of the one before')
    .requiredOption('--user <user>', 'its e-mail address, phone number or user name')
    .action(asking(rotate));
}

async function create(sms: Sms, { account: name, email, phone, username }: CreateOptions): Promise<Answer> {
  const account = await findAccount(sms, name);
  const password = newPassword();
  const user = await sms.users.create(account.id, { email, phone, username, password });
  return shown(user.id, user.email ?? user.username ?? user.phone ?? '', password);
}

async function rotate(sms: Sms, options: PasswordOptions): Promise<Answer> {
  const user = await sms.users.find(options.user);
  if (!user) throw new StartError('usage', 'There is no such user.');
  const password = newPassword();
  await sms.users.setPassword(user.id, password);
  return shown(user.id, options.user, password);
}

const shown = (userId: string, login: string, password: string): Answer => ({
  json: { user_uuid: userId, login, password },
  lines: [
    `user_uuid  ${userId}`,
    `login      ${login}`,
    `password   ${password}`,
    'The password is shown this once: keep it.',
  ],
});
