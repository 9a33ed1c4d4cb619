// Runs all tests in processes side by side: they wait on databases, timers and other processes half of the time. Each
// process runs one group of files, as `npm test -- path` does, and the next group starts when one is done.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './compiled-tests.mjs';
import { grouped } from './groups.mjs';
import { closingLine, counts, readReport, trouble } from './report.mjs';

const fewest = 2;
const most = 4;

const script = join(root, 'scripts/test.mjs');
const running = new Set();
let interrupted = false;

export async function runSideBySide(tests) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt(signal));
  let server;
  try {
    server = await sharedPostgres();
    await runAll(grouped(tests), server ? { ...process.env, TEST_PG_URL: server.url } : process.env);
  } catch (error) {
    trouble(`The tests could not be run: ${error.stack ?? error}`);
  } finally {
    await server?.stop();
  }
}

/** Without one each process tries by itself, and skips what needs it with the reason. */
async function sharedPostgres() {
  const compiled = join(root, 'test/dist/support/postgres.js');
  if (!existsSync(compiled)) return undefined;
  const { startPostgres, PostgresUnavailable } = await import(pathToFileURL(compiled).href);
  try {
    const server = await startPostgres();
    console.log(server.origin);
    return server;
  } catch (error) {
    if (!(error instanceof PostgresUnavailable)) throw error;
    console.log(error.message);
    return undefined;
  }
}

/** What a group that failed has to say comes last, where it is looked for. */
async function runAll(groups, env) {
  const waiting = [...groups];
  const failed = [];
  const lane = async () => {
    for (let group = waiting.shift(); group && !interrupted; group = waiting.shift()) {
      const report = await runGroup(group, env);
      if (report.isGood) console.log(`\n${report.title}\n${report.text.trimEnd()}`);
      else {
        console.log(`\n${report.title}; its report is at the end`);
        failed.push(report);
      }
    }
  };
  const lanes = Math.min(Math.max(availableParallelism(), fewest), most);
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const { title, text } of failed) console.log(`\n${title}\n${text.trimEnd()}`);
}

async function runGroup({ name, files }, env) {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [script, '--reporter', 'dot', ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code, signal] = await once(child, 'close');
  running.delete(child);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const report = readReport(output);
  const sum = report.counts ? closingLine(report.counts) : 'broke off';
  const isGood = count(name, report.counts, signal ?? code);
  return { title: `${name}: ${sum}, in ${seconds} s`, text: report.text, isGood };
}

/** Adds a group's counts to the whole, and says whether all went well. */
function count(name, sum, end) {
  for (const [kind, number] of Object.entries(sum ?? {})) counts[kind] += number;
  // A group in which everything is skipped ends with 1 as well.
  const isGood = end === 0 || (end === 1 && sum?.failed === 0 && sum.passed === 0 && sum.skipped > 0);
  if (!isGood && !sum?.failed && !interrupted) {
    trouble(`The process of ${name} ended with ${end}${sum ? '' : ' before its closing line'}.`);
  }
  return isGood;
}

/** Those who run end as on a signal of their own, with their databases; the next ones do not begin. */
function interrupt(signal) {
  interrupted = true;
  trouble(`Interrupted by ${signal}.`);
  process.exitCode = signal === 'SIGINT' ? 130 : 143;
  for (const child of running) child.kill(signal);
}
