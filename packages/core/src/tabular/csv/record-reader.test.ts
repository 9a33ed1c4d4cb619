import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultLimits, type TableLimits, type TableRow } from '../table.js';
import { RecordReader } from './record-reader.js';

/** The rows of a text that comes in pieces, or the sentence that refuses it. */
function outcome(pieces: readonly string[], limits: Partial<TableLimits> = {}): TableRow[] | string {
  const reader = new RecordReader(',', { ...defaultLimits, ...limits }, 0);
  try {
    for (const piece of pieces) reader.read(piece, true);
    reader.read('', false);
    return reader.batch.takeAll().flat();
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
}

describe('RecordReader', () => {
  const piece = fc
    .array(fc.constantFrom(',', '"', '""', '",', ',"', '\n', '\r', '\r\n', '"\r\n', 'a', 'bc', ' ', '😀'), {
      maxLength: 8,
    })
    .map((parts) => parts.join(''));

  it('makes the same of a text wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        assert.deepEqual(outcome(pieces), outcome([pieces.join('')]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes the same of a text that comes unit by unit', () => {
    fc.assert(
      fc.property(piece, (text) => {
        assert.deepEqual(outcome(text.split('')), outcome([text]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never keeps more than a row and a piece', () => {
    const refusal = (piece: string): string =>
      JSON.stringify(
        outcome(
          Array.from({ length: 50 }, () => piece),
          { maxRowCharacters: 100 },
        ),
      );
    assert.match(refusal('"ab\n'), /^"Row 1: a quotation mark/);
    assert.match(refusal('ab,'), /^"Row 1: the row is longer than 100/);
  });
});
