import type { Access, Sms, User, UserChanges } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { SmsError } from '@ujumbe/core';
import { chars } from '../../rest-framework.js';
import { json } from './answer.js';
import { phoneNumber, timezone } from './fields.js';
import { profileOf, profileView, userView, type Profile } from './user-view.js';

/** Whose session it is. */
export async function userOf(sms: Sms, { credential }: Access): Promise<User> {
  if (credential.kind !== 'session') throw new SmsError('unauthenticated', 'log in first');
  return sms.users.get(credential.userId);
}

/** Source: contracts/mifumo.md §9.1. */
const get = endpoint({
  method: 'GET',
  path: '/auth/profile',
  summary: 'Get the user who is logged in',
  handle: async ({ access }, sms) => json(profileView(await userOf(sms, access))),
});

const updateProfile = endpoint({
  method: 'PUT',
  path: '/auth/settings/profile',
  summary: "Change the user's name or number; a number that is new is not verified",
  body: z.object({
    first_name: chars(100).optional(),
    last_name: chars(100).optional(),
    phone_number: phoneNumber.optional(),
  }),
  async handle({ access, body }, sms) {
    const user = await userOf(sms, access);
    const isMoved = body.phone_number !== undefined && body.phone_number !== user.phone;
    const changed = await changedUser(sms, user, {
      firstName: body.first_name,
      lastName: body.last_name,
      phone: body.phone_number,
      ...(isMoved ? { profile: { ...user.profile, phone_verified: false } } : {}),
    });
    return json({ message: 'Profile updated successfully', user: userView(changed) });
  },
});

async function changedUser(
  sms: Sms,
  user: User,
  changes: { [K in keyof UserChanges]: UserChanges[K] | undefined },
): Promise<User> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  try {
    return await sms.users.update(user.id, given);
  } catch (error) {
    if (!(error instanceof SmsError)) throw error;
    const message = {
      conflict: 'User with this phone number already exists.',
      number_invalid: 'Enter a valid phone number.',
      not_mobile: 'Enter a valid phone number.',
    }[error.code as string];
    if (message === undefined) throw error;
    throw new RequestInvalid([{ path: ['phone_number'], message }]);
  }
}

const keep = async (sms: Sms, access: Access, kept: Partial<Profile>): Promise<Profile> => {
  const user = await userOf(sms, access);
  return profileOf(await sms.users.update(user.id, { profile: { ...user.profile, ...kept } }));
};

const updatePreferences = endpoint({
  method: 'PUT',
  path: '/auth/settings/preferences',
  summary: "Change the user's time zone",
  body: z.object({ timezone }),
  async handle({ access, body }, sms) {
    const kept = await keep(sms, access, { timezone: body.timezone });
    return json({ message: 'Preferences updated successfully', timezone: kept.timezone });
  },
});

const updateNotifications = endpoint({
  method: 'PUT',
  path: '/auth/settings/notifications',
  summary: 'Change what the user is told of',
  body: z.object({ email_notifications: z.boolean().optional(), sms_notifications: z.boolean().optional() }),
  async handle({ access, body }, sms) {
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const kept = await keep(sms, access, given);
    return json({
      message: 'Notification settings updated successfully',
      email_notifications: kept.email_notifications,
      sms_notifications: kept.sms_notifications,
    });
  },
});

export const profileEndpoints: readonly Endpoint[] = [get, updateProfile, updatePreferences, updateNotifications];
