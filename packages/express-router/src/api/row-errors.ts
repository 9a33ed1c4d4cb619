import type { ImportError } from '@ujumbe/core';

/** How many rows that were refused are shown with an upload; the others are in its file of errors. */
export const shownErrors = 100;

export const errorView = ({ row, reason, code }: ImportError): object => ({ row, error: reason, code });

/** The rows that were refused as they stand in the file, each behind its number and the reason. */
export async function* errorRows(
  titles: readonly (string | null)[],
  pages: AsyncIterable<readonly ImportError[]>,
): AsyncGenerator<(string | number | null)[]> {
  yield ['row', 'error', ...titles];
  for await (const errors of pages) {
    for (const { row, reason, cells } of errors) yield [row, reason, ...cells];
  }
}
