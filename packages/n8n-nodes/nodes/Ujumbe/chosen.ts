import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { timeInZone } from '../api/time-in-zone.js';

/** A value as a text: what is none would be sent as `[object Object]`. Undefined when it is not a text. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * A parameter that is a text, as it is written.
 *
 * @throws NodeOperationError that names the field as the form does
 */
export function writtenIn(caller: IExecuteFunctions, name: string, title: string, itemIndex: number): string {
  const value = caller.getNodeParameter(name, itemIndex, '', { extractValue: true }) as unknown;
  const text = asText(value ?? '');
  if (text !== undefined) return text;
  throw new NodeOperationError(caller.getNode(), `"${title}" is not a text`, {
    itemIndex,
    description: `Check the expression in "${title}": it gives ${Array.isArray(value) ? 'an array' : 'an object'}.`,
  });
}

/** The same without the blanks around it. */
export const chosenIn = (caller: IExecuteFunctions, name: string, title: string, itemIndex: number): string =>
  writtenIn(caller, name, title, itemIndex).trim();

/** @throws NodeOperationError that names the field as the form does */
export function requiredIn(caller: IExecuteFunctions, name: string, title: string, itemIndex: number): string {
  const chosen = chosenIn(caller, name, title, itemIndex);
  if (chosen !== '') return chosen;
  throw new NodeOperationError(caller.getNode(), `"${title}" is empty`, {
    itemIndex,
    description: `Fill in "${title}", or check the expression in it.`,
  });
}

/** What was chosen in a resource locator that lies within a collection, where n8n does not take it out; '' for nothing. */
export function idIn(chosen: unknown): string {
  const value: unknown = typeof chosen === 'object' && chosen !== null && 'value' in chosen ? chosen.value : chosen;
  return (asText(value) ?? '').trim();
}

/** @throws NodeOperationError that names the field as the form does */
export function timeOf(caller: IExecuteFunctions, value: unknown, title: string, itemIndex: number): string {
  try {
    return timeInZone(value, caller.getTimezone());
  } catch (error) {
    throw new NodeOperationError(caller.getNode(), `"${title}" is not a time`, {
      itemIndex,
      description: `Give "${title}" as a time such as 2026-05-11T09:00:00Z. (${error instanceof Error ? error.message : ''})`,
    });
  }
}

/** Several values of one field: an array, or a text with commas or line breaks between them. */
export function listOf(value: unknown, separator = /[,;\n]+/): string[] {
  const values: unknown[] = Array.isArray(value) ? value : (asText(value) ?? '').split(separator);
  return values.map((one) => (asText(one) ?? '').trim()).filter((one) => one !== '');
}

/** The fields that were filled in, of those that may be left open. */
export const filledIn = (fields: Readonly<Record<string, string | undefined>>): IDataObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
