import assert from 'node:assert/strict';
import fc from 'fast-check';
import { healSpreadsheetNumber } from '../../numbers/heal.js';
import { readCells, readFile, workbook, workbookParts, xmlText, zipOf, type MadeWorkbook } from '../made-files.test.js';

const row = (...cells: string[]): string => `<row>${cells.join('')}</row>`;
const number = (value: string, style?: number): string =>
  `<c${style === undefined ? '' : ` s="${style}"`}><v>${value}</v></c>`;
const inline = (text: string): string => `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;

describe('a workbook', () => {
  const read: [name: string, made: MadeWorkbook, cells: (string | null)[][]][] = [
    [
      'shared strings',
      { rows: row('<c t="s"><v>1</v></c>', '<c t="s"><v>0</v></c>'), strings: ['<t>a</t>', '<t> b &amp; c </t>'] },
      [[' b & c ', 'a']],
    ],
    [
      'shared strings of several runs, without how they are said',
      {
        rows: row('<c t="s"><v>0</v></c>'),
        strings: ['<r><rPr><b/></rPr><t>Ju</t></r><r><t>ma</t></r><rPh sb="0" eb="1"><t>ジュマ</t></rPh>'],
      },
      [['Juma']],
    ],
    ['inline strings', { rows: row(inline('a < b'), inline('')) }, [['a < b']]],
    [
      'inline rich text',
      { rows: row('<c t="inlineStr"><is><r><t>Ju</t></r><r><t>ma</t></r><rPh><t>x</t></rPh></is></c>') },
      [['Juma']],
    ],
    ['CDATA', { rows: row('<c t="inlineStr"><is><t><![CDATA[a & b]]></t></is></c>') }, [['a & b']]],
    [
      'formulas by what they gave',
      { rows: row('<c t="str"><f>CONCAT("a","b")</f><v>ab</v></c>', '<c><f>1+1</f><v>2</v></c>', '<c><f>A1</f></c>') },
      [['ab', '2']],
    ],
    [
      'truths and errors as the sheet shows them',
      { rows: row('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>', '<c t="e"><v>#N/A</v></c>') },
      [['TRUE', 'FALSE', '#N/A']],
    ],
    ['ISO dates', { rows: row('<c t="d"><v>2026-11-21T08:30:00Z</v></c>') }, [['2026-11-21T08:30:00Z']]],
    ['numbers of type n', { rows: row('<c t="n"><v>12</v></c>') }, [['12']]],
    [
      'characters that XML cannot carry',
      { rows: row('<c t="inlineStr"><is><t>a_x000D_&#10;b_x005F_x000D_&#x9;_xZZZZ_</t></is></c>') },
      [['a\nb_x000D_\t_xZZZZ_']],
    ],
    [
      'gaps between cells and rows',
      { rows: '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="5"><c r="AB5"><v>3</v></c></row>' },
      [
        [null, '1', null, '2'],
        [...Array<null>(27).fill(null), '3'],
      ],
    ],
    [
      'cells that only have a style',
      {
        rows: '<row r="1"><c r="A1" s="1"/><c r="B1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="2"><c r="A2" s="1"/></row>',
      },
      [[null, '1']],
    ],
    [
      'cells and rows without a place',
      { rows: row(number('1'), '<c/>', number('2')) + row(number('3')) },
      [['1', null, '2'], ['3']],
    ],
    [
      'a prefix on every element',
      {
        prefix: 'x:',
        rows: '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row>',
        strings: ['<x:t>a</x:t>'],
      },
      [['a', '1']],
    ],
    ['strict Open XML', { strict: true, rows: row(number('1')) }, [['1']]],
    ['an empty sheet', {}, []],
    [
      'nothing behind the data',
      {
        sheet:
          '<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><extLst><row><c><v>2</v></c></row></extLst></worksheet>',
      },
      [['1']],
    ],
  ];
  for (const [name, made, cells] of read) {
    it(`reads ${name}`, async () => assert.deepEqual(await readCells(workbook(made)), cells));
  }

  it('reads a sheet in UTF-16', async () => {
    const sheet =
      '\ufeff<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row><c t="str"><v>Zoë</v></c></row></sheetData></worksheet>';
    const parts = workbookParts({}).map((part) =>
      part.name.endsWith('sheet1.xml') ? { ...part, data: Buffer.from(sheet, 'utf16le') } : part,
    );
    assert.deepEqual(await readCells(zipOf(parts)), [['Zoë']]);
  });

  it('counts rows as the sheet does', async () => {
    const { rows } = await readFile(workbook({ rows: '<row r="3"><c><v>1</v></c></row><row><c><v>2</v></c></row>' }));
    assert.deepEqual(rows, [
      { row: 3, cells: ['1'] },
      { row: 4, cells: ['2'] },
    ]);
  });

  it('passes over rows on resuming without looking at them', async () => {
    const made = workbook({ rows: '<row r="1"><c t="s"><v>99</v></c></row><row r="2"><c><v>2</v></c></row>' });
    assert.deepEqual((await readFile(made, { afterRow: 1 })).rows, [{ row: 2, cells: ['2'] }]);
    await assert.rejects(readFile(made), /^SmsError: Row 1: the row has a cell in column A whose text is missing/);
  });

  const numbers: [written: string, text: string][] = [
    ['255712345678', '255712345678'],
    ['2.55713E+11', '2.55713E+11'],
    ['2.55712345678E11', '2.55712345678E11'],
    ['1.1000000000000001', '1.1'],
    ['0.30000000000000004', '0.3'],
    ['255712345678.00001', '255712345678'],
    ['12345678901234567890', '12345678901234567890'],
    ['-4.5', '-4.5'],
  ];
  for (const [written, text] of numbers) {
    it(`reads the number ${written} as ${text}`, async () => {
      assert.deepEqual(await readCells(workbook({ rows: row(number(written)) })), [[text]]);
    });
  }

  it('leaves it to healing whether a number with an exponent is a phone number', async () => {
    const cells = await readCells(workbook({ rows: row(number('2.55713E+11'), number('2.55712345678E11')) }));
    assert.deepEqual(
      cells[0]?.map((cell) => healSpreadsheetNumber(cell ?? '')),
      [{ refused: 'digits_lost' }, '255712345678'],
    );
  });

  const styles =
    '<numFmts count="4"><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;day&quot;"/>' +
    '<numFmt numFmtId="166" formatCode="[h]:mm:ss"/><numFmt numFmtId="167" formatCode="[$-409]h:mm AM/PM"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="22"/></cellXfs>';
  const dates: [value: string, style: number, text: string][] = [
    ['46347', 1, '2026-11-21'],
    ['46347.5', 6, '2026-11-21T12:00:00'],
    ['46347.354166666664', 2, '2026-11-21T08:30:00'],
    ['1', 1, '1900-01-01'],
    ['59', 1, '1900-02-28'],
    ['61', 1, '1900-03-01'],
    ['0.75', 5, '18:00:00'],
    ['2958465', 1, '9999-12-31'],
    ['255712345678', 1, '255712345678'],
    ['-1', 1, '-1'],
    ['46347', 0, '46347'],
    ['46347', 3, '46347'],
    ['1.5', 4, '1.5'],
    ['46347', 99, '46347'],
  ];
  for (const [value, style, text] of dates) {
    it(`reads ${value} in style ${style} as ${text}`, async () => {
      assert.deepEqual(await readCells(workbook({ styles, rows: row(number(value, style)) })), [[text]]);
    });
  }

  it('reads dates that are counted from 1904', async () => {
    const made = { styles, workbookPr: '<workbookPr date1904="1"/>', rows: row(number('44885', 1), number('0', 1)) };
    assert.deepEqual(await readCells(workbook(made)), [['2026-11-21', '1904-01-01']]);
  });

  it('takes the first sheet that is not hidden and has cells', async () => {
    const sheets =
      '<sheet name="Siri" sheetId="1" state="hidden" r:id="rId1"/><sheet name="Zaidi" sheetId="2" state="veryHidden" r:id="rId1"/>' +
      '<sheet name="Chati" sheetId="3" r:id="rId5"/><sheet name="Watu &amp; simu" sheetId="4" r:id="rId2"/>';
    const more = [
      {
        name: 'XL/Worksheets/Sheet2.xml',
        data: '<worksheet><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>',
      },
    ];
    const { format, rows } = await readFile(workbook({ sheets, more, rows: row(number('1')) }));
    assert.deepEqual(format, { kind: 'xlsx', sheet: 'Watu & simu' });
    assert.deepEqual(rows, [{ row: 1, cells: ['7'] }]);
  });

  it('refuses a workbook with only hidden sheets', async () => {
    const sheets = '<sheet name="Siri" sheetId="1" state="hidden" r:id="rId1"/>';
    await assert.rejects(readFile(workbook({ sheets })), /no visible sheet with cells/);
  });

  it('reads zip64, parts that are not packed, backslashes in names, and a comment behind', async () => {
    const parts = workbookParts({ rows: row(inline('Juma')), strings: [] });
    assert.deepEqual(await readCells(zipOf(parts, { zip64: true })), [['Juma']]);
    assert.deepEqual(await readCells(zipOf(parts.map((part) => ({ ...part, stored: true })))), [['Juma']]);
    const backslashes = parts.map((part) => ({ ...part, name: part.name.replaceAll('/', '\\') }));
    assert.deepEqual(await readCells(zipOf(backslashes, { comment: 'made by hand' })), [['Juma']]);
  });

  it('reads every table of texts and numbers, shared or inline, with or without places, as it was written', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((some) => some.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '_x000D_'));
    const cell = fc.oneof(
      fc.record({ kind: fc.constantFrom('shared', 'inline', 'str'), text }),
      fc.record({ kind: fc.constant('number'), text: fc.integer({ min: 0, max: 999_999_999_999 }).map(String) }),
      fc.constant(null),
    );
    const tables = fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(tables, fc.boolean(), async (table, placed) => {
        const strings: string[] = [];
        const place = (column: number, index: number): string =>
          placed ? ` r="${String.fromCharCode(65 + column)}${index + 1}"` : '';
        const rows = table.map((cells, index) => {
          const written = cells.map((some, column) => {
            if (some === null) return placed ? '' : '<c/>';
            const start = `<c${place(column, index)}`;
            if (some.kind === 'number') return `${start}><v>${some.text}</v></c>`;
            if (some.kind === 'str') return `${start} t="str"><f>A1</f><v>${xmlText(some.text)}</v></c>`;
            if (some.kind === 'inline') return `${start} t="inlineStr"><is><t>${xmlText(some.text)}</t></is></c>`;
            return `${start} t="s"><v>${strings.push(`<t>${xmlText(some.text)}</t>`) - 1}</v></c>`;
          });
          return `<row${placed ? ` r="${index + 1}"` : ''}>${written.join('')}</row>`;
        });
        const { rows: read } = await readFile(workbook({ rows: rows.join(''), strings }));
        const expected = table
          .map((cells, index) => {
            const texts = cells.map((some) => some?.text ?? null);
            return { row: index + 1, cells: texts.slice(0, texts.findLastIndex((some) => some !== null) + 1) };
          })
          .filter(({ cells }) => cells.length > 0);
        assert.deepEqual(read, expected);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps many shared strings apart, over the ends of its blocks', async () => {
    const texts = Array.from({ length: 3_000 }, (_, index) => `${index} ${'ë'.repeat(index % 900)}`);
    const rows = texts.map((_, index) => `<row><c t="s"><v>${texts.length - 1 - index}</v></c></row>`).join('');
    const cells = await readCells(workbook({ rows, strings: texts.map((text) => `<t>${text}</t>`) }));
    assert.deepEqual(cells.flat(), texts.reverse());
  });
});
