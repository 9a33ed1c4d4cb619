import { networkOf } from '../../numbers/network.js';
import type { Msisdn } from '../../numbers/msisdn.js';
import type { Credits } from '../../ledger/transfer.js';

export const usageDimensions = ['day', 'sender', 'network', 'campaign'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** What messages came to. */
export interface UsageCounts {
  messages: number;
  segments: number;
  delivered: number;
  /** Undelivered, expired, rejected, failed or blocked. */
  failed: number;
  cancelled: number;
  /** What was charged, and what is held for those on their way. */
  charged: Credits;
  held: Credits;
}

export interface UsageRow extends UsageCounts {
  /** `2026-05-11`, a sender ID, `Vodacom (TZ)` or a campaign's id; null where there is none. */
  key: string | null;
}

export interface Usage {
  from: number;
  to: number;
  rows: UsageRow[];
  total: UsageCounts;
}

/** A part of the messages, as the database groups them. */
export interface UsageGroup extends UsageCounts {
  key: string | null;
}

const dayMs = 86_400_000;

/** Networks are known by the first digits after the plus; the longest prefix there is has six. */
export const prefixCharacters = 7;

/** What a group of the database's is called: days are numbered there, and networks are prefixes. */
export function nameOfGroup(dimension: UsageDimension, key: string | null): string | null {
  if (key === null) return null;
  switch (dimension) {
    case 'day':
      return new Date(Number(key) * dayMs).toISOString().slice(0, 10);
    case 'network': {
      // The digits that are left out say nothing about the network.
      if (!/^\+\d+$/.test(key)) return null;
      const { network, country } = networkOf(key.padEnd(13, '0') as Msisdn);
      return network === null ? country : `${network} (${country})`;
    }
    case 'sender':
    case 'campaign':
      return key;
  }
}

export const noUsage = (): UsageCounts => ({
  messages: 0,
  segments: 0,
  delivered: 0,
  failed: 0,
  cancelled: 0,
  charged: 0,
  held: 0,
});

export function addUsage(sum: UsageCounts, more: UsageCounts): void {
  sum.messages += more.messages;
  sum.segments += more.segments;
  sum.delivered += more.delivered;
  sum.failed += more.failed;
  sum.cancelled += more.cancelled;
  sum.charged += more.charged;
  sum.held += more.held;
}
