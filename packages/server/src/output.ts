/**
 * The only file that writes to the terminal. stdout is the answer: lines for people, or with `--json` one JSON value.
 * Everything else, logs and errors, goes to stderr, so that a program may read the one and a person the other.
 */

/** What a command has to say, in both forms. */
export interface Answer {
  json: unknown;
  lines: readonly string[];
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  printLine(JSON.stringify(value));
}

export function printAnswer(answer: Answer, asJson: boolean): void {
  if (asJson) printJson(answer.json);
  else answer.lines.forEach(printLine);
}

/** Prints what went wrong: one sentence, or with `--json` an object with the sentence and its code. */
export function printError(error: { error: string; code: string }, asJson: boolean): void {
  process.stderr.write(`${asJson ? JSON.stringify(error) : error.error}\n`);
}

/** Lets `ujumbe tail | head` end quietly when its reader has seen enough. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
