import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Something large from npm that is installed once a machine, outside the clone. */
export interface CachedFolder {
  /** Names the folder, with its version. */
  name: string;
  /** What it is, for people who wait for it. */
  title: string;
  /** The package.json it is installed from. */
  manifest: object;
  /** Packages with C++ in them, which npm builds after the others. */
  built: readonly string[];
  /** Packages it does without, because nothing here uses them and they are large or not in the registry. */
  stubs: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** From the folder to the Node that runs it; this process's own when absent. */
  node?: string;
}

/** Written last, so that a folder without it is one whose installation broke off. */
export const markerName = 'ready.json';

export const cacheRoot = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ujumbe');

export const pathOf = ({ name }: CachedFolder): string => join(cacheRoot(), name);

/** Tells an installation of today's recipe from one of yesterday's. */
export const recipeOf = ({ manifest, built, stubs }: CachedFolder): string =>
  createHash('sha256')
    .update(JSON.stringify([manifest, built, stubs]))
    .digest('hex');

export function isInstalled(folder: CachedFolder): boolean {
  const marker = join(pathOf(folder), markerName);
  if (!existsSync(marker)) return false;
  return (JSON.parse(readFileSync(marker, 'utf8')) as { recipe?: string }).recipe === recipeOf(folder);
}
