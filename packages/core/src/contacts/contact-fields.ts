import { SmsError } from '../errors.js';
import type { Attributes, AttributeValue, Contact, ContactDetails } from './contact.js';

export const longestName = 100;
export const longestEmail = 254;
export const longestNotes = 2_000;
export const mostTags = 50;
export const longestTag = 50;
export const mostAttributes = 50;
export const longestAttributeName = 50;
export const attributesLimitBytes = 4_096;

/** What JSON writes for one UTF-16 unit at most. */
const longestEscape = 6;

const wellFormed = /^[^\0\p{Cs}]*$/u;
const emailForm = /^[^\s@]+@[^\s@]+$/;
const localeForm = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}$/;
// Tags are stored as a JSON list and found in it by their text, so nothing that JSON writes between or in them may be
// part of one.
const tagForm = /^[^",\\\p{C}]+$/u;
// SQLite finds a name in JSON by a path in quotes.
const attributeNameForm = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} _.-]*$/u;

/** The part of a contact that its owner writes. */
export type Details = Pick<
  Contact,
  'firstName' | 'lastName' | 'email' | 'notes' | 'locale' | 'tags' | 'attributes' | 'active' | 'optedInAt'
>;

export const emptyDetails: Details = {
  firstName: null,
  lastName: null,
  email: null,
  notes: null,
  locale: null,
  tags: [],
  attributes: {},
  active: true,
  optedInAt: null,
};

const invalid = (sentence: string): SmsError => new SmsError('invalid_request', sentence);

/**
 * The details that are given, in order: without spaces around them, an empty text as null.
 *
 * @throws SmsError `invalid_request`
 */
export function readDetails(given: ContactDetails): Partial<Details> {
  const read: Partial<Details> = {};
  const { firstName, lastName, email, notes, locale, tags, attributes, active, optedInAt } = given;
  if (firstName !== undefined) read.firstName = readText('first_name', firstName, longestName);
  if (lastName !== undefined) read.lastName = readText('last_name', lastName, longestName);
  if (email !== undefined) read.email = readForm('email', email, longestEmail, emailForm);
  if (notes !== undefined) read.notes = readText('notes', notes, longestNotes);
  if (locale !== undefined) read.locale = readForm('locale', locale, 35, localeForm);
  if (tags !== undefined) read.tags = readTags(tags ?? []);
  if (attributes !== undefined) read.attributes = readAttributes(attributes ?? {});
  if (active !== undefined) read.active = active;
  if (optedInAt !== undefined) read.optedInAt = readTime('opted_in_at', optedInAt);
  return read;
}

export function readText(field: string, given: string | null, longest: number): string | null {
  const text = given?.trim() ?? '';
  if (text.length > longest || !wellFormed.test(text)) {
    throw invalid(`${field} must be well-formed text of at most ${longest} characters`);
  }
  return text === '' ? null : text;
}

function readForm(field: string, given: string | null, longest: number, form: RegExp): string | null {
  const text = readText(field, given, longest);
  if (text !== null && !form.test(text)) throw invalid(`${field} is not valid`);
  return text;
}

export function readTime(field: string, given: number | null): number | null {
  if (given !== null && (!Number.isSafeInteger(given) || given < 0)) {
    throw invalid(`${field} must be a time in milliseconds since the epoch`);
  }
  return given;
}

/** @throws SmsError `invalid_request` */
export function readTag(tag: string): string {
  const text = tag.trim();
  if (text === '' || text.length > longestTag || !tagForm.test(text)) {
    throw invalid(`a tag must be 1 to ${longestTag} characters, without quotes, commas and backslashes`);
  }
  return text;
}

/** @throws SmsError `invalid_request` */
export function readTags(tags: readonly string[]): string[] {
  if (tags.length > mostTags) throw invalid(`a contact has at most ${mostTags} tags`);
  return [...new Set(tags.map(readTag))];
}

/** @throws SmsError `invalid_request` */
export function readAttributeName(name: string): string {
  if (name.length > longestAttributeName || !attributeNameForm.test(name)) {
    throw invalid(
      `the name of an attribute must be 1 to ${longestAttributeName} letters, digits, spaces, dots, dashes and underscores, and begin with a letter or digit`,
    );
  }
  return name;
}

export function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string') return wellFormed.test(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** @throws SmsError `invalid_request` */
export function readAttributes(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes);
  if (entries.length > mostAttributes) throw invalid(`a contact has at most ${mostAttributes} attributes`);
  let mostBytes = 2;
  for (const [name, value] of entries) {
    readAttributeName(name);
    if (!isAttributeValue(value)) throw invalid('the value of an attribute must be text, a number, true or false');
    mostBytes += (name.length + (typeof value === 'string' ? value.length : 24)) * longestEscape + 6;
  }
  // Most are so few that they need not be written down to be measured.
  if (mostBytes > attributesLimitBytes && Buffer.byteLength(JSON.stringify(attributes)) > attributesLimitBytes) {
    throw invalid(`the attributes of a contact have at most ${attributesLimitBytes} bytes as JSON`);
  }
  return attributes;
}
