import { existsSync } from 'node:fs';
import type { Health } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { describeDatabase, keepsSecrets, readConfig, sqliteFile, type Config } from '../config.js';
import { explainError } from '../explain-error.js';
import { openSms } from '../open-sms.js';
import { printAnswer } from '../output.js';

type Check = Health['checks'][number];

export function addDoctorCommand(program: Command): void {
  addCommand(
    program,
    'doctor',
    'look at the database, its schema, the transports and the clock; changes nothing',
  ).action(doctor);
}

async function doctor(options: CommonOptions): Promise<void> {
  const config = readConfig(process.env);
  const checks = [...(await platformChecks(config)), secretCheck(config)];
  const ok = checks.every((check) => check.ok);
  const lines = checks.map((check) => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail.replace(/\s+/g, ' ')}`);
  printAnswer({ json: { ok, database: describeDatabase(config.databaseUrl), checks }, lines }, options.json === true);
  if (!ok) process.exitCode = 1;
}

async function platformChecks(config: Config): Promise<Check[]> {
  const file = sqliteFile(config.databaseUrl);
  // Opening would create it, and a file in the wrong folder is what is looked for.
  if (file !== undefined && !existsSync(file)) {
    return [{ name: 'database', ok: false, detail: `there is no file ${file} yet; \`ujumbe migrate\` makes it` }];
  }
  try {
    // As it is: a schema that was brought up to date just now would say nothing about the one that was there.
    const sms = await openSms(config, { migrate: false });
    try {
      return (await sms.health.check()).checks;
    } finally {
      await sms.stop();
    }
  } catch (error) {
    return [{ name: 'database', ok: false, detail: explainError(error, config.databaseUrl).error }];
  }
}

function secretCheck(config: Config): Check {
  const ok = keepsSecrets(config);
  const detail = ok ? 'webhook secrets can be kept' : 'webhooks need UJUMBE_SECRET: 32 bytes in base64';
  return { name: 'secret', ok, detail };
}
