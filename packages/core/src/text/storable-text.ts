const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * What somebody else's system sent, made fit to be stored: PostgreSQL's text holds neither NUL nor half of a
 * surrogate pair, and one such character would keep a whole batch from being written.
 */
export const storableText = (text: string, maxLength: number): string =>
  text.slice(0, maxLength).replace(unstorable, '\uFFFD');
