/** Milliseconds since the epoch, finer than whole ones, so that two processes of a benchmark can be compared. */
export const wallClockMs = (): number => performance.timeOrigin + performance.now();

/** When something happened to each number. */
export type TimesByNumber = Readonly<Record<string, number>>;
