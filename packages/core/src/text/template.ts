import { SmsError } from '../errors.js';

/** A text with places for what differs from one recipient to the next. */
export interface Template {
  /** The names it asks for, each once. */
  variables: readonly string[];
  /** @throws SmsError `template_variable_missing` when a value is missing and no default stands in for it */
  render(valueOf: (name: string) => string | undefined): string;
}

interface Place {
  name: string;
  fallback: string | undefined;
}

const nameForm = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} _.-]{0,49}$/u;
// Telephones write typographic quotes by themselves.
const defaultForm = /^default\s*:\s*(?:"([^"]*)"|“([^”]*)”)$/;
const longestPlace = 300;

/**
 * Reads a text with places such as `{{first_name}}` or `{{first_name|default:"rafiki"}}`. Single braces are text. What a
 * place is filled with is never read as a template itself.
 *
 * @throws SmsError `invalid_request` when a place cannot be read
 */
export function parseTemplate(text: string): Template {
  const [start = '', ...rest] = text.split('{{');
  const pieces = rest.map((piece) => {
    const end = piece.indexOf('}}');
    if (end < 0) throw new SmsError('invalid_request', 'message opens {{ and does not close it with }}');
    return { place: readPlace(piece.slice(0, end)), after: piece.slice(end + 2) };
  });
  return {
    variables: [...new Set(pieces.map(({ place }) => place.name))],
    render: (valueOf) => start + pieces.map(({ place, after }) => fill(place, valueOf) + after).join(''),
  };
}

/** A text without places, whatever braces it has. */
export const plainText = (text: string): Template => ({ variables: [], render: () => text });

function readPlace(written: string): Place {
  const bar = written.indexOf('|');
  const name = (bar < 0 ? written : written.slice(0, bar)).trim();
  const [, straight, curved] = (bar < 0 ? null : defaultForm.exec(written.slice(bar + 1).trim())) ?? [];
  const fallback = straight ?? curved;
  if (written.length > longestPlace || !nameForm.test(name) || (bar >= 0 && fallback === undefined)) {
    throw new SmsError(
      'invalid_request',
      'message has a place that is no variable; write {{first_name}} or {{first_name|default:"rafiki"}}',
    );
  }
  return { name, fallback };
}

function fill({ name, fallback }: Place, valueOf: (name: string) => string | undefined): string {
  const value = valueOf(name) ?? '';
  if (value !== '') return value;
  if (fallback !== undefined) return fallback;
  throw new SmsError('template_variable_missing', `there is no ${name}; give it, or a default in the message`);
}
