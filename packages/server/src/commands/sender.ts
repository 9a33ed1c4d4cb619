import type { Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface ApproveOptions extends CommonOptions {
  account: string;
  sender: string;
}

export function addSenderCommands(program: Command): void {
  const sender = program.command('sender').description('decide about sender IDs');
  addCommand(sender, 'approve', 'let an account send under a sender ID')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--sender <name>', 'a number, or at most 11 letters and digits')
    .action(asking(approve));
}

async function approve(sms: Sms, options: ApproveOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id, name, state } = await sms.accounts.approveSender(account.id, options.sender);
  return {
    json: { account_uuid: account.id, sender_uuid: id, sender_id: name, state },
    lines: [`${account.teamCode} may send as ${name}.`],
  };
}
