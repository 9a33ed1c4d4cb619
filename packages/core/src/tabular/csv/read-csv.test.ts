import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { SmsError } from '../../errors.js';
import { gathered, readCells, readFile, savedFile } from '../made-files.test.js';
import { openTable } from '../open-table.js';

const refusal = (row: number | undefined, sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SmsError, String(error));
  assert.equal(error.code, 'file_invalid');
  assert.match(error.message, sentence);
  assert.deepEqual(error.details, row === undefined ? undefined : { row });
  return true;
};

describe('a CSV file', () => {
  const read: [name: string, content: string, cells: (string | null)[][]][] = [
    [
      'commas',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'semicolons',
      'phone;message\n255712345678;Habari, karibu\n',
      [
        ['phone', 'message'],
        ['255712345678', 'Habari, karibu'],
      ],
    ],
    [
      'tabs',
      'a\tb, c; d\n1\t2\n',
      [
        ['a', 'b, c; d'],
        ['1', '2'],
      ],
    ],
    [
      'pipes',
      'a|b\n1|2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['one column', '255712345678\n255712345679\n', [['255712345678'], ['255712345679']]],
    ['one row without a line break', '255712345678,Juma', [['255712345678', 'Juma']]],
    [
      'a comma where every message has a semicolon',
      '255712345678,Habari; karibu\n255712345679,Asante; sana\n',
      [
        ['255712345678', 'Habari; karibu'],
        ['255712345679', 'Asante; sana'],
      ],
    ],
    [
      'a semicolon where every message has a comma',
      '255712345678;Habari, karibu\n255712345679;Asante, sana\n',
      [
        ['255712345678', 'Habari, karibu'],
        ['255712345679', 'Asante, sana'],
      ],
    ],
    [
      'a semicolon in quotation marks everywhere',
      '255712345678,"Habari; karibu"\n255712345679,"Asante; sana"\n',
      [
        ['255712345678', 'Habari; karibu'],
        ['255712345679', 'Asante; sana'],
      ],
    ],
    ['the delimiter that Excel was told', 'sep=|\r\na,1|b\r\n', [['a,1', 'b']]],
    [
      'LF, CR and CRLF',
      'a,1\nb,2\rc,3\r\nd,4',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ],
    ],
    [
      'CR alone',
      '"a\nb",1\rc,2\r',
      [
        ['a\nb', '1'],
        ['c', '2'],
      ],
    ],
    [
      'quoted cells',
      '"a, b","say ""hi""",""\n"",x,"y"\r\n',
      [
        ['a, b', 'say "hi"'],
        [null, 'x', 'y'],
      ],
    ],
    ['line breaks in cells as one \\n', '"a\r\nb","c\rd","e\nf"\r\n', [['a\nb', 'c\nd', 'e\nf']]],
    ['spaces around quotation marks', '"a" ,"b"\t\n', [['a', 'b']]],
    [
      'quotation marks inside a cell',
      'a,5" pipe\nb,6" x 2"\n',
      [
        ['a', '5" pipe'],
        ['b', '6" x 2"'],
      ],
    ],
    ['ragged rows', 'a,b,c\nd\ne,f,g,h\n', [['a', 'b', 'c'], ['d'], ['e', 'f', 'g', 'h']]],
    [
      'empty cells',
      ',b,,\n,,\na,,c\n',
      [
        [null, 'b'],
        ['a', null, 'c'],
      ],
    ],
    ['spaces, which are left alone', ' a , b\n', [[' a ', ' b']]],
    ['only line breaks', '\n\r\n\r\n', []],
  ];
  for (const [name, content, cells] of read) {
    it(`reads ${name}`, async () => assert.deepEqual(await readCells(content), cells));
  }

  it('counts rows as a spreadsheet does: records, not lines, and empty ones too', async () => {
    const { rows } = await readFile('a,b\n\n"c\nd",e\n,,\nf,g\n');
    assert.deepEqual(
      rows.map(({ row }) => row),
      [1, 3, 5],
    );
    assert.deepEqual((await readFile('sep=;\na;b\n')).rows[0]?.row, 1);
  });

  const accents = 'phone,jina\n255712345678,Zoë Ngũgĩ “Ñ” €\n';
  const cells = accents
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
  const encodings: [name: string, content: Buffer, encoding: string][] = [
    ['UTF-8', Buffer.from(accents), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${accents}`), 'utf-8'],
    ['UTF-16 LE', Buffer.from(`\ufeff${accents}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', utf16be(`\ufeff${accents}`), 'utf-16be'],
    ['UTF-16 LE without its mark', Buffer.from(accents, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE without its mark', utf16be(accents), 'utf-16be'],
  ];
  for (const [name, content, encoding] of encodings) {
    it(`reads ${name}`, async () => {
      const { format, rows } = await readFile(content);
      assert.deepEqual(format, { kind: 'csv', encoding, delimiter: ',' });
      assert.deepEqual(
        rows.map((row) => row.cells),
        cells,
      );
    });
  }

  it('reads Windows-1252, and so Latin-1, when the bytes are not UTF-8', async () => {
    const { format, rows } = await readFile(Buffer.from('jina,bei\nZo\xeb \x93\xd1\x94,\x80 5\x9d\n', 'latin1'));
    assert.deepEqual(format, { kind: 'csv', encoding: 'windows-1252', delimiter: ',' });
    assert.deepEqual(rows[1]?.cells, ['Zoë “Ñ”', '€ 5\x9d']);
  });

  it('looks at the whole file before it says that it is UTF-8', async () => {
    const plain = '255712345678,Juma\n'.repeat(20_000);
    const latin = Buffer.concat([Buffer.from(plain), Buffer.from('1,Zo\xeb', 'latin1')]);
    assert.deepEqual((await readCells(latin)).at(-1), ['1', 'Zoë']);
    assert.deepEqual((await readCells(`${plain}1,Zoë`)).at(-1), ['1', 'Zoë']);
  });

  it('does not take a UTF-8 file for Latin-1 for one damaged byte, or because its end is missing', async () => {
    const damaged = Buffer.concat([Buffer.from('Zoë,Ñandú\nJos'), Buffer.from([0xe9]), Buffer.from(',1\n')]);
    assert.deepEqual(await readCells(damaged), [
      ['Zoë', 'Ñandú'],
      ['Jos\ufffd', '1'],
    ]);
    const cut = Buffer.from('Zoë,Ñandú\nJosé');
    assert.deepEqual((await readCells(cut.subarray(0, -1))).at(-1), ['Jos\ufffd']);
  });

  it('reads a row that does not fit in one chunk, and a CRLF cut by the end of one', async () => {
    const lines = 'x, "y"\n'.repeat(3_000);
    const quoted = `"${lines.replaceAll('"', '""')}"`;
    for (let shift = 0; shift < 6; shift++) {
      // The cells before make the file's first 64 KiB end around the line break.
      const before = `${'a,'.repeat(100)}${'b'.repeat(65_536 - quoted.length * 2 - 200 - 6 + shift)}`;
      const rows = await readCells(`${quoted},${quoted},${before},"c"\r\nd,"e"\r\n`);
      assert.deepEqual(rows, [
        [lines, lines, ...before.split(','), 'c'],
        ['d', 'e'],
      ]);
    }
  });

  const wide = `255712345678${',x'.repeat(9_999)}\n`;
  const refused: [name: string, content: string, row: number | undefined, sentence: RegExp][] = [
    ['a row of 10,000 columns', `a,b\n${wide}`, 2, /^Row 2: the row has 10,000 columns and 1,000 are allowed/],
    ['a long cell', `a\nb,${'x'.repeat(32_768)}\n`, 2, /^Row 2: the cell in column B is longer than 32,767 characters/],
    ['a long row', `a\n${`${'x'.repeat(30_000)},`.repeat(9)}\n`, 2, /^Row 2: the row is longer than 262,144/],
    ['a row that never ends', `a\n${'x,'.repeat(500_000)}`, 2, /^Row 2: the row is longer than 262,144/],
    [
      'an open quotation mark',
      `a,b\nc,"d\n${'e,f\n'.repeat(200_000)}`,
      2,
      /^Row 2: a quotation mark \("\) opens a cell/,
    ],
    ['an open quotation mark at the end', 'a,b\nc,"d', 2, /^Row 2: a quotation mark/],
    ['a quotation mark that is not doubled', 'a,b\n"say "hi" now",c\nd,e\n', 2, /^Row 2: a quotation mark/],
    ['text after a quotation mark', `a,b\n"Hotel" Juma,c\n${'d,e\n'.repeat(200_000)}"f",g\n`, 2, /^Row 2: a quotation/],
  ];
  for (const [name, content, row, sentence] of refused) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(readFile(content), refusal(row, sentence));
    });
  }

  it('refuses more rows than are allowed, after having given those that are', async () => {
    const table = await openTable(savedFile('a\n'.repeat(2_001)), { limits: { maxRows: 2_000 } });
    let rows = 0;
    await assert.rejects(
      async () => {
        for await (const batch of table.rows()) rows += batch.length;
      },
      refusal(undefined, /^The file has more than 2,000 rows: split it/),
    );
    assert.ok(rows <= 2_000);
    await table.close();
  });

  it('refuses a cell of 1 GB quickly and in little memory', async () => {
    const path = savedFile(`phone,message\n255712345678,"${'Habari '.repeat(20_000)}`);
    truncateSync(path, 1024 ** 3);
    const before = process.memoryUsage.rss();
    const startMs = performance.now();
    const table = await openTable(path);
    await assert.rejects(gathered(table.rows()), refusal(2, /^Row 2: a quotation mark/));
    await table.close();
    assert.ok(performance.now() - startMs < 10_000);
    assert.ok(process.memoryUsage.rss() - before < 100 * 1024 ** 2);
  });

  it('cuts batches of long rows short', async () => {
    const { batches } = await readFile(`${'x'.repeat(10_000)}\n`.repeat(500));
    assert.ok(Math.max(...batches) <= 100);
  });
});
