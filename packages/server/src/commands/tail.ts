import { renderEvent, type DomainEvent } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { readConfig } from '../config.js';
import { EventFeed } from '../event-feed.js';
import { eventLine } from '../event-line.js';
import { findAccount } from '../find-account.js';
import { openSms } from '../open-sms.js';
import { printJson, printLine } from '../output.js';
import { stopSignal } from '../stop-signal.js';

interface TailOptions extends CommonOptions {
  account?: string;
  after?: string;
}

export function addTailCommand(program: Command): void {
  addCommand(program, 'tail', 'follow what happens, one line an event (with --json one JSON value each), until Ctrl-C')
    .option('--account <account>', 'whose events, by uuid or team code; all when absent')
    .option('--after <cursor>', 'begin after an event that was shown before; from now on when absent')
    .action(tail);
}

async function tail(options: TailOptions): Promise<void> {
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const sms = await openSms(readConfig(process.env));
  try {
    const accountId = options.account === undefined ? undefined : (await findAccount(sms, options.account)).id;
    const feed = new EventFeed(sms, options.after ?? (await sms.events.lastCursor()), accountId);
    await feed.follow((events) => events.forEach(options.json ? printEventJson : printEvent), stop.signal);
  } finally {
    await sms.stop();
  }
}

const printEvent = (event: DomainEvent): void => printLine(eventLine(event));
const printEventJson = (event: DomainEvent): void => printJson(renderEvent(event));
