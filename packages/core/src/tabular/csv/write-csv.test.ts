import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gathered, readFile } from '../made-files.test.js';
import type { CsvDelimiter, CsvEncoding } from '../table.js';
import { csvLine, writeCsv, type CsvCell, type WriteCsvOptions } from './write-csv.js';

async function written(rows: readonly (readonly CsvCell[])[], options?: WriteCsvOptions): Promise<string> {
  return (await gathered(writeCsv(rows, options))).join('');
}

describe('csvLine', () => {
  const lines: [cells: CsvCell[], options: WriteCsvOptions, line: string][] = [
    [['a', 1, true, null, undefined, ''], {}, 'a,1,true,,,\r\n'],
    [['a,b', 'say "hi"', 'two\nlines', ' outer'], {}, '"a,b","say ""hi""","two\nlines"," outer"\r\n'],
    [['a,b', 'c;d'], { delimiter: ';', lineBreak: '\n' }, 'a,b;"c;d"\n'],
    [[''], {}, '""\r\n'],
    [['sep=,'], {}, '"sep=,"\r\n'],
    [
      ['=1+1', '+1+1', '-A1', '@SUM(A1)', '\t=1', '＝1'],
      { guardFormulas: true },
      "'=1+1,'+1+1,'-A1,'@SUM(A1),'\t=1,'＝1\r\n",
    ],
    [
      ['+255712345678', '-12.5', '+255 712 345 678', 'a=b'],
      { guardFormulas: true },
      '+255712345678,-12.5,+255 712 345 678,a=b\r\n',
    ],
    [['=1+1'], {}, '=1+1\r\n'],
  ];
  for (const [cells, options, line] of lines) {
    it(`writes ${JSON.stringify(cells)}`, () => assert.equal(csvLine(cells, options), line));
  }
});

describe('writeCsv', () => {
  it('writes in chunks, and takes rows only as they are wanted', async () => {
    let taken = 0;
    const rows = (function* () {
      for (; taken < 100_000; taken++) yield ['255712345678', 'Juma'];
    })();
    const chunks = writeCsv(rows, { byteOrderMark: true });
    const first = (await chunks.next()).value ?? '';
    assert.ok(first.startsWith('\ufeff255712345678,Juma\r\n'));
    assert.ok(first.length < 70_000);
    assert.ok(taken < 5_000);
    await chunks.return();
  });

  it('writes what reads back the same, in every encoding and with every delimiter', async () => {
    // Storable text, in which a delimiter, a quotation mark and a line break are as frequent as a letter.
    const hard = fc.constantFrom(
      ',',
      ';',
      '\t',
      '|',
      '"',
      '""',
      '\n',
      ' ',
      '=',
      '+255712345678',
      'Juma',
      'ë',
      '😀',
      '\ufeff',
      '💡',
    );
    const cell = fc.oneof(
      fc.array(hard, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, '')),
      fc.constant(null),
    );
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 30 });
    const delimiters = fc.constantFrom<CsvDelimiter>(',', ';', '\t', '|');
    const encodings = fc.constantFrom<CsvEncoding>('utf-8', 'utf-16le', 'utf-16be');
    await fc.assert(
      fc.asyncProperty(rows, delimiters, encodings, fc.boolean(), async (table, delimiter, encoding, crlf) => {
        // The first line settles the delimiter; what detection makes of too little is tested beside it.
        const text = `sep=${delimiter}\n${await written(table, { delimiter, lineBreak: crlf ? '\r\n' : '\n' })}`;
        const { rows: read, format } = await readFile(encoded(`\ufeff${text}`, encoding));
        assert.deepEqual(format, { kind: 'csv', encoding, delimiter });
        assert.deepEqual(read, asRead(table));
      }),
      { numRuns: 150 },
    );
  });

  it('writes what reads back the same when the delimiter has to be found', async () => {
    const text = fc
      .array(fc.constantFrom(',', ';', '|', '"', '\n', ' ', 'Juma', 'ë', '17'), { maxLength: 5 })
      .map((parts) => parts.join(''));
    const rows = fc.array(fc.tuple(fc.constantFrom('255712345678', '+255 754 000 111', '0712345678'), text, text), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom<CsvDelimiter>(',', ';', '\t', '|'), async (table, delimiter) => {
        const { rows: read } = await readFile(await written(table, { delimiter }));
        assert.deepEqual(read, asRead(table));
      }),
      { numRuns: 300 },
    );
  });

  it('writes what reads back the same wherever the chunks of the file end', async () => {
    const row = fc.array(fc.constantFrom('a', '"', 'b\nc', '', 'ë😀', ' d ', ',', 'x'.repeat(900)), {
      minLength: 2,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 20, maxLength: 40 }), fc.nat(70_000), async (some, shift) => {
        const table = [['phone', 'x'.repeat(shift % 30_000)], ...Array.from({ length: 12 }, () => some).flat()];
        const { rows: read } = await readFile(await written(table));
        assert.deepEqual(read, asRead(table));
      }),
      { numRuns: 40 },
    );
  });

  it('writes names that Windows-1252 has so that they read back', async () => {
    const table = [
      ['jina', 'Zoë Ñandú'],
      ['bei', '5 \u00a3'],
    ];
    const { rows: read, format } = await readFile(Buffer.from(await written(table), 'latin1'));
    assert.equal(format.kind === 'csv' && format.encoding, 'windows-1252');
    assert.deepEqual(read, asRead(table));
  });
});

function encoded(text: string, encoding: CsvEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

/** What the reader makes of a table: no empty strings, no cells behind the last that says something, no empty rows. */
function asRead(table: readonly (readonly (string | null)[])[]): { row: number; cells: (string | null)[] }[] {
  return table
    .map((cells, index) => {
      const filled = cells.map((cell) => (cell === '' ? null : cell));
      return { row: index + 1, cells: filled.slice(0, filled.findLastIndex((cell) => cell !== null) + 1) };
    })
    .filter(({ cells }) => cells.length > 0);
}
