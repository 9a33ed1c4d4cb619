// Runs the compiled tests: node scripts/test.mjs [part of a path …] [--grep text] [--reporter name].
// All of them in several processes side by side; those that are asked for in this one.
// The last line is always `N passed, N failed, N skipped`; what went wrong around the tests counts as failed.
import { parseArgs } from 'node:util';
import { compiledTests } from './tests/compiled-tests.mjs';
import { conclude } from './tests/report.mjs';

const { values, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' }, reporter: { type: 'string', default: 'spec' } },
});

process.on('exit', conclude);
// Who reads through `head` stops reading early, and the run goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const tests = compiledTests(parts);
if (parts.length === 0 && values.grep === undefined) {
  const { runSideBySide } = await import('./tests/side-by-side.mjs');
  await runSideBySide(tests);
} else {
  const { runInThisProcess } = await import('./tests/in-this-process.mjs');
  await runInThisProcess(tests, values);
}
