import type { AudiencePage, Contact, PageRange } from './contact.js';

/** Contacts by a rule: whoever it holds for is in the segment, at the time it is asked. */
export interface ContactSegment {
  id: string;
  accountId: string;
  /** Unique in the account, whatever its case. */
  name: string;
  description: string | null;
  /** As it was given; the language is in docs/reference/segments.md. */
  rule: object;
  createdAt: number;
  updatedAt: number;
}

export interface NewSegment {
  name: string;
  description?: string | null | undefined;
  rule: object;
}

/** `null` empties the description; what is absent stays. */
export interface SegmentChanges {
  name?: string | undefined;
  description?: string | null | undefined;
  rule?: object | undefined;
}

/** Whom a rule holds for now: how many, and the newest of them. */
export interface SegmentPreview {
  count: number;
  contacts: Contact[];
}

export const mostSegments = 1_000;

/** Everything a customer does with segments. What belongs to another account is `not_found`. */
export interface Segments {
  /** @throws SmsError `conflict` when the name is taken, `invalid_request` with the place of what is wrong in the rule */
  create(accountId: string, segment: NewSegment): Promise<ContactSegment>;
  get(accountId: string, segmentId: string): Promise<ContactSegment>;
  /** In the order of their names. */
  list(accountId: string, page: PageRange): Promise<{ segments: ContactSegment[]; total: number }>;
  update(accountId: string, segmentId: string, changes: SegmentChanges): Promise<ContactSegment>;
  delete(accountId: string, segmentId: string): Promise<void>;
  /** Whom a segment, or a rule that is no segment yet, holds for. */
  preview(accountId: string, of: { segmentId: string } | { rule: object }): Promise<SegmentPreview>;
  /**
   * A piece of those in a segment, in the order of ids, after an id. It looks at a stretch of the account's contacts, so
   * a piece may be empty before the end.
   *
   * @param from.at what the days until now are counted from, so that all pieces are of one time
   */
  audience(
    accountId: string,
    of: { segmentId: string } | { rule: object },
    from?: { after?: string | null; at?: number },
  ): Promise<AudiencePage>;
}
