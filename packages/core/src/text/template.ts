import { SmsError } from '../errors.js';

/** A text with places for values: `Habari {{first_name|default:"rafiki"}}`. */
export interface Template {
  /** The names it asks for, each once. */
  readonly variables: readonly string[];
  /** True for a text that is the same for everybody. */
  readonly isPlain: boolean;
  /**
   * @param value null where there is nothing
   * @throws SmsError `template_variable_missing` where there is no default either
   */
  render(value: (name: string) => string | null): string;
}

const place = /\{\{\s*([\p{L}\p{N}_.]+)\s*(?:\|\s*default\s*:\s*"([^"]*)"\s*)?\}\}/gu;

/** @throws SmsError `invalid_request` for a place that cannot be read */
export function parseTemplate(text: string): Template {
  const around = text.replace(place, '');
  if (around.includes('{{') || around.includes('}}')) {
    throw new SmsError(
      'invalid_request',
      'message has a place that cannot be read: write {{first_name}} or {{first_name|default:"rafiki"}}',
    );
  }
  const variables = [...new Set([...text.matchAll(place)].map(([, name = '']) => name))];
  return {
    variables,
    isPlain: variables.length === 0,
    render: (value) =>
      text.replace(place, (_place, name: string, otherwise: string | undefined) => {
        const found = value(name)?.trim() ?? '';
        if (found !== '') return found;
        if (otherwise !== undefined) return otherwise;
        throw new SmsError('template_variable_missing', `there is no ${name} and the message has no default for it`);
      }),
  };
}
