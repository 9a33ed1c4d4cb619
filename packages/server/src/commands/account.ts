import type { Account, Sms } from '@ujumbe/core';
import type { Command } from 'commander';
import { addCommand, asking, type CommonOptions } from '../command-line.js';
import { parseCredits, toCredits } from '../credits.js';
import { findAccount } from '../find-account.js';
import type { Answer } from '../output.js';

interface CreateOptions extends CommonOptions {
  name: string;
  country: string;
  currency: string;
  credits: string;
  sender?: string;
  email?: string;
  plan?: string;
  partner?: string | true;
}

interface CreditOptions extends CommonOptions {
  account: string;
  amount: string;
  reference?: string;
}

interface AccountOption extends CommonOptions {
  account: string;
}

interface PlanOptions extends AccountOption {
  plan: string;
}

export function addAccountCommands(program: Command): void {
  const account = program.command('account').description('open accounts, credit and suspend them');
  addCommand(account, 'create', 'open an account; prints its credentials, this once')
    .requiredOption('--name <name>', 'the name of the customer')
    .requiredOption('--country <code>', 'where its numbers are, ISO 3166 (TZ)')
    .requiredOption('--currency <code>', 'what it pays in, ISO 4217 (TZS)')
    .requiredOption('--credits <credits>', 'credits to begin with, such as 1000 or 12.5')
    .option('--sender <name>', 'a sender ID, approved at once and the default')
    .option('--email <email>', 'an e-mail address its first user may log in with')
    .option('--plan <plan>', 'which published limits hold for it, such as premium')
    .option('--partner [account]', 'make it a partner; with an account, make it a tenant of that partner')
    .action(asking(create));
  addCommand(account, 'credit', 'pay credits in')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--amount <credits>', 'how many, such as 1000 or 12.5')
    .option('--reference <uuid>', 'names the payment, so that it is paid in once however often this runs')
    .action(asking(credit));
  addCommand(account, 'plan', 'set which published limits hold for an account')
    .requiredOption('--account <account>', 'uuid or team code')
    .requiredOption('--plan <plan>', 'such as premium; "default" takes it back')
    .action(asking(changePlan));
  addCommand(account, 'suspend', 'let an account do nothing any more, at once')
    .requiredOption('--account <account>', 'uuid or team code')
    .action(asking((sms, options: AccountOption) => changeState(sms, options, 'suspended')));
  addCommand(account, 'resume', 'let a suspended account go on')
    .requiredOption('--account <account>', 'uuid or team code')
    .action(asking((sms, options: AccountOption) => changeState(sms, options, 'active')));
}

async function create(sms: Sms, options: CreateOptions): Promise<Answer> {
  const { name, country, currency, sender, email, plan } = options;
  const credits = parseCredits(options.credits, '--credits');
  const { account, apiToken, keys, client, user, smppPassword } = await sms.accounts.open({
    name,
    country,
    currency,
    credits,
    ...(sender === undefined ? {} : { sender }),
    ...(email === undefined ? {} : { email }),
    ...(plan === undefined ? {} : { plan }),
    ...(await roleOf(sms, options.partner)),
  });
  return {
    json: {
      account_uuid: account.id,
      team_code: account.teamCode,
      kind: account.kind,
      credits: toCredits(credits),
      sender_id: sender ?? null,
      api_token: apiToken,
      mifumo_api_key: keys.mif,
      client_id: client.id,
      client_secret: client.secret,
      mboa_api_key: keys.mboa,
      username: user.username,
      password: user.password,
      smpp_password: smppPassword,
    },
    lines: [
      `account_uuid   ${account.id}`,
      `team_code      ${account.teamCode}`,
      `credits        ${toCredits(credits)}`,
      ...(sender === undefined ? [] : [`sender_id      ${sender}`]),
      `api_token      ${apiToken}`,
      `mifumo_api_key ${keys.mif}`,
      `client_id      ${client.id}`,
      `client_secret  ${client.secret}`,
      `mboa_api_key   ${keys.mboa}`,
      `username       ${user.username}`,
      `password       ${user.password}`,
      `smpp_password  ${smppPassword}`,
      'Keys, secret and passwords are shown this once: keep them.',
    ],
  };
}

async function roleOf(
  sms: Sms,
  partner: CreateOptions['partner'],
): Promise<Partial<Pick<Account, 'kind'>> & { parentId?: string }> {
  if (partner === undefined) return {};
  if (partner === true) return { kind: 'partner' };
  return { kind: 'tenant', parentId: (await findAccount(sms, partner)).id };
}

async function credit(sms: Sms, { account: name, amount, reference }: CreditOptions): Promise<Answer> {
  const account = await findAccount(sms, name);
  const { available, held } = await sms.accounts.topUp(account.id, parseCredits(amount, '--amount'), reference);
  return {
    json: { account_uuid: account.id, available: toCredits(available), held: toCredits(held) },
    lines: [`${account.teamCode} has ${toCredits(available)} credits.`],
  };
}

async function changePlan(sms: Sms, options: PlanOptions): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  const plan = options.plan === 'default' ? null : options.plan;
  await sms.accounts.setPlan(account.id, plan);
  return {
    json: { account_uuid: account.id, plan },
    lines: [`${account.teamCode} has ${plan === null ? 'the usual limits' : `the limits of ${plan}`}.`],
  };
}

async function changeState(sms: Sms, options: AccountOption, wanted: Account['state']): Promise<Answer> {
  const account = await findAccount(sms, options.account);
  await (wanted === 'active' ? sms.accounts.resume(account.id) : sms.accounts.suspend(account.id));
  // A tenant that is resumed stays suspended for as long as its partner is.
  const { state } = await sms.accounts.get(account.id);
  return { json: { account_uuid: account.id, state }, lines: [`${account.teamCode} is ${state}.`] };
}
