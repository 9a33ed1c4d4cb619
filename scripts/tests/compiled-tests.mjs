// Finds the tests and says how they are dealt to processes.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files below a folder, as paths from the root with forward slashes. */
function filesBelow(folder, ending) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => relative(root, join(path, name)).split(sep).join('/'));
}

/**
 * Every test that has a source, with its compiled form; with parts, those whose path has one of them. Going by the
 * sources leaves a deleted test's old output alone.
 */
export function compiledTests(parts = []) {
  const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'test'];
  return folders
    .flatMap((folder) => filesBelow(`${folder}/src`, '.test.ts').map((source) => ({ folder, source })))
    .map(({ folder, source }) => {
      const inside = source.slice(`${folder}/src/`.length).replace(/\.ts$/, '.js');
      return { source, compiled: `${folder}/dist/${inside}` };
    })
    .filter(({ source, compiled }) => !parts.length || parts.some((part) => `${source} ${compiled}`.includes(part)))
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}
