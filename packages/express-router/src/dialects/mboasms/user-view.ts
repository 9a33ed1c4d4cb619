import type { Sms, User } from '@ujumbe/core';

/** What people said of themselves when they registered. */
const textOf = (facts: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = facts[name];
  return typeof value === 'string' ? value : null;
};

/** A user with the company, as the vendor's dashboard reads them. Source: contracts/mboasms.md §1. */
export async function userView(sms: Sms, user: User): Promise<object> {
  const { profile } = user;
  const [account, senders, { available }] = await Promise.all([
    sms.accounts.get(user.accountId),
    sms.accounts.senders(user.accountId),
    sms.accounts.balance(user.accountId),
  ]);
  return {
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    phoneNumber: user.phone,
    country: textOf(profile, 'country') ?? account.country,
    city: textOf(profile, 'city'),
    gender: textOf(profile, 'gender'),
    role: user.role === 'owner' || user.role === 'admin' ? 'ADMIN' : 'USER',
    userEnterprise: {
      id: account.id,
      socialRaison: account.name,
      smsESenderId: senders.find(({ id }) => id === account.defaultSenderId)?.name ?? null,
      smsCredit: available / 1_000,
      pays: account.country,
      createdAt: new Date(account.createdAt).toISOString(),
    },
    id: user.id,
  };
}
