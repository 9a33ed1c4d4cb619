import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { readConfig } from '../config.js';
import { openSms } from '../open-sms.js';
import { printAnswer } from '../output.js';

export function addMigrateCommand(program: Command): void {
  addCommand(program, 'migrate', 'bring the database schema up to date').action(migrate);
}

async function migrate(options: CommonOptions): Promise<void> {
  const sms = await openSms(readConfig(process.env), { migrate: false });
  let migrated: string[];
  try {
    migrated = await sms.migrate();
  } finally {
    await sms.stop();
  }
  const lines = migrated.length === 0 ? ['The schema was up to date.'] : migrated.map((name) => `Ran ${name}.`);
  printAnswer({ json: { migrated }, lines }, options.json === true);
}
