/** A time as SMPP writes it; `isRelative` when it was given as a span from now. */
export interface SmppTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isRelative: boolean;
}

const form = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([+\-R])$/;
const quarterHourMs = 900_000;
const mostQuarters = 48;

/**
 * Reads `YYMMDDhhmmsstnnp`: an absolute time, `nn` quarters of an hour ahead of UTC (`+`) or behind it (`-`), or with
 * `R` a span from now. Undefined for anything else, the 30th of February among it. Source: SMPP 3.4 §7.1.1.
 */
export function readSmppTime(text: string, nowMs: number): SmppTime | undefined {
  const matched = form.exec(text);
  if (!matched) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, tenths = 0, quarters = 0] = matched
    .slice(1, 9)
    .map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  if (matched[9] === 'R') {
    // Its last three digits are to be zero, and say nothing when they are not.
    const span = new Date(nowMs);
    span.setUTCFullYear(span.getUTCFullYear() + year, span.getUTCMonth() + month, span.getUTCDate() + day);
    return { at: span.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000, isRelative: true };
  }
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second, tenths * 100);
  const date = new Date(local);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || quarters > mostQuarters) return undefined;
  return { at: local - (matched[9] === '+' ? 1 : -1) * quarters * quarterHourMs, isRelative: false };
}

/** An absolute time in UTC. */
export function writeSmppTime(at: number): string {
  const digits = new Date(at).toISOString().replace(/\D/g, '');
  return `${digits.slice(2, 15)}00+`;
}
