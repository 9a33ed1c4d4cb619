/** Type of number and numbering plan. Source: SMPP 3.4 §5.2.5-5.2.6. */
export interface AddressType {
  readonly ton: number;
  readonly npi: number;
}

/** What each kind of address is sent with; operators differ, above all about short codes. */
export interface AddressTypes {
  /** Names of at most 11 characters; 5/0. */
  readonly alphanumeric: AddressType;
  /** 3 to 8 digits; 3/0. */
  readonly shortCode: AddressType;
  /** Sender IDs that are E.164 numbers; 1/1. */
  readonly longNumber: AddressType;
  /** Handsets; 1/1. */
  readonly destination: AddressType;
}

export const defaultAddressTypes: AddressTypes = {
  alphanumeric: { ton: 5, npi: 0 },
  shortCode: { ton: 3, npi: 0 },
  longNumber: { ton: 1, npi: 1 },
  destination: { ton: 1, npi: 1 },
};

export interface Address extends AddressType {
  /** Without a plus: the type says what it is. */
  readonly digits: string;
}

/** A sender ID as `source_addr`. */
export function sourceAddress(sender: string, types: AddressTypes): Address {
  if (!/^\+?\d+$/.test(sender)) return { ...types.alphanumeric, digits: sender };
  const isShort = /^\d{3,8}$/.test(sender);
  return { ...(isShort ? types.shortCode : types.longNumber), digits: sender.replace('+', '') };
}

const international = 1;

/**
 * An address of the operator's as the platform writes it: E.164 with its plus where the type of number says so, or the
 * address itself does; short codes and names as they are.
 */
export function readAddress(ton: number, address: string): string {
  const digits = /^(?:\+|00)?(\d+)$/.exec(address)?.[1];
  if (digits === undefined) return address;
  return ton === international || address.startsWith('+') || /^00\d{8}/.test(address) ? `+${digits}` : address;
}
