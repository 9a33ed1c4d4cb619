/**
 * The text of a part by itself. Not all who cut a text care for characters that take two units, and half of one is no
 * text; joined with its other half it is.
 */
export const wholeCharacters = (text: string): string => text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '\ufffd');
