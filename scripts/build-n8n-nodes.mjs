// Builds packages/n8n-nodes as it is published: compiled anew, so that nothing of a deleted file is left, with the icons
// and codex files that n8n reads beside the code. Runs before it is packed.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'packages', 'n8n-nodes');

for (const built of ['dist', '.tsbuildinfo']) rmSync(join(folder, built), { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-b', folder], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

for (const part of ['icons', 'nodes']) {
  for (const name of readdirSync(join(folder, part), { recursive: true })) {
    if (/\.(svg|node\.json)$/.test(name)) cpSync(join(folder, part, name), join(folder, 'dist', part, name));
  }
}
