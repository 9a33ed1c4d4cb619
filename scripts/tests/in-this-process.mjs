// Runs a set of tests in this process, and sees to it that they leave nothing behind.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import Mocha from 'mocha';
import { root } from './compiled-tests.mjs';
import { counts, skip, trouble } from './report.mjs';

const testTimeoutMs = 60_000;
const leakGraceMs = 5_000;

// The standard streams are always there; naming them opens them, so that they count as there from the start.
const streams = [process.stdout, process.stderr];
const atStart = process.getActiveResourcesInfo();

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

function watch(runner) {
  runner.on('pass', () => counts.passed++);
  runner.on('fail', () => counts.failed++);
  runner.on('pending', skip);
}

async function run(tests, { reporter, grep }) {
  for (const { source, compiled } of tests) {
    if (!existsSync(join(root, compiled))) trouble(`${source} is not compiled: run npm run build and read its errors.`);
  }
  const files = tests.map(({ compiled }) => join(root, compiled)).filter((path) => existsSync(path));
  if (files.length === 0) return;

  const { startDatabases, stopDatabases } = await import(
    pathToFileURL(join(root, 'test/dist/support/databases.js')).href
  );
  let interrupted = false;
  const interrupt = async (signal) => {
    // Ctrl-C reaches every process of the terminal, and who started this one hands it on.
    if (interrupted) return;
    interrupted = true;
    trouble(`Interrupted by ${signal}.`);
    await stopDatabases();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);

  const forbidOnly = process.env.CI === 'true';
  const mocha = new Mocha({ timeout: testTimeoutMs, slow: 1_000, reporter, forbidOnly, ...(grep && { grep }) });
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

export async function runInThisProcess(tests, how) {
  // mocha lays an uncaught exception at the running test's door, but hands rejections on to us.
  process.on('unhandledRejection', (reason) => {
    throw reason;
  });
  process.on('uncaughtException', reportUncaught);
  try {
    await run(tests, how);
  } catch (error) {
    trouble(`The tests could not be run: ${error.stack ?? error}`);
  }
  failOnLeak();
}
