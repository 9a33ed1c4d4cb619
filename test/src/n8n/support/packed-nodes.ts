import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '../../../..');
const source = join(root, 'packages/n8n-nodes');
/** Below the workspace, so that `n8n-workflow` is found from it as it is from a package that n8n installed. */
const home = join(root, 'test/dist/n8n/packed');
const name = 'n8n-nodes-ujumbe';

let packed: Promise<string> | undefined;

/** The package as npm would publish it, unpacked; once a run. Nothing is tried that is not in the tarball. */
export function packedNodes(): Promise<string> {
  return (packed ??= pack());
}

async function pack(): Promise<string> {
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const env = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  const { stdout } = await run('npm', ['pack', '--pack-destination', home, '--loglevel', 'error'], {
    cwd: source,
    env,
    shell: process.platform === 'win32',
  });
  // The last line is the tarball's name.
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', join(home, tarball), '-C', home]);
  return join(home, 'package');
}

/** Puts the package where n8n keeps the community's, in a user folder. */
export async function installInto(userFolder: string): Promise<void> {
  const nodes = join(userFolder, '.n8n/nodes');
  await cp(await packedNodes(), join(nodes, 'node_modules', name), { recursive: true });
}

export const communityManifest = { name: 'installed-nodes', private: true, dependencies: { [name]: '*' } };
