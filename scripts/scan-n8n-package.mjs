// Packs a community package of n8n and lints what is in the tarball, as @n8n/scan-community-package does with what was
// published: node scripts/scan-n8n-package.mjs folder
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { n8nRulesOfTarball } from './n8n-rules.mjs';

/** What n8n loads, and what npm adds. Sources, tests and programs have no place beside them. */
const belongs = /^(package\.json|README\.md|LICENSE(\.md)?|dist\/.*\.(js|d\.ts|node\.json|svg))$/;
const tests = /\.(test|spec)\.js$/;

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stdout}${stderr}${error ?? ''}`);
  return stdout;
}

/** The report of what the reviewers would find; empty when they would find nothing. */
async function scan(folder, unpacked) {
  const packed = run('npm', ['pack', '--json', '--pack-destination', unpacked, '--loglevel', 'error'], folder);
  // What the build prints comes before.
  const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf('[\n')));
  const stray = files.map(({ path }) => path).filter((path) => !belongs.test(path) || tests.test(path));
  if (stray.length) return `${stray.join(', ')} should not be in the tarball.`;
  run('tar', ['-xzf', filename], unpacked);
  const cwd = join(unpacked, 'package');
  const eslint = new ESLint({
    cwd,
    allowInlineConfig: false,
    overrideConfigFile: true,
    overrideConfig: n8nRulesOfTarball,
  });
  const results = await eslint.lintFiles(['**/*.js', 'package.json']);
  if (results.length < 2) return 'Nothing of the tarball was read.';
  return (await eslint.loadFormatter('stylish')).format(results);
}

const unpacked = mkdtempSync(join(tmpdir(), 'ujumbe-scan-'));
try {
  const report = await scan(process.argv[2], unpacked);
  if (report) {
    console.error(report);
    process.exitCode = 1;
  }
} finally {
  rmSync(unpacked, { recursive: true });
}
