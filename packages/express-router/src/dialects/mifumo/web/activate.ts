import type { Sms, User } from '@ujumbe/core';
import { profileOf } from './user-view.js';

/** Notes that an address of a user is proven, and lets in who has waited for that. */
export async function activate(sms: Sms, { userId, address }: { userId: string; address: string }): Promise<User> {
  const user = await sms.users.get(userId);
  const proven = {
    ...(user.email === address ? { email_verified: true } : {}),
    ...(user.phone === address ? { phone_verified: true } : {}),
  };
  return sms.users.update(userId, {
    profile: { ...user.profile, ...profileOf(user), ...proven },
    // Who was shut out stays so.
    ...(user.state === 'unverified' ? { state: 'active' } : {}),
  });
}
