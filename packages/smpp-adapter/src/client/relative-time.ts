const longestDays = 99;

/** A time from now as `validity_period` has it, in whole seconds, at least one. Source: SMPP 3.4 §7.1.1. */
export function relativeTime(ms: number): string {
  const total = Math.min(Math.max(1, Math.floor(ms / 1_000)), longestDays * 86_400);
  const days = Math.floor(total / 86_400);
  const rest = [Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60];
  return `0000${[days, ...rest].map((part) => String(part).padStart(2, '0')).join('')}000R`;
}
