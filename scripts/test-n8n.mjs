// Installs the releases of n8n that the nodes are tried in, where they are not there yet, and runs the suites of the nodes:
// node scripts/test-n8n.mjs [1] [2]. All releases unless a major version is named.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const majors = process.argv.slice(2);

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('test/dist/n8n/install/main.js', majors);
run('scripts/test.mjs', ['n8n/', ...(majors.length ? ['--grep', `in n8n [${majors.join('')}]\\.`] : [])]);
