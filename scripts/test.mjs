// Runs the compiled tests in one process: node scripts/test.mjs [part of a path …] [--grep text].
// The last line is always `N passed, N failed, N skipped`; what went wrong around the tests counts as failed.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import Mocha from 'mocha';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const testTimeoutMs = 60_000;
const leakGraceMs = 5_000;

const { values, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' } },
});

/** What failed beside the tests themselves: a file that is not compiled, a leak, an error after the last test. */
const troubles = [];
const skipped = [];
const counts = { passes: 0, failures: 0 };
// The standard streams are always there; naming them opens them, so that they count as there from the start.
const streams = [process.stdout, process.stderr];
const atStart = process.getActiveResourcesInfo();

function trouble(sentence) {
  troubles.push(sentence.split('\n', 1)[0]);
  console.error(`\n${sentence}`);
}

/** Files below a folder, as paths from the root with forward slashes. */
function filesBelow(folder, ending) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => relative(root, join(path, name)).split(sep).join('/'));
}

/** The compiled form of every test that has a source. Going by the sources leaves a deleted test's old output alone. */
function compiledTests() {
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

function reasonOf(test) {
  for (let holder = test; holder; holder = holder.parent) if (holder.skipReason) return holder.skipReason;
  return 'no reason given';
}

/** The handles that keep the process alive, each with what is known of the other end. */
function activeHandles() {
  const resources = process.getActiveResourcesInfo();
  for (const name of atStart) if (resources.includes(name)) resources.splice(resources.indexOf(name), 1);
  const described = (process._getActiveHandles?.() ?? [])
    .filter((handle) => !streams.includes(handle))
    .map((handle) => {
      const address = handle.listening ? handle.address() : undefined;
      const facts = { address, remotePort: handle.remotePort, pid: handle.pid, spawnfile: handle.spawnfile };
      const known = Object.entries(facts).filter(([, value]) => value !== undefined);
      return `  ${handle.constructor.name} ${inspect(Object.fromEntries(known), { breakLength: Infinity })}`;
    });
  return [`  ${resources.join(', ')}`, ...described].join('\n');
}

function reportUncaught(error) {
  trouble(`An error outside the tests: ${error?.stack ?? error}`);
}

/** A test file that leaves a timer, socket or process behind would keep a host alive as well. */
function failOnLeak() {
  setTimeout(() => {
    trouble(`The tests are over, but something keeps the process alive:\n${activeHandles()}`);
    process.exit(1);
  }, leakGraceMs).unref();
}

/** Prints the end of the report, whichever way the process ends. */
function conclude(code) {
  const failed = counts.failures + troubles.length;
  const total = counts.passes + failed + skipped.length;
  if (skipped.length) console.log(`\nSkipped:\n${skipped.map((line) => `  ${line}`).join('\n')}`);
  if (troubles.length) console.log(`\nBeside the tests:\n${troubles.map((line) => `  ${line}`).join('\n')}`);
  if (total === 0) console.log('\nNo test ran.');
  if (code === 0 && (failed > 0 || counts.passes === 0)) process.exitCode = 1;
  console.log(`${counts.passes} passed, ${failed} failed, ${skipped.length} skipped`);
}

function watch(runner) {
  runner.on('pass', () => counts.passes++);
  runner.on('fail', () => counts.failures++);
  runner.on('pending', (test) => skipped.push(`${test.fullTitle()}: ${reasonOf(test)}`));
}

async function run() {
  const tests = compiledTests();
  for (const { source, compiled } of tests) {
    if (!existsSync(join(root, compiled))) trouble(`${source} is not compiled: run npm run build and read its errors.`);
  }
  const files = tests.map(({ compiled }) => join(root, compiled)).filter((path) => existsSync(path));
  if (files.length === 0) return;

  const { startDatabases, stopDatabases } = await import(
    pathToFileURL(join(root, 'test/dist/support/databases.js')).href
  );
  const interrupt = async (signal) => {
    trouble(`Interrupted by ${signal}.`);
    await stopDatabases();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt);

  const mocha = new Mocha({
    timeout: testTimeoutMs,
    slow: 1_000,
    reporter: parts.length || values.grep ? 'spec' : 'dot',
    forbidOnly: process.env.CI === 'true',
    ...(values.grep && { grep: values.grep }),
  });
  mocha.files = files;
  await mocha.loadFilesAsync();
  const databases = await startDatabases();
  if (databases) console.log(databases);
  try {
    await new Promise((resolve) => {
      process.removeListener('uncaughtException', reportUncaught);
      watch(mocha.run(resolve));
    });
  } finally {
    // mocha goes on listening after the run and would throw what it hears.
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', reportUncaught);
    await stopDatabases();
  }
}

// mocha lays an uncaught exception at the running test's door, but hands rejections on to us.
process.on('unhandledRejection', (reason) => {
  throw reason;
});
process.on('uncaughtException', reportUncaught);
process.on('exit', conclude);
// Who reads through `head` stops reading early, and the run goes on.
for (const stream of streams) stream.on('error', () => {});

try {
  await run();
} catch (error) {
  trouble(`The tests could not be run: ${error.stack ?? error}`);
}
failOnLeak();
