import { SmsError } from '../errors.js';

/** A text an account sends again and again, with places for what differs. Times are milliseconds since the epoch. */
export interface Template {
  id: string;
  accountId: string;
  name: string;
  /** The customer's own word, such as `TRANSACTIONAL`. */
  category: string;
  /** A language tag, such as `sw`. */
  language: string;
  /** With `{{names}}` where values go. */
  text: string;
  /** The names, in the order of the text; those that it does not have after them. */
  variables: string[];
  active: boolean;
  favourite: boolean;
  /** How many messages were made of it. */
  uses: number;
  createdAt: number;
  updatedAt: number;
}

export interface NewTemplate {
  name: string;
  category: string;
  language: string;
  text: string;
  /** Names beside those the text has. */
  variables?: readonly string[] | undefined;
  active?: boolean | undefined;
}

/** What is absent stays. */
export type TemplateChanges = { [K in keyof NewTemplate]?: NewTemplate[K] | undefined } & {
  favourite?: boolean | undefined;
};

export interface TemplateFilter {
  category?: string | undefined;
  /** A part of the name or the text, whatever its case and accents. */
  search?: string | undefined;
}

/** Everything a customer does with templates. What belongs to another account is `not_found`. */
export interface Templates {
  /** @throws SmsError `invalid_request`, `conflict` when there are too many */
  create(accountId: string, template: NewTemplate): Promise<Template>;
  get(accountId: string, templateId: string): Promise<Template>;
  /** Newest first. */
  list(
    accountId: string,
    filter: TemplateFilter,
    page: { limit: number; offset: number },
  ): Promise<{ templates: Template[]; total: number }>;
  update(accountId: string, templateId: string, changes: TemplateChanges): Promise<Template>;
  delete(accountId: string, templateId: string): Promise<void>;
  /**
   * The text with values in the places of its names.
   *
   * @throws SmsError `template_variable_missing`, `conflict` when the template is not active
   */
  render(accountId: string, templateId: string, values: Readonly<Record<string, string>>): Promise<string>;
  /** Counts messages that were made of it. */
  noteUse(accountId: string, templateId: string, messages: number): Promise<void>;
}

export const mostTemplates = 1_000;
const longestText = 2_000;
const mostVariables = 50;

/** A place for a value. Names are letters, digits and underscores, and do not begin with a digit. */
const places = /\{\{\s*([\p{L}_][\p{L}\p{N}_]{0,49})\s*\}\}/gu;
const nameForm = /^[\p{L}_][\p{L}\p{N}_]{0,49}$/u;
const wellFormed = /^[^\0\p{Cs}]*$/u;

export type TemplateDetails = Pick<Template, 'name' | 'category' | 'language' | 'text' | 'variables'>;

/** Reads a template from outside. @throws SmsError `invalid_request` */
export function readTemplate(given: Omit<NewTemplate, 'active'>): TemplateDetails {
  const text = checkText('message', given.text, longestText);
  return {
    name: checkText('name', given.name, 100),
    category: checkText('category', given.category, 50),
    language: checkText('language', given.language, 35),
    text,
    variables: readVariables(text, given.variables ?? []),
  };
}

function checkText(field: string, given: string, longest: number): string {
  const text = given.trim();
  if (text === '' || text.length > longest || !wellFormed.test(text)) {
    throw new SmsError('invalid_request', `${field} must be text of 1 to ${longest} characters`, {
      details: { field },
    });
  }
  return text;
}

function readVariables(text: string, named: readonly string[]): string[] {
  const names = [...new Set([...namesIn(text), ...named])];
  if (names.length > mostVariables || !named.every((name) => nameForm.test(name))) {
    throw new SmsError('invalid_request', `variables must be at most ${mostVariables} names of letters and digits`, {
      details: { field: 'variables' },
    });
  }
  return names;
}

/** The names a text has places for, in its order. */
export const namesIn = (text: string): string[] => [...text.matchAll(places)].map(([, name = '']) => name);

/** @throws SmsError `template_variable_missing` with the name of the first value that is not given */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  const missing = namesIn(text).find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) {
    throw new SmsError('template_variable_missing', `the template needs a value for ${missing}`, {
      details: { variable: missing },
    });
  }
  return text.replace(places, (_, name: string) => values[name] ?? '');
}
