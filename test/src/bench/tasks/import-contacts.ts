import { createReadStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, simulator, type DatabaseOptions } from '@ujumbe/core';

export interface ImportInput {
  database: DatabaseOptions;
  /** Where the platform keeps what is uploaded. */
  folder: string;
  path: string;
}

/** Imports a file into an account without contacts: from the moment it has come in until the import is over. */
export async function run({
  database,
  folder,
  path,
}: ImportInput): Promise<{ seconds: number; imported: number; failed: number }> {
  const sms = await createSms({ database, transports: [simulator()], uploads: { folder } });
  const { account } = await sms.accounts.open({
    name: 'Duka',
    country: 'TZ',
    currency: 'TZS',
    credits: 0,
    sender: 'DUKA',
  });
  await sms.start();
  const file = await sms.uploads.receive(createReadStream(path));
  const startedMs = performance.now();
  const { contactImport } = await sms.imports.start(account.id, file);
  for (;;) {
    const { completedAt, state, error, imported, failed } = await sms.imports.get(account.id, contactImport.id);
    if (completedAt !== null) {
      const seconds = (performance.now() - startedMs) / 1_000;
      await sms.stop();
      if (state !== 'completed') throw new Error(error ?? state);
      return { seconds, imported, failed };
    }
    await pause(25);
  }
}
