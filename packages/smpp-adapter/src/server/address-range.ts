/**
 * Reads the `address_range` of a bind: which of an account's addresses a session wants to hear messages for. Of the
 * regular expressions of the specification only a beginning, or a whole address between `^` and `$`, is understood:
 * others are not asked for in the field, and would let a stranger choose what the process is busy with.
 *
 * @returns undefined when it says nothing. Source: SMPP 3.4 §5.2.7, contracts/smpp.md §5.1.
 */
export function addressRangeOf(range: string): ((address: string) => boolean) | undefined {
  const matched = /^\^?(\+?[\w ]+)(?:\.?\*)?(\$?)$/.exec(range);
  if (!matched) return undefined;
  const [, start = '', end] = matched;
  const wanted = plain(start);
  const isWhole = end === '$' && !range.endsWith('*$');
  return (address) => (isWhole ? plain(address) === wanted : plain(address).startsWith(wanted));
}

const plain = (address: string): string => address.replace(/^\+/, '');
