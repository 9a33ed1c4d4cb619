import { SmsError, type Sms, type User } from '@ujumbe/core';
import type { WebSettings } from './settings.js';

type Purpose = 'activation' | 'password';

const what: Readonly<Record<Purpose, string>> = {
  activation: 'verification code',
  password: 'code to choose another password',
};

/**
 * Sends a user a code as an SMS, through the platform itself.
 *
 * @returns the message's id; null when there is no number, nobody to pay, or the payer could not
 */
export async function textCode(
  { codes, name }: WebSettings,
  sms: Sms,
  user: User,
  purpose: Purpose,
): Promise<string | null> {
  if (!codes || user.phone === null) return null;
  const code = await sms.codes.issue({ userId: user.id, purpose, address: user.phone, form: 'digits' });
  const text = `${code} is your ${name} ${what[purpose]}. It is good for 15 minutes. Give it to nobody.`;
  try {
    const { accepted } = await sms.messages.send(codes.accountId, {
      items: [{ to: user.phone, text }],
      lane: 'otp',
      senderId: codes.senderId,
    });
    return accepted[0]?.id ?? null;
  } catch (error) {
    // The payer's lack of credit is not the user's fault, and is told as what it is to them: nothing was sent.
    if (error instanceof SmsError && error.code !== 'internal') return null;
    throw error;
  }
}

/** Mails a user a link's token; false when there is no address, no mailer, or the mailer could not. */
export async function mailToken(
  { sendMail, name }: WebSettings,
  sms: Sms,
  user: User,
  purpose: Purpose,
): Promise<boolean> {
  if (!sendMail || user.email === null) return false;
  const token = await sms.codes.issue({ userId: user.id, purpose, address: user.email, form: 'letters' });
  try {
    await sendMail({
      to: user.email,
      subject: `${name}: your ${what[purpose]}`,
      text: `Your ${name} ${what[purpose]} is ${token}. It is good for a day. If you did not ask for it, do nothing.`,
      purpose,
      token,
    });
    return true;
  } catch {
    // What the mailer said may name the address; that nothing was sent is all that is told.
    return false;
  }
}
