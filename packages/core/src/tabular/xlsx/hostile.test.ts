import assert from 'node:assert/strict';
import { constants, deflateRawSync } from 'node:zlib';
import { SmsError } from '../../errors.js';
import { readFile, workbook, workbookParts, zipOf, type MadePart, type MadeWorkbook } from '../made-files.test.js';
import type { TableLimits } from '../table.js';

const gigabyte = 1024 ** 3;
const megabyte = 1024 ** 2;

const sheetName = 'xl/worksheets/sheet1.xml';
const replaced = (change: Partial<MadePart>, made: MadeWorkbook = {}, name = sheetName): Buffer =>
  zipOf(workbookParts(made).map((part) => (part.name === name ? { ...part, ...change } : part)));
/** A part that is a gigabyte of one filling, without anyone having to pack a gigabyte. */
function bomb(start: string, filling: string, name = sheetName): Buffer {
  const block = deflateRawSync(filling.repeat(megabyte / filling.length), { finishFlush: constants.Z_FULL_FLUSH });
  const first = deflateRawSync(start, { finishFlush: constants.Z_FULL_FLUSH });
  const packed = Buffer.concat([first, ...Array.from({ length: 1_024 }, () => block), deflateRawSync('')]);
  return replaced({ packed, claims: { bytes: start.length + gigabyte } }, { strings: [] }, name);
}

/** A workbook with eight bytes of it replaced, counted from the end. */
function patched(fromEnd: number, value: bigint): Buffer {
  const zip = zipOf(workbookParts({}), { zip64: true });
  zip.writeBigUInt64LE(value, zip.length - fromEnd);
  return zip;
}

const added = (...more: MadePart[]): Buffer => workbook({ more });
const sheet = (inside: string, before = ''): Buffer =>
  workbook({ sheet: `<?xml version="1.0"?>${before}<worksheet><sheetData>${inside}</sheetData></worksheet>` });

const unlimited = { maxInflatedBytes: 8 * gigabyte, maxRatio: 1e9 };
const good = workbook({ rows: '<row><c><v>1</v></c></row>'.repeat(1_000) });
const cell = '<worksheet><sheetData><row><c t="inlineStr"><is><t>';

