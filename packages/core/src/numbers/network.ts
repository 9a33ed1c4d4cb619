import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { mobilePlans } from './mobile-plan.js';
import type { Msisdn } from './msisdn.js';

export type Network =
  | {
      /** ISO 3166 alpha-2. */
      readonly country: string;
      /** The name its customers know it by. */
      readonly network: string;
      /** Mobile country code and network code (ITU-T E.212), such as `64004`. */
      readonly mccmnc: string;
    }
  /** No prefix is known; the country is `null` too where a number belongs to none, as satellite numbers do. */
  | { readonly country: string | null; readonly network: null };

/**
 * Country, network, MCC-MNC, prefixes after the country code.
 *
 * Prefixes: google/libphonenumber 9.0.35 (July 2026), resources/carrier/en/{237,250,254,255,256}.txt. Codes: ITU-T E.212
 * as listed in pbakondy/mcc-mnc-list 97bc165; of the two codes Airtel has in Uganda, and had in Rwanda, the main one.
 * Yas is the former Tigo, and with it the former Zantel (077). Small networks without a known code are left out.
 */
const networks: readonly (readonly [country: string, network: string, mccmnc: string, prefixes: string])[] = [
  ['TZ', 'Vodacom', '64004', '72 74 75 76 79'],
  ['TZ', 'Airtel', '64005', '66 68 69 78'],
  ['TZ', 'Yas', '64002', '65 67 70 71 77'],
  ['TZ', 'Halotel', '64009', '61 62 63'],
  ['TZ', 'TTCL', '64007', '73'],
  ['KE', 'Safaricom', '63902', '11 14 18 70 71 72 74 757 758 759 768 769 79'],
  ['KE', 'Airtel', '63903', '10 73 75 761 762 78'],
  ['KE', 'Telkom', '63907', '120 77'],
  ['KE', 'Equitel', '63906', '124 763 764 765 766'],
  ['KE', 'Faiba', '63910', '747'],
  ['KE', 'Homeland Media', '63909', '744'],
  ['KE', 'NRG Media', '63914', '13'],
  ['KE', 'Infura', '63912', '121'],
  ['KE', 'Mobile Pay', '63904', '760'],
  ['CM', 'MTN', '62401', '650 651 652 653 654 67 680 681 682 683'],
  ['CM', 'Orange', '62402', '64 655 656 657 658 659 686 687 688 689 69'],
  ['CM', 'Camtel', '62403', '24 62'],
  ['CM', 'Nexttel', '62404', '66 684 685'],
  ['UG', 'MTN', '64110', '724 737 76 77 78 790 791 792 793 794'],
  ['UG', 'Airtel', '64101', '70 730 731 74 75 795'],
  ['UG', 'Uganda Telecom', '64111', '71'],
  ['RW', 'MTN', '63510', '78 79'],
  ['RW', 'Airtel', '63513', '72 73'],
];

/** The networks that numbers are known to be of, by the names {@link networkOf} gives. */
export const networkNames: readonly string[] = [...new Set(networks.map(([, network]) => network))];

/** A network by its mobile country code and network code; undefined when it is not known here. */
export function networkNamed(mccmnc: string): Network | undefined {
  const found = networks.find(([, , code]) => code === mccmnc);
  return found && { country: found[0], network: found[1], mccmnc };
}

/** The prefixes of a network with their country code and without a plus; none when it is not known here. */
export function prefixesOfNetwork(mccmnc: string): string[] {
  return networks
    .filter(([, , code]) => code === mccmnc)
    .flatMap(([country, , , prefixes]) =>
      prefixes.split(' ').map((prefix) => `${mobilePlans[country]?.callingCode ?? ''}${prefix}`),
    );
}

/** Prefix with its country code → network, one map for each length of prefix, the longest first. */
const networksByPrefix = [6, 5].map((digits) => ({ digits, prefixes: new Map<string, Network>() }));

for (const [country, network, mccmnc, prefixes] of networks) {
  const entry: Network = Object.freeze({ country, network, mccmnc });
  for (const prefix of prefixes.split(' ')) {
    const full = `${mobilePlans[country]?.callingCode ?? ''}${prefix}`;
    networksByPrefix.find(({ digits }) => digits === full.length)?.prefixes.set(full, entry);
  }
}

const countriesByCallingCode = new Map(
  Object.entries(mobilePlans).map(([country, plan]): [string, Network] => [
    plan.callingCode,
    Object.freeze({ country, network: null }),
  ]),
);

/**
 * The country of a number and, where its prefix is known, its network. The prefix tells who handed the number out: in
 * countries with number portability (Kenya, Tanzania, Rwanda) the subscriber may have moved since, so this chooses a
 * route or a price and proves nothing.
 */
export function networkOf(msisdn: Msisdn): Network {
  for (const { digits, prefixes } of networksByPrefix) {
    const network = prefixes.get(msisdn.slice(1, 1 + digits));
    if (network !== undefined) return network;
  }
  const known = countriesByCallingCode.get(msisdn.slice(1, 4));
  if (known !== undefined) return known;
  return { country: parsePhoneNumberFromString(msisdn)?.country ?? null, network: null };
}
