const withZone = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * A time that n8n's date field holds, with its zone. The field gives the clock on the wall of the workflow's time zone;
 * expressions give times with a zone, or objects that are written as one.
 *
 * @throws RangeError when it is no time
 */
export function timeInZone(written: unknown, zone: string): string {
  const text = written instanceof Date ? written.toISOString() : String(written).trim();
  if (withZone.test(text)) return new Date(text).toISOString();
  const asUtc = Date.parse(`${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00' : ''}Z`);
  // The offset of the zone at that moment; asked twice, because the first guess may lie on the other side of a change.
  const guess = asUtc - offsetMs(asUtc, zone);
  return new Date(asUtc - offsetMs(guess, zone)).toISOString();
}

/** How far a zone's clocks are from UTC at a moment, as `+03:00`. */
export function offsetInZone(at: number, zone: string): string {
  const minutes = Math.round(offsetMs(at, zone) / 60_000);
  const digits = (number: number): string => String(number).padStart(2, '0');
  const away = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(away / 60))}:${digits(away % 60)}`;
}

function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value);
  const onTheWall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return onTheWall - Math.floor(at / 1_000) * 1_000;
}
