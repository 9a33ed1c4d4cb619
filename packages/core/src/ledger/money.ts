/** An amount in the smallest unit of its currency (ISO 4217: a cent, a whole franc), a safe integer. */
export type Money = number & { readonly __money?: never };

/** Larger sums are typing mistakes: ten million million of the smallest unit. */
export const mostMoney = 10_000_000_000_000;

/** How many decimals a currency is written with; two where its code is not known. */
export function currencyDigits(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  // The codes come from accounts, of which there may be many; their currencies are few.
  if (digitsByCurrency.size < 500) digitsByCurrency.set(currency, digits);
  return digits;
}

const digitsByCurrency = new Map<string, number>();

/** An amount as people and the API write it: 1,800 in TZS is 18. */
export const toMajor = (amount: Money, currency: string): number => amount / 10 ** currencyDigits(currency);

/** What was written in whole units with decimals, as money; undefined when it is no amount of the currency. */
export function fromMajor(written: string, currency: string): Money | undefined {
  const [, whole, fraction = ''] = /^(\d{1,13})(?:\.(\d{1,4}))?$/.exec(written) ?? [];
  if (whole === undefined) return undefined;
  const digits = currencyDigits(currency);
  // `1000.00` is a whole amount also where the currency has no smaller unit.
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > digits) return undefined;
  const amount = Number(whole + significant.padEnd(digits, '0'));
  return Number.isSafeInteger(amount) && amount <= mostMoney ? amount : undefined;
}
