import { createSms, type Sms, type SmsOptions } from '@ujumbe/core';

/** What every benchmark sends. It fits one segment. */
export const text = 'Habari, your parcel 4711 is on its way.';

const three = (number: number): string => String(number).padStart(3, '0');

/** Valid Tanzanian mobile numbers, of which the simulated operator delivers every one. */
export function recipient(index: number): string {
  return `+255712${three(Math.floor(index / 900) % 1_000)}${three(index % 900)}`;
}

/** A platform with one account that never runs out of credit. */
export async function openPlatform(options: SmsOptions): Promise<{ sms: Sms; accountId: string; token: string }> {
  const sms = await createSms(options);
  const { account, apiToken } = await sms.accounts.open({
    name: 'Benchmark',
    country: 'TZ',
    currency: 'TZS',
    credits: 1e12,
    sender: 'MYAPP',
  });
  return { sms, accountId: account.id, token: apiToken };
}

/** Does the work for every index below `count`, so many at a time. */
export async function concurrently(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}

/** How long work takes, in seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}
