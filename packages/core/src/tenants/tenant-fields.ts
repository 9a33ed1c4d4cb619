import { checkEmail } from '../accounts/user.js';
import { SmsError } from '../errors.js';
import { usualEsmeLimits, type EsmeSettings } from '../esme/esme.js';
import { parsePossibleMsisdn } from '../numbers/msisdn.js';
import type { Brand, TenantContact, TenantLimits } from './tenant.js';

const longestName = 100;
const longestUrl = 2_000;
const mostColours = 10;
const wellFormed = /^[^\0\p{Cs}]*$/u;
const colourName = /^[a-z][a-z0-9_]{0,29}$/;
const colourForm = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/;

export const noContact: TenantContact = { name: null, email: null, phone: null };
export const noBrand: Brand = { name: null, logoUrl: null, colours: {} };

function readName(field: string, written: string | null): string | null {
  const name = written?.trim() ?? '';
  if (name.length > longestName || !wellFormed.test(name)) {
    throw new SmsError('invalid_request', `${field} must be text of at most ${longestName} characters`);
  }
  return name === '' ? null : name;
}

/** What is known of a tenant's contact after a change. @throws SmsError `invalid_request`, `number_invalid` */
export function changedContact(
  before: TenantContact,
  { name, email, phone }: Partial<TenantContact>,
  country: string,
): TenantContact {
  return {
    name: name === undefined ? before.name : readName('contact name', name),
    email: email === undefined ? before.email : email === null ? null : checkEmail(email),
    phone: phone === undefined ? before.phone : phone === null ? null : parsePossibleMsisdn(phone, country),
  };
}

/** A brand after a change; colours are replaced as a whole. @throws SmsError `invalid_request` */
export function changedBrand(before: Brand, { name, logoUrl, colours }: Partial<Brand>): Brand {
  return {
    name: name === undefined ? before.name : readName('brand name', name),
    logoUrl: logoUrl === undefined ? before.logoUrl : logoUrl === null ? null : checkLogoUrl(logoUrl),
    colours: colours === undefined ? before.colours : checkColours(colours),
  };
}

/** Pages show it, so that it must not be a script, nor be fetched where everybody can read along. */
function checkLogoUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (written.length > longestUrl || url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new SmsError('invalid_request', 'the logo URL must begin with https:// and hold no password');
  }
  return url.href;
}

function checkColours(colours: Brand['colours']): Brand['colours'] {
  const lower = Object.entries(colours).map(([name, colour]) => [name, colour.toLowerCase()] as const);
  if (
    lower.length > mostColours ||
    lower.some(([name, colour]) => !colourName.test(name) || !colourForm.test(colour))
  ) {
    throw new SmsError(
      'invalid_request',
      `colours are at most ${mostColours}, by names in small letters, such as {"primary":"#0a7d33"}`,
    );
  }
  return Object.fromEntries(lower);
}

/** What a partner has to give of what it may do itself. */
export interface PartnerLimits {
  plan: string | null;
  esme: Pick<EsmeSettings, 'segmentsPerSecond' | 'maxSessions'>;
}

/** Limits after a change: nobody may give more than he has. @throws SmsError `invalid_request` */
export function changedLimits(
  before: TenantLimits,
  { plan, segmentsPerSecond, maxSessions }: Partial<TenantLimits>,
  partner: PartnerLimits,
): TenantLimits {
  if (plan !== undefined && plan !== null && plan !== partner.plan) {
    throw new SmsError('invalid_request', 'a tenant’s plan is its partner’s, or null for the usual limits');
  }
  const { esme } = partner;
  return {
    plan: plan === undefined ? before.plan : plan,
    segmentsPerSecond:
      segmentsPerSecond === undefined
        ? before.segmentsPerSecond
        : atMost('segments per second', segmentsPerSecond, esme.segmentsPerSecond ?? usualEsmeLimits.segmentsPerSecond),
    maxSessions:
      maxSessions === undefined
        ? before.maxSessions
        : atMost('sessions', maxSessions, esme.maxSessions ?? usualEsmeLimits.maxSessions),
  };
}

function atMost(what: string, value: number | null, most: number): number | null {
  if (value === null || (Number.isInteger(value) && value >= 1 && value <= most)) return value;
  throw new SmsError('invalid_request', `${what} must be from 1 to ${most}, as many as the partner has`);
}
