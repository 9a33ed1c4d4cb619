/** A skipped test or suite that says why; `scripts/test.mjs` prints it at the end of the run. */
interface Skipped {
  skipReason?: string;
}

/**
 * Skips the test that runs, or every test of the suite when called in its `before` hook, and keeps the reason, which
 * mocha's own `this.skip()` has no room for.
 */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const running = context.runnable() as Mocha.Hook | Mocha.Test;
  // In a `before` hook mocha's current test is the suite's first, yet all of them are skipped.
  const wholeSuite = running.type === 'hook' && running.title.startsWith('"before all"');
  const skipped = wholeSuite ? running.parent : (context.currentTest ?? running);
  if (skipped) (skipped as Skipped).skipReason = reason;
  context.skip();
}
