import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { skipBecause } from '../../support/skip.js';

const script = join(__dirname, '../../../../scripts/install-peers.mjs');
const installWithinMs = 300_000;

let installing: Promise<string | undefined> | undefined;

/**
 * For a `before` hook: skips the suite unless Kannel, Net::SMPP, tshark and openssl are there. They are installed when
 * the first suite that needs them begins, once a run. `UJUMBE_TEST_PEERS=none` does without.
 */
export async function skipWithoutPeers(this: Mocha.Context): Promise<void> {
  this.timeout(installWithinMs);
  installing ??= process.env.UJUMBE_TEST_PEERS === 'none' ? Promise.resolve('UJUMBE_TEST_PEERS is none') : install();
  const trouble = await installing;
  if (trouble !== undefined) skipBecause(this, trouble);
}

/** Undefined when they are there. */
function install(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script], (error, _stdout, stderr) =>
      resolve(error ? (stderr.trim().split('\n').at(-1) ?? error.message) : undefined),
    );
  });
}
