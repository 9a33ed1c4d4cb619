import { SmsError } from '../errors.js';

/** A number as people read it: 32,767. */
export const counted = (count: number): string => count.toLocaleString('en-US');

/** The letters over a column, counted from 0: A, B … Z, AA. */
export function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}

/**
 * The refusal of a file: a sentence that says what to do, with the row in front where there is one. The row is in the
 * details as well.
 */
export function fileInvalid(sentence: string, at: { row?: number; cause?: unknown } = {}): SmsError {
  const { row, cause } = at;
  return new SmsError('file_invalid', row === undefined ? sentence : `Row ${counted(row)}: ${sentence}`, {
    ...(row !== undefined && { details: { row } }),
    ...(cause !== undefined && { cause }),
  });
}

/**
 * What a library says of a file, in our words. A refusal of ours, an abort, a fault of the disk and a mistake in the
 * code stay what they are: the file is not to blame for them.
 */
export function asFileInvalid(error: unknown, sentence: string, signal?: AbortSignal): unknown {
  const ours = error instanceof SmsError || (signal?.aborted === true && error === signal.reason);
  const elsewhere = error instanceof TypeError || (error instanceof Error && 'syscall' in error);
  return ours || elsewhere ? error : fileInvalid(sentence, { cause: error });
}
