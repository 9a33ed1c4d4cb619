import { looksLikePhone } from './looks-like-phone.js';

/** What a column holds, by the names that people give it. */
export type ColumnName =
  'phone' | 'name' | 'first_name' | 'last_name' | 'email' | 'message' | 'notes' | 'tags' | 'locale';

export interface HeaderColumn {
  /** Counted from 0. */
  readonly column: number;
  /** As written, without outer spaces. */
  readonly title: string;
  /** Null for a column of the customer's own. Each name is given once, to the first column that has it. */
  readonly name: ColumnName | null;
  /** The name, or the title as a template can say it: `Shule ya mtoto` is `shule_ya_mtoto`. No two are the same. */
  readonly key: string;
}

export interface Header {
  /** True when the row holds a phone number, so that it is data already. There are no columns then. */
  readonly headerless: boolean;
  /** The columns that have a title, in their order. */
  readonly columns: readonly HeaderColumn[];
  /** The column with the phone numbers, counted from 0; null when there is none to be seen. */
  readonly phoneColumn: number | null;
}

/** English, Swahili and French, in lower case and without accents, spaces or signs. */
const sureNames: Readonly<Record<ColumnName, readonly string[]>> = {
  phone: [
    ...['phone', 'phones', 'phonenumber', 'phonenumbers', 'phoneno', 'phonenr', 'mobilephone', 'cellphone', 'msisdn'],
    ...[
      'telephone',
      'telephonenumber',
      'telephoneno',
      'tel',
      'telno',
      'telnumber',
      'mobile',
      'mobileno',
      'mobilenumber',
    ],
    ...[
      'cell',
      'cellno',
      'cellnumber',
      'phonemobile',
      'contactnumber',
      'contactno',
      'simno',
      'whatsapp',
      'whatsappnumber',
    ],
    ...['simu', 'simuyamkononi', 'nambariyasimu', 'nambayasimu', 'nambazasimu', 'nambasimu', 'nosimu'],
    ...['numerodetelephone', 'numerotelephone', 'telephoneportable', 'portable', 'gsm'],
  ],
  name: ['name', 'fullname', 'contactname', 'customername', 'jinakamili', 'majina', 'nomcomplet'],
  first_name: ['firstname', 'first', 'fname', 'givenname', 'forename', 'jina', 'jinalakwanza', 'prenom'],
  last_name: [
    'lastname',
    'last',
    'lname',
    'surname',
    'familyname',
    'jinalamwisho',
    'jinalaukoo',
    'jinalafamilia',
    'nom',
    'nomdefamille',
  ],
  email: ['email', 'emailaddress', 'mail', 'baruapepe', 'courriel', 'adresseemail'],
  message: ['message', 'messages', 'msg', 'sms', 'text', 'smstext', 'messagetext', 'body', 'ujumbe', 'texte'],
  notes: ['notes', 'note', 'comment', 'comments', 'remarks', 'maelezo', 'maoni', 'remarques'],
  tags: ['tags', 'tag', 'labels', 'label', 'lebo', 'etiquettes'],
  locale: ['locale', 'language', 'lang', 'lugha', 'langue'],
};

/** Names for the phone that also stand over other things: a column `number` counts rows where there is a `phone`. */
const vaguePhones = [
  'number',
  'numbers',
  'nambari',
  'namba',
  'numero',
  'numeros',
  'contact',
  'contacts',
  'recipient',
  'recipients',
  'to',
];

const namesByTitle = new Map(
  Object.entries(sureNames).flatMap(([name, titles]) => titles.map((title) => [title, name as ColumnName])),
);

/**
 * Reads the first row of a file as the names of its columns. Letter case, accents, spaces and signs make no difference.
 */
export function readHeader(cells: readonly (string | null)[]): Header {
  const phone = cells.findIndex(looksLikePhone);
  if (phone >= 0) return { headerless: true, columns: [], phoneColumn: phone };
  const words = cells.map((cell) => wordsOf(cell ?? ''));
  const names = nameColumns(words.map((word) => word.join('')));
  const keys = new Set<string>(names.filter((name) => name !== null));
  const columns = cells.flatMap((cell, column) => {
    const title = cell?.trim() ?? '';
    const name = names[column] ?? null;
    return title === ''
      ? []
      : [{ column, title, name, key: name ?? freeKey(words[column]?.join('_') ?? '', column, keys) }];
  });
  const phoneColumn = names.indexOf('phone');
  return { headerless: false, columns, phoneColumn: phoneColumn < 0 ? null : phoneColumn };
}

/** Each canonical name goes to the first column that claims it. */
function nameColumns(titles: readonly string[]): (ColumnName | null)[] {
  const taken = new Set<ColumnName>();
  const names = titles.map((title) => {
    const name = namesByTitle.get(title);
    if (name === undefined || taken.has(name)) return null;
    taken.add(name);
    return name;
  });
  const vague = taken.has('phone') ? -1 : titles.findIndex((title) => vaguePhones.includes(title));
  if (vague >= 0) names[vague] = 'phone';
  return names;
}

/** The words of a title in lower case, without accents and signs. */
function wordsOf(title: string): string[] {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function freeKey(wanted: string, column: number, taken: Set<string>): string {
  const base = wanted === '' ? `column_${column + 1}` : wanted;
  let key = base;
  for (let count = 2; taken.has(key); count++) key = `${base}_${count}`;
  taken.add(key);
  return key;
}
