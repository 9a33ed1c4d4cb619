import { fromMajor, toMajor, type Package } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { parseCredits, toCredits } from '../credits.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';

interface CreateOptions extends CommonOptions {
  name: string;
  credits: string;
  price: string;
  currency: string;
  partner?: string;
}

interface RetireOptions extends CommonOptions {
  package: string;
}

export function addPackageCommands(program: Command): void {
  const group = program.command('package').description('what customers can buy by phone');
  addCommand(group, 'create', 'offer credits at a price')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--credits <credits>', 'how many')
    .requiredOption('--price <amount>', 'what it costs, such as 18000')
    .requiredOption('--currency <code>', 'ISO 4217 (TZS)')
    .option('--partner <account>', 'offer it to the tenants of this partner alone; uuid or team code')
    .action(
      asking<CreateOptions>(async (sms, { name, credits, price, currency, partner }) => {
        const amount = fromMajor(price, currency.toUpperCase());
        if (amount === undefined) throw new StartError('usage', '--price must be an amount, such as 18000 or 17.50.');
        const offer = await sms.packages.create({
          name,
          credits: parseCredits(credits, '--credits'),
          price: amount,
          currency,
          partnerId: partner === undefined ? undefined : (await findAccount(sms, partner)).id,
        });
        return { json: viewOf(offer), lines: [lineOf(offer)] };
      }),
    );
  addCommand(group, 'list', 'everything for sale').action(
    asking(async (sms) => {
      const offers = await sms.packages.list();
      return { json: offers.map(viewOf), lines: offers.length > 0 ? offers.map(lineOf) : ['Nothing is for sale.'] };
    }),
  );
  addCommand(group, 'retire', 'take a package off sale')
    .requiredOption('--package <uuid>', 'which one')
    .action(
      asking<RetireOptions>(async (sms, { package: id }) => {
        await sms.packages.retire(id);
        return { json: { package_uuid: id, retired: true }, lines: [`${id} is for sale no more.`] };
      }),
    );
}

const viewOf = ({ id, name, credits, price, currency, partnerId }: Package): object => ({
  package_uuid: id,
  name,
  credits: toCredits(credits),
  price: toMajor(price, currency),
  currency,
  partner_uuid: partnerId,
});

const lineOf = ({ id, name, credits, price, currency, partnerId }: Package): string =>
  `${id}  ${name}  ${toCredits(credits)} credits for ${toMajor(price, currency)} ${currency}${
    partnerId === null ? '' : `, to the tenants of ${partnerId}`
  }`;
