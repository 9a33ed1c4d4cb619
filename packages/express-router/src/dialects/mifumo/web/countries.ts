const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** ISO 3166 codes by the English names people write. */
const codes = new Map(
  letters.flatMap((first) =>
    letters.flatMap((second) => {
      const name = names.of(first + second);
      return name === undefined ? [] : [[name.toLowerCase(), first + second] as const];
    }),
  ),
);

/** `Tanzania` → `TZ`; a code is one already. Undefined for what is neither. */
export function countryCodeOf(written: string): string | undefined {
  const upper = written.trim().toUpperCase();
  if (/^[A-Z]{2}$/.test(upper)) return names.of(upper) === undefined ? undefined : upper;
  return codes.get(written.trim().toLowerCase());
}

export const countryNameOf = (code: string): string => names.of(code) ?? code;
