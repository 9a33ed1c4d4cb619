import { defaultDialects } from '@ujumbe/express-router';

const own = ['/healthz', '/readyz', '/metrics'];
const answered = defaultDialects().flatMap(({ prefix, endpoints }) => endpoints.map(({ path }) => prefix + path));
const patterns = [...new Set([...own, ...answered])];
const fixed = new Set(patterns.filter((pattern) => !pattern.includes('{')));
const variable = patterns
  .filter((pattern) => pattern.includes('{'))
  .map((pattern) => ({ pattern, form: new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`) }));

/**
 * The pattern a request's path matches, such as `/api/v1/messages/{uuid}`. Anything else is `unmatched`: a label made
 * of what strangers send would hold ids and grow for ever.
 */
export function endpointLabel(url: string): string {
  const question = url.indexOf('?');
  const asked = question === -1 ? url : url.slice(0, question);
  const path = asked.length > 1 && asked.endsWith('/') ? asked.slice(0, -1) : asked;
  if (fixed.has(path)) return path;
  return variable.find(({ form }) => form.test(path))?.pattern ?? 'unmatched';
}
