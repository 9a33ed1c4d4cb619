/** What one SMS costs elsewhere, by the vendor's own reckoning. Source: contracts/mifumo.md §7.7. */
const usualPrices: Readonly<Record<string, number>> = { TZS: 30 };

/** How much less than that it is, in percent; nought where nobody has said what is usual. */
export function savingsOf(unitPrice: number, currency: string): number {
  const usual = usualPrices[currency];
  return usual === undefined ? 0 : Math.max(0, Math.round((1 - unitPrice / usual) * 1_000) / 10);
}
