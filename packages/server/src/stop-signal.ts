/** Two signals this close together are one Ctrl-C: the terminal sends it to the whole group, and npm passes it on. */
const sameKeyMs = 500;

/**
 * Resolves when the process is told to stop, by Ctrl-C or SIGTERM. Told again, it ends at once: somebody is in a
 * hurry, and what was not finished is taken up at the next start.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const stop = (): void => {
      if (firstAt === undefined) {
        firstAt = Date.now();
        resolve();
      } else if (Date.now() - firstAt > sameKeyMs) {
        process.exit(130);
      }
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
