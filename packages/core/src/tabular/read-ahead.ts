/** Fetches the next item while the last one is being dealt with: one ahead, and never more. */
export async function* readAhead<T>(source: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (let { done, value } = await next; done !== true; { done, value } = await next) {
      next = source.next();
      // Whoever takes the item may fail first; then nobody asks for this one.
      next.catch(() => undefined);
      yield value as T;
    }
  } finally {
    await source.return();
  }
}
