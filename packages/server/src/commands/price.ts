import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { parseCredits, toCredits } from '../credits.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';

interface SetOptions extends CommonOptions {
  credits: string;
  prefix?: string;
  network?: string;
  account?: string;
  buy?: true;
  from?: string;
}

export function addPriceCommands(program: Command): void {
  const price = program.command('price').description('what a segment costs');
  addCommand(price, 'set', 'set a price from a time on')
    .requiredOption('--credits <credits>', 'for a segment, such as 1 or 0.75')
    .option('--prefix <digits>', 'to numbers that begin so, such as 25571; to all unless given')
    .option('--network <mccmnc>', 'to numbers of a network instead, such as 64004')
    .option('--account <account>', 'for this account (uuid or team code); for everybody unless given')
    .option('--buy', 'what the platform itself pays its operators')
    .option('--from <time>', 'an ISO 8601 time; from now on unless given')
    .action(
      asking<SetOptions>(async (sms, { credits, prefix, network, account, buy, from }) => {
        const effectiveAt = from === undefined ? undefined : Date.parse(from);
        if (Number.isNaN(effectiveAt))
          throw new StartError('usage', '--from must be a time, such as 2026-05-11T00:00:00Z.');
        const { belowCost } = await sms.accounts.setPrice({
          credits: parseCredits(credits, '--credits'),
          prefix,
          mccmnc: network,
          accountId: account === undefined ? undefined : (await findAccount(sms, account)).id,
          side: buy === true ? 'buy' : 'sell',
          effectiveAt,
        });
        const below = belowCost.map((sale) => ({
          prefix: sale.prefix,
          credits: toCredits(sale.credits),
          cost: toCredits(sale.cost),
        }));
        return {
          json: { set: true, below_cost: below },
          lines: [
            'The price is set.',
            ...below.map(
              (sale) =>
                `Below cost: numbers with ${sale.prefix || 'any prefix'} are sold at ${sale.credits} and cost ${sale.cost}.`,
            ),
          ],
        };
      }),
    );
}
