// Checks each package as npm would publish it: publint reads its package.json against the files that would be packed,
// attw resolves its types as Node 16 and newer do, and n8n's linters read its nodes. Nothing leaves the machine.
// Arguments: folders under packages/.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const publishable = ['core', 'express-router', 'smpp-adapter', 'server', 'n8n-nodes'];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : publishable;

// npm would otherwise look for a newer version of itself.
const offline = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' };

function run(tool, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [tool, ...args], {
    cwd,
    env: offline,
    encoding: 'utf8',
  });
  if (status === 0) return true;
  console.error(`${stdout}${stderr}${error ?? ''}`);
  return false;
}

/** The files a manifest promises and that are not there; each is a package that cannot be loaded. */
function missingFiles(folder, { main, types, bin = {}, n8n = {} }) {
  const promised = [main, types, ...Object.values(bin), ...(n8n.credentials ?? []), ...(n8n.nodes ?? [])];
  return promised.filter((path) => path && !existsSync(join(folder, path)));
}

function check(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const missing = missingFiles(folder, manifest);
  if (missing.length) {
    console.error(`packages/${name} promises ${missing.join(', ')}, which npm run build did not make.`);
    return false;
  }
  const publint = run(join(root, 'node_modules/publint/src/cli.js'), ['run', '.', '--pack', 'npm'], folder);
  // n8n loads its nodes by the paths in the manifest; a package without an entry point has no types to resolve.
  if (manifest.n8n) return run(join(root, 'scripts/scan-n8n-package.mjs'), [folder], root) && publint;
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  return run(attw, ['--pack', '.', '--profile', 'node16', '--no-definitely-typed', '--no-color'], folder) && publint;
}

const failed = chosen.filter((name) => {
  const passed = check(name);
  console.log(`${passed ? 'good' : 'BAD '}  packages/${name}`);
  return !passed;
});
if (failed.length) {
  console.error(`\n${failed.length} of ${chosen.length} packages would be published broken: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
