// Makes a fresh clone ready: installs what the lock file names when it is not there yet, then compiles.
// Runs before `npm start`, `npm test` and `npm run lint`, so that each of them is one command.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Ujumbe needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');

/** True when the installed tree names the versions the lock file names. */
function upToDate() {
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      path === '' ||
      optional ||
      link ||
      !version ||
      path.startsWith('packages/') ||
      path === 'test' ||
      present[path]?.version === version,
  );
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (!upToDate()) {
  console.error('Installing dependencies (the SQLite drivers compile; about two minutes) …');
  run('npm', ['ci', '--no-fund', '--no-audit']);
}
// What is named is compiled with what it stands on; everything when nothing is named.
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', ...process.argv.slice(2)]);
