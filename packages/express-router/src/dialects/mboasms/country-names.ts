const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** ISO 3166 codes by the French and English names people write. */
const codes = new Map<string, string>();
for (const language of ['fr', 'en']) {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = names.of(code);
    if (name === undefined) continue;
    codes.set(code, code);
    codes.set(plain(name), code);
  }
}

/** `Cameroun` → `CM`; undefined for what is no country. */
export const countryCodeOf = (written: string): string | undefined => codes.get(plain(written));

/** Whatever the case, and with or without accents. */
function plain(name: string): string {
  return name.trim().normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
}
