import type { SessionTokens, User } from '@ujumbe/core';
import { optionalTimeView, timeView } from '../fields.js';

/** How long a log-in's tokens are good; source: contracts/mifumo.md §1. */
export const sessionLife = { accessMs: 3_600_000, refreshMs: 604_800_000 };

export const defaultTimeZone = 'Africa/Dar_es_Salaam';

/** What the site keeps of a user beside names and addresses. */
export interface Profile {
  timezone: string;
  email_verified: boolean;
  phone_verified: boolean;
  email_notifications: boolean;
  sms_notifications: boolean;
}

const usual: Profile = {
  timezone: defaultTimeZone,
  email_verified: false,
  phone_verified: false,
  email_notifications: true,
  sms_notifications: false,
};

export const profileOf = ({ profile }: User): Profile => ({ ...usual, ...(profile as Partial<Profile>) });

const namesOf = ({ firstName, lastName }: User): { first_name: string; last_name: string } => ({
  first_name: firstName ?? '',
  last_name: lastName ?? '',
});

export const fullName = (user: User): string =>
  [user.firstName, user.lastName].filter(Boolean).join(' ') || (user.username ?? '');

/** A user that is new; source: contracts/mifumo.md §9.1. */
export function newUserView(user: User): object {
  const profile = profileOf(user);
  const isActive = user.state === 'active';
  return {
    id: user.id,
    email: user.email ?? '',
    ...namesOf(user),
    phone_number: user.phone ?? '',
    timezone: profile.timezone,
    is_verified: isActive,
    is_active: isActive,
    phone_verified: profile.phone_verified,
    email_notifications: profile.email_notifications,
    sms_notifications: profile.sms_notifications,
    created_at: timeView(user.createdAt),
    updated_at: timeView(user.updatedAt),
  };
}

export const userView = (user: User): object => ({
  ...newUserView(user),
  full_name: fullName(user),
  short_name: user.firstName ?? fullName(user),
  last_login_at: optionalTimeView(user.lastLoginAt),
});

/** Pictures and biographies are not kept. */
export const profileView = (user: User): object => ({ ...userView(user), avatar: null, bio: '' });

/** Under the names of both of the vendor's documents. */
export const tokensView = ({ access, refresh }: SessionTokens): object => ({ refresh, access });

export const tokensBeside = (tokens: SessionTokens): object => ({
  tokens: tokensView(tokens),
  access_token: tokens.access,
  refresh_token: tokens.refresh,
});
