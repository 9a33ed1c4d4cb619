import type { Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface AccountOption extends CommonOptions {
  account: string;
}

interface RejectOptions extends ApproveOptions {
  reason: string;
}

interface ApproveOptions extends AccountOption {
  sender: string;
}

export function addSenderCommands(program: Command): void {
  const sender = program.command('sender').description('decide about sender IDs');
  addCommand(sender, 'approve', 'let an account send under a sender ID')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--sender <name>', 'a number, or at most 11 letters and digits')
    .action(asking(approve));
  addCommand(sender, 'reject', 'refuse a sender ID that was asked for, or take one back')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--sender <name>', 'as it was asked for')
    .requiredOption('--reason <text>', 'why, in words for the customer')
    .action(asking(reject));
  addCommand(sender, 'list', 'list the sender IDs of an account, with what they are for')
    .requiredOption('--account <account>', 'uuid or team code')
    .action(asking(list));
}

async function approve(sms: Sms, options: ApproveOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id, name, state } = await sms.accounts.approveSender(account.id, options.sender);
  return {
    json: { account_uuid: account.id, sender_uuid: id, sender_id: name, state },
    lines: [`${account.teamCode} may send as ${name}.`],
  };
}

async function reject(sms: Sms, options: RejectOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const { id, name, state } = await sms.accounts.rejectSender(account.id, options.sender, options.reason);
  return {
    json: { account_uuid: account.id, sender_uuid: id, sender_id: name, state, reason: options.reason },
    lines: [`${account.teamCode} may not send as ${name}.`],
  };
}

async function list(sms: Sms, options: AccountOption): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const senders = await sms.accounts.senders(account.id);
  return {
    json: {
      account_uuid: account.id,
      senders: senders.map(({ id, name, state, purpose, sample, decisionReason }) => ({
        sender_uuid: id,
        sender_id: name,
        state,
        purpose,
        sample,
        reason: decisionReason,
      })),
    },
    lines: senders.map(({ name, state, purpose }) =>
      `${name.padEnd(11)}  ${state.padEnd(11)}  ${purpose ?? ''}`.trimEnd(),
    ),
  };
}
