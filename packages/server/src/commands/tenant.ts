import type { Sms, Tenant } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { parseCredits, toCredits } from '../credits.js';
import { StartError } from '../errors.js';
import { findAccount } from '../find-account.js';
import { newPassword } from '../new-password.js';
import type { Answer } from '../output.js';

interface PartnerOption extends CommonOptions {
  partner: string;
}

interface CreateOptions extends PartnerOption {
  name: string;
  credits?: string;
  sender?: string;
  email?: string;
}

interface ListOptions extends PartnerOption {
  search?: string;
}

interface CreditOptions extends PartnerOption {
  tenant: string;
  amount: string;
  reference?: string;
}

/** More than a screen holds; who looks for one among them searches. */
const mostListed = 1_000;

export function addTenantCommands(program: Command): void {
  const tenant = program.command('tenant').description('the customers of a partner');
  addCommand(tenant, 'create', 'open a tenant, with credits out of its partner’s')
    .requiredOption('--partner <account>', 'uuid or team code of the partner')
    .requiredOption('--name <name>', 'the name of the customer')
    .option('--credits <credits>', 'credits to begin with, such as 1000 or 12.5')
    .option('--sender <name>', 'a sender ID that is asked for in its name')
    .option('--email <email>', 'somebody who logs in; prints a password, this once')
    .action(asking(create));
  addCommand(tenant, 'list', 'the tenants of a partner, newest first')
    .requiredOption('--partner <account>', 'uuid or team code of the partner')
    .option('--search <words>', 'a part of name or contact')
    .action(asking(list));
  addCommand(tenant, 'credit', 'give a tenant credits out of its partner’s')
    .requiredOption('--partner <account>', 'uuid or team code of the partner')
    .requiredOption('--tenant <account>', 'uuid or team code of the tenant')
    .requiredOption('--amount <credits>', 'how many, such as 1000 or 12.5')
    .option('--reference <words>', 'names the gift, so that it is given once however often this runs')
    .action(asking(credit));
}

async function create(sms: Sms, options: CreateOptions): Promise<Answer> {
  const { name, sender, email } = options;
  const partner = await findAccount(sms, options.partner);
  const password = email === undefined ? undefined : newPassword();
  const { tenant } = await sms.tenants.create(partner.id, {
    name,
    credits: options.credits === undefined ? undefined : parseCredits(options.credits, '--credits'),
    sender: sender === undefined ? undefined : { name: sender },
    user: password === undefined ? undefined : { email, password },
  });
  return {
    json: { ...viewOf(tenant), login: email ?? null, password: password ?? null },
    lines: [
      lineOf(tenant),
      ...(password === undefined ? [] : [`password  ${password}`, 'The password is shown this once: keep it.']),
    ],
  };
}

async function list(sms: Sms, { partner: name, search }: ListOptions): Promise<Answer> {
  const partner = await findAccount(sms, name);
  if (partner.kind !== 'partner') throw new StartError('usage', `${partner.teamCode} is not a partner.`);
  const { tenants, total } = await sms.tenants.list(partner.id, { search }, { limit: mostListed, offset: 0 });
  const lines = tenants.length > 0 ? tenants.map(lineOf) : ['There are no such tenants.'];
  return { json: { tenants: tenants.map(viewOf), total }, lines };
}

async function credit(sms: Sms, options: CreditOptions): Promise<Answer> {
  const partner = await findAccount(sms, options.partner);
  const credits = parseCredits(options.amount, '--amount');
  const given = await sms.tenants.credit(partner.id, options.tenant, { credits, reference: options.reference });
  return {
    json: { ...viewOf(given.tenant), credited: toCredits(given.credit.credits), replayed: given.replayed },
    lines: [`${given.tenant.teamCode} has ${toCredits(given.tenant.balance.available)} credits.`],
  };
}

const viewOf = ({ id, partnerId, name, teamCode, state, balance }: Tenant): object => ({
  account_uuid: id,
  partner_uuid: partnerId,
  name,
  team_code: teamCode,
  state,
  available: toCredits(balance.available),
  held: toCredits(balance.held),
});

const lineOf = ({ id, name, teamCode, state, balance }: Tenant): string =>
  `${id}  ${teamCode.padEnd(14)}  ${state.padEnd(9)}  ${toCredits(balance.available)} credits  ${name}`;
