import { SmsError } from '../errors.js';
import { mostMoney, type Money } from '../ledger/money.js';
import { mostCredits } from '../ledger/top-up.js';
import type { Credits } from '../ledger/transfer.js';
import { storableText } from '../text/storable-text.js';
import type { Tier, TierPrice } from './tier.js';

/** Credits at a price, as they are offered. A change makes a new version; what was bought keeps the old one's terms. */
export interface Package {
  id: string;
  version: number;
  /** The partner who offers it to its tenants; null when it is the platform's own. */
  partnerId: string | null;
  name: string;
  credits: Credits;
  price: Money;
  /** ISO 4217. */
  currency: string;
  details: PackageDetails;
  createdAt: number;
}

/** What a page of offers shows beside the price. */
export interface PackageDetails {
  /** Such as `lite`, `standard`, `pro`. */
  type?: string | undefined;
  subtitle?: string | undefined;
  features?: readonly string[] | undefined;
  isPopular?: boolean | undefined;
}

export interface NewPackage {
  /** Offers it to the tenants of this partner alone. */
  partnerId?: string | undefined;
  name: string;
  credits: Credits;
  price: Money;
  currency: string;
  details?: PackageDetails | undefined;
}

/** What can be bought, and for how much. */
export interface Packages {
  create(wanted: NewPackage): Promise<Package>;
  /** Replaces the terms by a new version, from now on. @throws SmsError `not_found` */
  update(packageId: string, changes: Partial<Omit<NewPackage, 'partnerId'>>): Promise<Package>;
  /** Takes it off sale. @throws SmsError `not_found` */
  retire(packageId: string): Promise<void>;
  /** What an account is offered in its currency: its partner's packages where there are any, else the platform's. */
  offered(accountId: string): Promise<Package[]>;
  /** Everything for sale, for whoever manages it. */
  list(): Promise<Package[]>;
  /** Sets what a credit costs by how many are bought, from a time on (now unless given). */
  setTiers(list: { partnerId?: string; currency: string; tiers: readonly Tier[]; effectiveAt?: number }): Promise<void>;
  /** The tiers of an account, the nearest list in its currency. */
  tiers(accountId: string): Promise<{ currency: string; tiers: readonly Tier[] }>;
  /** What a number of credits (thousandths) would cost the account. */
  price(accountId: string, credits: Credits): Promise<TierPrice & { currency: string }>;
  /** The most credits an amount buys the account, whole ones. @throws SmsError `invalid_request` when it buys none */
  within(accountId: string, amount: Money): Promise<TierPrice & { currency: string }>;
}

/** Terms from outside. @throws SmsError `invalid_request` */
export function checkPackage(wanted: NewPackage): Pick<Package, 'name' | 'credits' | 'price' | 'currency' | 'details'> {
  const { credits, price } = wanted;
  const name = wanted.name.trim();
  if (name === '' || name.length > 100 || name.includes('\0')) {
    throw new SmsError('invalid_request', 'name must be text of 1 to 100 characters');
  }
  if (!Number.isSafeInteger(credits) || credits <= 0 || credits > mostCredits) {
    throw new SmsError('invalid_request', 'credits must be more than nought and at most a thousand million');
  }
  if (!Number.isSafeInteger(price) || price <= 0 || price > mostMoney) {
    throw new SmsError('invalid_request', 'price must be more than nought, in the smallest unit of its currency');
  }
  return {
    name,
    credits,
    price,
    currency: checkCurrency(wanted.currency),
    details: checkDetails(wanted.details ?? {}),
  };
}

export function checkCurrency(written: string): string {
  const currency = written.trim().toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new SmsError('invalid_request', 'currency must be a code of three letters, such as TZS');
  }
  return currency;
}

function checkDetails({ type, subtitle, features = [], isPopular = false }: PackageDetails): PackageDetails {
  return {
    ...(type === undefined ? {} : { type: storableText(type, 50) }),
    ...(subtitle === undefined ? {} : { subtitle: storableText(subtitle, 200) }),
    features: features.slice(0, 20).map((feature) => storableText(feature, 200)),
    isPopular,
  };
}
