import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SmsOptions } from '@ujumbe/core';

/**
 * A part of a platform by its name, past core's public face: for what other capabilities build on and no customer sees.
 * The platform is not started.
 */
export async function composeParts<Parts>(options: SmsOptions): Promise<<K extends keyof Parts>(name: K) => Parts[K]> {
  const { compose } = (await importCore('compose.js')) as {
    compose: (options: SmsOptions) => Promise<<K extends keyof Parts>(name: K) => Parts[K]>;
  };
  return compose(options);
}

/** A module of core by its path below its source folder. */
export function importCore(path: string): Promise<unknown> {
  return import(pathToFileURL(join(__dirname, '../../../packages/core/dist', path)).href);
}