describe('a hostile workbook', () => {
  const refused: [name: string, make: () => Buffer, sentence: RegExp, limits?: Partial<TableLimits>][] = [
    ['a bomb', () => bomb(cell, 'a'), /unpacks to more than 250 times its size/],
    [
      'a bomb that says it is small',
      () => replaced({ packed: deflateRawSync('a'.repeat(50 * megabyte)), claims: { bytes: 1_000 } }),
      /damaged or was not sent whole/,
    ],
    [
      'a bomb among the shared strings',
      () => bomb('<sst><si><t>', 'a', 'xl/sharedStrings.xml'),
      /unpacks to more than 250 times/,
    ],
    [
      'a bomb in the list of sheets',
      () => bomb('<workbook>', '<a/>', 'xl/workbook.xml'),
      /lists more than can be read/,
      unlimited,
    ],
    [
      'a workbook larger than is allowed',
      () => good,
      /unpacks to more than 0 MB: split it/,
      { maxInflatedBytes: 1_000 },
    ],
    ['a cell of 1 GB', () => bomb(cell, 'a'), /has a cell longer than any that is allowed/, unlimited],
    ['a cell of 1 GB in pieces', () => bomb(cell, 'a<!---->'), /cell/, unlimited],
    ['a cell of 1 GB of runs', () => bomb(cell, '</t><t>a'), /^Row 1: .*column A longer than 32,767/, unlimited],
    [
      'a shared string of 1 GB of runs',
      () => bomb('<sst><si><t>', '</t><t>a', 'xl/sharedStrings.xml'),
      /cell longer than 32,767/,
      unlimited,
    ],
    ['a comment of 1 GB', () => bomb('<worksheet><!--', 'a'), /longer/, unlimited],
    ['a tag of 1 GB', () => bomb('<worksheet a="', 'a'), /longer/, unlimited],
    ['elements inside each other without end', () => bomb('<worksheet>', '<aaaaaa>'), /workbook is damaged/, unlimited],
    [
      'billion laughs',
      () =>
        sheet(
          '<row><c><v>&lol9;</v></c></row>',
          `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, at) => `<!ENTITY lol${at + 1} "${`&lol${at || ''};`.repeat(10)}">`).join('')}]>`,
        ),
      /document type declaration/,
    ],
    [
      'an entity from another file',
      () => sheet('<row><c><v>&x;</v></c></row>', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      /document type declaration/,
    ],
    ['an entity that nobody declared', () => sheet('<row><c><v>&x;</v></c></row>'), /workbook is damaged/],
    ['XML that ends too soon', () => workbook({ sheet: '<worksheet><sheetData><row><c><v>1' }), /workbook is damaged/],
    ['XML that is none', () => workbook({ sheet: 'phone,message' }), /workbook is damaged/],
    [
      'a sheet that is missing',
      () => zipOf(workbookParts({}).filter(({ name }) => name !== sheetName)),
      /no visible sheet/,
    ],
    [
      '10,000 columns',
      () => sheet(`<row r="2">${'<c><v>1</v></c>'.repeat(10_000)}</row>`),
      /^Row 2: the row has something in column ALM, and 1,000 are allowed/,
    ],
    [
      'a column that no sheet has',
      () => sheet('<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>'),
      /^Row 2: the row has something in column/,
    ],
    [
      'a cell without a place',
      () => sheet('<row r="2"><c r="77"><v>1</v></c></row>'),
      /^Row 2: the row has a cell without a place/,
    ],
    [
      'a long cell',
      () => sheet(`<row><c t="str"><v>${'a'.repeat(32_768)}</v></c></row>`),
      /^Row 1: the row has a cell in column A longer than 32,767/,
    ],
    [
      'a long row',
      () => sheet(`<row>${`<c t="str"><v>${'a'.repeat(30_000)}</v></c>`.repeat(9)}</row>`),
      /^Row 1: the row is longer than 262,144/,
    ],
    [
      'more rows than a sheet has',
      () => sheet('<row r="1048577"><c><v>1</v></c></row>'),
      /^The sheet has more than 1,048,576 rows/,
    ],
    [
      'rows that go backwards',
      () => sheet('<row r="5"/><row r="4"/>'),
      /^Row 6: the rows of the sheet are not in order/,
    ],
    ['rows that are not numbers', () => sheet('<row r="-1"/>'), /not in order/],
    [
      'more text than is allowed',
      () => workbook({ strings: Array.from({ length: 100 }, () => '<t>aaaa</t>') }),
      /more text than can be read from it/,
      { maxSharedStrings: 99 },
    ],
    [
      'a text that is not there',
      () => workbook({ rows: '<row><c t="s"><v>1</v></c></row>', strings: ['<t>a</t>'] }),
      /^Row 1: .*text is missing/,
    ],
    [
      'a text at no number',
      () => workbook({ rows: '<row><c t="s"><v>-1.5</v></c></row>', strings: ['<t>a</t>'] }),
      /^Row 1: .*text is missing/,
    ],
    [
      'shared strings and styles that are both broken',
      () =>
        zipOf(
          workbookParts({
            rows: '<row><c t="s"><v>0</v></c></row>',
            strings: ['</si>'],
            styles: '<xf/>'.repeat(100_000),
          }),
        ),
      /workbook is damaged/,
    ],
    ['an archive that ends too soon', () => good.subarray(0, good.length - 100), /damaged or was not sent whole/],
    ['the beginning of an archive', () => good.subarray(0, 300), /damaged or was not sent whole/],
    ['an absolute name', () => added({ name: '/etc/passwd', data: 'x' }), /damaged or was not sent whole/],
    ['a name that leads out', () => added({ name: 'xl/../../x', data: 'x' }), /damaged or was not sent whole/],
    ['a name with a drive', () => added({ name: 'C:/x', data: 'x' }), /damaged or was not sent whole/],
    ['the same name twice', () => added({ name: sheetName, data: '<worksheet/>' }), /damaged or was not sent whole/],
    [
      'the same name in other letters',
      () => added({ name: sheetName.toUpperCase(), data: '<worksheet/>' }),
      /damaged or was/,
    ],
    ['a wrong CRC', () => replaced({ claims: { crc: 1 } }), /damaged or was not sent whole/],
    [
      'a wrong CRC of what is not packed',
      () => replaced({ claims: { crc: 1 }, stored: true }),
      /damaged or was not sent whole/,
    ],
    ['fewer bytes than it says', () => replaced({ claims: { bytes: 5_000 } }), /damaged or was not sent whole/],
    ['packed data that is none', () => replaced({ packed: Buffer.alloc(100, 7) }), /damaged or was not sent whole/],
    ['packed data beyond the file', () => replaced({ claims: { packedBytes: 1e9 } }), /damaged or was not sent whole/],
    ['an encrypted part', () => replaced({ flags: 1 }), /workbook is encrypted: save it without a password/],
    [
      '10,001 parts',
      () => added(...Array.from({ length: 10_001 }, (_, at) => ({ name: `${at}`, data: '', stored: true }))),
      /10,00\d files inside and 10,000 are allowed/,
    ],
    ['a place for the list of parts far outside', () => patched(34, 1n << 62n), /damaged or was not sent whole/],
    ['a list of parts far outside', () => patched(50, (1n << 64n) - 1n), /damaged or was not sent whole/],
    ['parts without number', () => patched(66, 1n << 60n), /files inside and 10,000 are allowed/],
  ];
  for (const [name, make, sentence, limits] of refused) {
    it(`is refused for ${name}`, async () => {
      const content = make();
      const before = process.memoryUsage.rss();
      const startMs = performance.now();
      await assert.rejects(readFile(content, limits ? { limits } : {}), (error) => {
        assert.ok(error instanceof SmsError, String(error));
        assert.equal(error.code, 'file_invalid');
        assert.match(error.message, sentence);
        assert.match(error.message, /\.$/);
        return true;
      });
      assert.ok(performance.now() - startMs < 3_000, 'slow');
      assert.ok(process.memoryUsage.rss() - before < 100 * megabyte, 'much memory');
    });
  }

  it('is read or refused whichever byte of it is wrong, and never ends the process', async () => {
    const whole = zipOf(
      workbookParts({
        rows: '<row r="1"><c t="s"><v>0</v></c></row>',
        strings: ['<t>a</t>'],
        styles: '<cellXfs><xf numFmtId="14"/></cellXfs>',
      }),
      { zip64: true },
    );
    let random = 12_345;
    const below = (count: number): number => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((random / 2 ** 32) * count);
    };
    for (let run = 0; run < 400; run++) {
      const wrong = Buffer.from(whole);
      for (let count = 0; count <= below(4); count++) wrong[below(wrong.length)] = [0, 0xff, below(256)][below(3)] ?? 0;
      const cut = below(4) === 0 ? wrong.subarray(0, below(wrong.length)) : wrong;
      await readFile(cut).catch((error: unknown) => assert.ok(error instanceof SmsError, String(error)));
    }
  });
});
