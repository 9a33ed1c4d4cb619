/** A person who is taken out, and what stands in their place. */
export interface Erasure {
  accountId: string;
  phone: string;
  /** The same for all that was theirs, so that it still adds up; drawn by chance, so that nothing leads back. */
  pseudonym: string;
}

/** What people write to one another, and references that a customer's own system could look up. */
const emptied: Readonly<Record<string, string | null>> = {
  text: '',
  message: '',
  content: '',
  clientRef: null,
  client_ref: null,
};

/** A JSON document that names a person, without the number, the text and the customer's reference. */
export function withoutPerson(json: string, { phone, pseudonym }: Pick<Erasure, 'phone' | 'pseudonym'>): string {
  return JSON.stringify(JSON.parse(json), (name, value: unknown) => {
    if (value === phone) return pseudonym;
    return typeof value === 'string' && name in emptied ? emptied[name] : value;
  });
}

/** A JSON document without a number in any of its lists. */
export function withoutNumber(json: string, phone: string): string {
  return JSON.stringify(JSON.parse(json), (_name, value: unknown) =>
    Array.isArray(value) ? value.filter((one) => one !== phone) : value,
  );
}
