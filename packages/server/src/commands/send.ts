import { laneNames, type AcceptedMessage, type Lane, type RejectedItem, type Sms } from '@ujumbe/core';
import { Option, type Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { toCredits } from '../credits.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface SendOptions extends CommonOptions {
  account: string;
  to: string[];
  message: string;
  sender?: string;
  clientRef?: string;
  lane?: Lane;
  idempotencyKey?: string;
}

export function addSendCommand(program: Command): void {
  addCommand(program, 'send', 'accept a message; a running `ujumbe serve` sends it')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--to <number...>', 'one or more numbers')
    .requiredOption('--message <text>', 'the text')
    .option('--sender <name>', 'an approved sender ID; the default of the account when absent')
    .option('--client-ref <text>', 'a reference of your own, given back in events')
    .addOption(new Option('--lane <lane>', 'how urgent it is').choices(laneNames))
    .option('--idempotency-key <key>', 'sends once, however often this runs with the same key')
    .action(asking(send));
}

async function send(sms: Sms, options: SendOptions): Promise<Answer> {
  const { to, message, sender, clientRef, lane, idempotencyKey } = options;
  const account = await findAccount(sms, options.account);
  const { accepted, rejected, replayed } = await sms.send(account.id, {
    to,
    message,
    ...(sender === undefined ? {} : { senderId: sender }),
    ...(clientRef === undefined ? {} : { clientRef }),
    ...(lane === undefined ? {} : { lane }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  return {
    json: { accepted: accepted.map(acceptedJson), rejected: rejected.map(rejectedJson), replayed },
    lines: [
      ...accepted.map(
        ({ id, state, segments, cost }) => `${id}  ${state}, ${segments} parts, ${toCredits(cost)} credits`,
      ),
      ...rejected.map(({ to: number, code, reason }) => `${number}  refused: ${reason} (${code})`),
    ],
  };
}

const acceptedJson = ({ id, recipient, sender, state, segments, cost, clientRef }: AcceptedMessage): object => ({
  uuid: id,
  to: recipient,
  sender_id: sender,
  state,
  parts: segments,
  credits: toCredits(cost),
  client_ref: clientRef,
});

const rejectedJson = ({ index, to, code, reason }: RejectedItem): object => ({ index, to, code, reason });
