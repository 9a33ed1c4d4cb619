import { setTimeout as pause } from 'node:timers/promises';

/** Waits until the check no longer throws; at the deadline its last error is the test's. */
export async function eventually(check: () => Promise<void> | void, withinMs: number, everyMs = 100): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await pause(everyMs);
  }
}
