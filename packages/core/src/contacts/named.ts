import { SmsError } from '../errors.js';
import { CommitConflict } from '../runtime.js';
import { readText } from './contact-fields.js';

const longestName = 100;
const longestDescription = 500;

/** What groups and segments have in common. */
interface Named {
  name?: string | undefined;
  description?: string | null | undefined;
}

/** @throws SmsError `invalid_request` */
export function readName(name: string): string {
  const read = readText('name', name, longestName);
  if (read === null) throw new SmsError('invalid_request', 'name is required');
  return read;
}

export const readDescription = (description: string | null | undefined): string | null =>
  readText('description', description ?? null, longestDescription);

/** The part of a name and description that is given. @throws SmsError `invalid_request` */
export const readNamed = ({ name, description }: Named): { name?: string; description?: string | null } => ({
  ...(name === undefined ? {} : { name: readName(name) }),
  ...(description === undefined ? {} : { description: readDescription(description) }),
});

/** Says so when a name is taken: the only thing of a group or segment that must be its own. */
export async function withFreeName<T>(thing: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error;
    throw new SmsError('conflict', `there is a ${thing} with this name already; choose another`, { cause: error });
  }
}
