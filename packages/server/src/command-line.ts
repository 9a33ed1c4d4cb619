import type { Sms } from '@ujumbe/core';
import { CommanderError, type Command } from 'commander';
import { readConfig } from './config.js';
import { StartError } from './errors.js';
import { explainError, type ExplainedError } from './explain-error.js';
import { openSms } from './open-sms.js';
import { printAnswer, type Answer } from './output.js';

/** What every command understands. */
export interface CommonOptions {
  json?: true;
}

/** Adds a command below another; every one takes `--json`. */
export function addCommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'print one JSON value, and errors as JSON too');
}

/** The action of a command that asks the platform something, prints the answer and ends. */
export function asking<Options extends CommonOptions>(
  work: (sms: Sms, options: Options) => Promise<Answer>,
): (options: Options) => Promise<void> {
  return async (options) => {
    const sms = await openSms(readConfig(process.env));
    let answer: Answer;
    try {
      answer = await work(sms, options);
    } finally {
      await sms.stop();
    }
    // Only what is stored and closed is reported.
    printAnswer(answer, options.json === true);
  };
}

/** Whether the caller asked for JSON, also where the command line could not be read. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** Makes an error what is printed of it, or undefined when there is nothing to say, as after `--help`. */
export function explainFailure(error: unknown): ExplainedError | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    // Commander shows the help when a command is missing, and calls that an error without a sentence.
    const sentence =
      error.code === 'commander.help' ? 'Name a command; ujumbe --help lists them.' : asSentence(error.message);
    return { error: sentence, code: 'usage' };
  }
  return explainError(error, databaseUrlOrNone());
}

function asSentence(message: string): string {
  const plain = message.replace(/^error: /, '').replace(/\n/g, ' ');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.?)]$/.test(plain) ? '' : '.'}`;
}

function databaseUrlOrNone(): string | undefined {
  try {
    return readConfig(process.env).databaseUrl;
  } catch (error) {
    if (error instanceof StartError) return undefined;
    throw error;
  }
}
