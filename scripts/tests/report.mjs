// What a run of tests has to say at its end: its troubles, what was skipped, and the line that CI reads.

/** What failed beside the tests themselves: a file that is not compiled, a leak, an error after the last test. */
const troubles = [];
const skipped = [];
export const counts = { passed: 0, failed: 0, skipped: 0 };

export function trouble(sentence) {
  troubles.push(sentence.split('\n', 1)[0]);
  console.error(`\n${sentence}`);
}

export function skip(test) {
  counts.skipped++;
  skipped.push(`${test.fullTitle()}: ${reasonOf(test)}`);
}

function reasonOf(test) {
  for (let holder = test; holder; holder = holder.parent) if (holder.skipReason) return holder.skipReason;
  return 'no reason given';
}

/** Prints the end of the report; for the process's `exit`, whichever way it ends. */
export function conclude(code) {
  const failed = counts.failed + troubles.length;
  if (skipped.length) console.log(`\nSkipped:\n${skipped.map((line) => `  ${line}`).join('\n')}`);
  if (troubles.length) console.log(`\nBeside the tests:\n${troubles.map((line) => `  ${line}`).join('\n')}`);
  if (counts.passed + failed + counts.skipped === 0) console.log('\nNo test ran.');
  if (code === 0 && (failed > 0 || counts.passed === 0)) process.exitCode = 1;
  console.log(closingLine({ ...counts, failed }));
}

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** What another run of tests printed, without its closing line, and its counts; none when it broke off before that. */
export function readReport(output) {
  const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  if (!closing) return { text: output };
  const [line, passed, failed, skipped] = closing;
  const text = output.slice(0, closing.index) + output.slice(closing.index + line.length);
  return { text, counts: { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) } };
}
