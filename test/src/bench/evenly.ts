const tickMs = 2;

/** Calls at an even pace whatever becomes of the calls, as independent customers do; resolves with the last of them. */
export async function evenly(rate: number, count: number, call: (index: number) => Promise<void>): Promise<void> {
  const beganMs = performance.now();
  const calls: Promise<void>[] = [];
  while (calls.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - beganMs) / 1_000) * rate));
    while (calls.length < due) calls.push(call(calls.length));
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  await Promise.all(calls);
}
