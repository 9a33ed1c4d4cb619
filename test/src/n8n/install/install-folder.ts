import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cacheRoot, markerName, pathOf, recipeOf, type CachedFolder } from './cached-folder.js';

const limitMs = 900_000;

/**
 * Installs a folder from npm beside where it belongs and puts it there when it is whole: who looks meanwhile, or breaks
 * off, finds nothing or all of it.
 *
 * @throws Error with the end of npm's output
 */
export async function installFolder(folder: CachedFolder): Promise<void> {
  const startedAt = Date.now();
  const building = join(cacheRoot(), `${folder.name}.${process.pid}`);
  await mkdir(building, { recursive: true });
  try {
    await writeStubs(building, folder.stubs);
    await writeFile(join(building, 'package.json'), JSON.stringify(withStubs(folder), null, 2));
    // Scripts would fetch binaries from elsewhere; what must be built is built from what npm brought.
    await npm(building, folder, ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']);
    if (folder.built.length > 0) await npm(building, folder, ['rebuild', ...folder.built]);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    await writeFile(join(building, markerName), JSON.stringify({ recipe: recipeOf(folder), seconds }));
    await rm(pathOf(folder), { recursive: true, force: true });
    await rename(building, pathOf(folder));
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

const stubFolder = (name: string): string => `stubs/${name.replace('/', '-')}`;

/** Empty packages in the place of those that are left out. */
function withStubs({ manifest, stubs }: CachedFolder): object {
  const { overrides, ...rest } = manifest as { overrides?: object };
  const empty = Object.keys(stubs).map((name) => [name, `file:./${stubFolder(name)}`]);
  return { private: true, ...rest, overrides: { ...overrides, ...Object.fromEntries(empty) } };
}

async function writeStubs(building: string, stubs: CachedFolder['stubs']): Promise<void> {
  for (const [name, files] of Object.entries(stubs)) {
    const all = { 'package.json': { name, version: '0.0.0', main: 'index.js' }, 'index.js': {}, ...files };
    for (const [path, content] of Object.entries(all)) {
      const file = join(building, stubFolder(name), path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, path.endsWith('.js') ? 'module.exports = {};\n' : JSON.stringify(content));
    }
  }
}

async function npm(building: string, { node }: CachedFolder, args: readonly string[]): Promise<void> {
  const log = join(building, 'npm.log');
  // A Node that is a part of what is installed is there from the second call on.
  const installed = node === undefined ? undefined : join(building, node);
  const program = installed !== undefined && existsSync(installed) ? installed : process.execPath;
  const output = createWriteStream(log, { flags: 'a' });
  await once(output, 'open');
  const child = spawn(program, [npmCli(), ...args], {
    cwd: building,
    env: {
      ...process.env,
      PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`,
      npm_config_build_from_source: 'true',
      npm_config_update_notifier: 'false',
      ...(program === process.execPath ? {} : { npm_config_nodedir: dirname(dirname(program)) }),
    },
    stdio: ['ignore', output, output],
    timeout: limitMs,
  });
  const [code] = (await once(child, 'close')) as [number | null];
  output.close();
  if (code !== 0) {
    const end = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-15).join('\n');
    throw new Error(`npm ${args[0] ?? ''} ended with ${code ?? 'a signal'} in ${building}:\n${end}`);
  }
}

/** npm as a script, so that the Node of our choice runs it. */
function npmCli(): string {
  const { npm_execpath: running } = process.env;
  if (running?.endsWith('.js')) return running;
  const beside = dirname(dirname(process.execPath));
  const places = ['lib/node_modules', 'share/nodejs', 'share', 'node_modules'];
  const found = places.map((place) => join(beside, place, 'npm/bin/npm-cli.js')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('npm was not found beside Node; run this with npm run test:n8n');
  return found;
}
