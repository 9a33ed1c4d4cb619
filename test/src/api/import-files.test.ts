import assert from 'node:assert/strict';
import { constants, deflateRawSync } from 'node:zlib';
import { describeOnDatabases } from '../support/databases.js';
import { sheetRows, workbookMaker, type MadePart, type WorkbookMaker } from '../support/workbooks.js';
import { dataOf, openApiHost, until, type ApiHost, type Customer, type Shown } from './api-host.js';

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const named = 'phone;first_name;last_name;notes\n0712345601;Ñandú;Mushi;"two\nlines; ""quoted"""\n0712345602;Juma;;\n';
const withDelimiter = (delimiter: string): string =>
  named.replaceAll('"two\nlines; ""quoted"""', 'x').replaceAll(';', delimiter);

/** What the file says: numbers with first and last names, and the notes of the first. */
const files: [name: string, file: (make: WorkbookMaker) => string | Buffer, rows: unknown[][]][] = [
  [
    'commas',
    () => withDelimiter(','),
    [
      ['Ñandú', 'Mushi', 'x'],
      ['Juma', null, null],
    ],
  ],
  [
    'tabs',
    () => withDelimiter('\t'),
    [
      ['Ñandú', 'Mushi', 'x'],
      ['Juma', null, null],
    ],
  ],
  [
    'semicolons, and a quoted cell of two lines',
    () => named,
    [
      ['Ñandú', 'Mushi', 'two\nlines; "quoted"'],
      ['Juma', null, null],
    ],
  ],
  [
    'a byte order mark',
    () => `\ufeff${named}`,
    [
      ['Ñandú', 'Mushi', 'two\nlines; "quoted"'],
      ['Juma', null, null],
    ],
  ],
  [
    'UTF-16',
    () => utf16(named),
    [
      ['Ñandú', 'Mushi', 'two\nlines; "quoted"'],
      ['Juma', null, null],
    ],
  ],
  [
    'Latin-1',
    () => Buffer.from(named, 'latin1'),
    [
      ['Ñandú', 'Mushi', 'two\nlines; "quoted"'],
      ['Juma', null, null],
    ],
  ],
  [
    'line breaks of Windows',
    () => named.replaceAll('\n', '\r\n'),
    [
      ['Ñandú', 'Mushi', 'two\nlines; "quoted"'],
      ['Juma', null, null],
    ],
  ],
  [
    'no header and numbers alone',
    () => '0712345601\n\n0712345602',
    [
      [null, null, null],
      [null, null, null],
    ],
  ],
  [
    'no header and a whole name',
    () => '0712345601,Asha Juma Mushi\n0712345602,Juma\n',
    [
      ['Asha', 'Juma Mushi', null],
      ['Juma', null, null],
    ],
  ],
  [
    'no header, names apart and an address',
    () => 'Asha,0712345601,a@b.co,Mushi\nJuma,0712345602,,Ali\n',
    [
      ['Asha', 'Mushi', null],
      ['Juma', 'Ali', null],
    ],
  ],
  [
    'a header in Swahili',
    () => 'Jina,Namba ya simu,Maelezo\nAsha,0712345601,x\nJuma,0712345602,\n',
    [
      ['Asha', null, 'x'],
      ['Juma', null, null],
    ],
  ],
  [
    'a name in one column',
    () => 'Full name,Mobile\nAsha Mushi,0712345601\nJuma,0712345602\n',
    [
      ['Asha', 'Mushi', null],
      ['Juma', null, null],
    ],
  ],
  [
    'what spreadsheets do to numbers',
    () => 'phone\n="0712345601"\n255712345602.0\n',
    [
      [null, null, null],
      [null, null, null],
    ],
  ],
  [
    'a workbook',
    ({ workbook }) =>
      workbook({
        rows: sheetRows([
          ['phone', 'first_name'],
          ['0712345601', 'Asha'],
          ['0712345602', 'Juma'],
        ]),
      }),
    [
      ['Asha', null, null],
      ['Juma', null, null],
    ],
  ],
  [
    'a workbook of numbers',
    ({ workbook }) =>
      workbook({ rows: '<row><c><v>255712345601</v></c></row><row><c><v>2.55712345602E11</v></c></row>' }),
    [
      [null, null, null],
      [null, null, null],
    ],
  ],
];

const megabyte = 1024 ** 2;

/** A sheet that unpacks to a gigabyte, without anyone having to pack one. */
function bomb({ workbookParts, zipOf }: WorkbookMaker, start: string): Buffer {
  const block = deflateRawSync('a'.repeat(megabyte), { finishFlush: constants.Z_FULL_FLUSH });
  const first = deflateRawSync(start, { finishFlush: constants.Z_FULL_FLUSH });
  const packed = Buffer.concat([first, ...Array.from({ length: 1_024 }, () => block), deflateRawSync('')]);
  return replaced({ workbookParts, zipOf }, { packed, claims: { bytes: start.length + 1_024 * megabyte } });
}

function replaced(
  { workbookParts, zipOf }: Pick<WorkbookMaker, 'workbookParts' | 'zipOf'>,
  change: Partial<MadePart>,
): Buffer {
  const parts = workbookParts({ rows: sheetRows([['0712345601']]) });
  return zipOf(parts.map((part) => (part.name === 'xl/worksheets/sheet1.xml' ? { ...part, ...change } : part)));
}

const hostile: [name: string, file: (make: WorkbookMaker) => string | Buffer, error: RegExp][] = [
  ['a zip bomb', (make) => bomb(make, '<worksheet><sheetData>'), /unpacks to more than 250 times its size/],
  [
    'a cell of 1 GB',
    (make) => bomb(make, '<worksheet><sheetData><row><c t="inlineStr"><is><t>'),
    /unpacks to more than/,
  ],
  ['an encrypted workbook', (make) => replaced(make, { flags: 1 }), /is encrypted: save it without a password/],
  ['an old or encrypted workbook', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old \.xls or an encrypted workbook/],
  ['a PDF', () => '%PDF-1.7\n%âãÏÓ\n', /is a PDF document, whatever its name says/],
  [
    '10,000 columns',
    () => `phone\n${'1,'.repeat(10_000)}1\n`,
    /^Row 2: the row has 10,001 columns and 1,000 are allowed/,
  ],
  [
    '10,000 columns in a workbook',
    ({ workbook }) => workbook({ rows: `<row>${'<c><v>1</v></c>'.repeat(10_000)}</row>` }),
    /1,000 are allowed/,
  ],
  [
    '60 columns of its own',
    () => `phone,${Array.from({ length: 60 }, (_, at) => `c${at}`).join(',')}\n0712345601\n`,
    /^The file has 60 columns beside/,
  ],
  ['a cell without an end', () => `phone\n"${'a'.repeat(100_000)}`, /^Row 2: /],
  ['no file at all', () => '', /The file is empty/],
  ['nothing but spaces', () => '\n \n\n', /no column of phone numbers/],
  ['a header alone is no mistake, but no numbers are', () => 'name,city\nAsha,Arusha\n', /no column of phone numbers/],
  ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /is a PNG image/],
  [
    'half a workbook',
    ({ workbook }) => workbook({ rows: sheetRows([['0712345601']]) }).subarray(0, 300),
    /damaged or was not sent whole/,
  ],
  [
    '10,000 rows without one number',
    () => `phone\n${'nobody\n'.repeat(12_000)}`,
    /^None of the first 1\d,\d{3} rows could be imported/,
  ],
];

describeOnDatabases('API: files of contacts', (open) => {
  let host: ApiHost;
  let customer: Customer;
  let make: WorkbookMaker;

  before(async () => {
    make = await workbookMaker();
    host = await openApiHost(open);
  });
  beforeEach(async () => {
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  async function imported(file: string | Buffer, fileName = 'watu.xlsx'): Promise<Shown> {
    const { uuid } = await dataOf(customer.upload('/contacts/import', file, {}, fileName));
    return until(async () => {
      const shown = await dataOf(customer.get(`/contacts/uploads/${uuid}`));
      return shown.completed_at === null ? undefined : shown;
    });
  }

  for (const [name, file, rows] of files) {
    it(`reads ${name}`, async () => {
      const done = await imported(file(make));
      assert.deepEqual([done.status, done.error, done.errors, done.imported], ['completed', null, [], 2]);
      const { items } = await dataOf(customer.get('/contacts'));
      const read = items.sort((a, b) => (String(a.phone) < String(b.phone) ? -1 : 1));
      assert.deepEqual(
        read.map((contact) => contact.phone),
        ['+255712345601', '+255712345602'],
      );
      assert.deepEqual(
        read.map((contact) => [contact.first_name, contact.last_name, contact.notes]),
        rows,
      );
    });
  }

  it('keeps columns of the customer’s own, tags and locale', async () => {
    const done = await imported(
      'Phone,Tags,Language,Shule ya mtoto,Amount,Code,Paid\n0712345601,"vip; Arusha,",sw,Uhuru,1500.5,007,true\n',
      'watu.csv',
    );
    assert.equal(done.imported, 1);
    const [contact] = (await dataOf(customer.get('/contacts'))).items;
    assert.deepEqual(
      [contact?.tags, contact?.locale, contact?.attributes],
      [['vip', 'Arusha'], 'sw', { shule_ya_mtoto: 'Uhuru', amount: 1500.5, code: '007', paid: true }],
    );
  });

  for (const [name, file, error] of hostile) {
    it(`says what is wrong with ${name}, and goes on living`, async () => {
      const done = await imported(file(make));
      assert.equal(done.status, 'failed');
      assert.match(String(done.error), error);
      assert.match(String(done.error), /\.$/);
      assert.equal((await dataOf(customer.get('/balance'))).unit, 'credits');
    });
  }

  it('keeps what stood before the place where a file is broken', async () => {
    const good = Array.from({ length: 2_500 }, (_, index) => `+255712${String(index).padStart(6, '0')}\n`).join('');
    const done = await imported(`phone\n${good}"${'a'.repeat(100_000)}`, 'watu.csv');
    assert.deepEqual([done.status, done.imported, done.total_rows], ['failed', 2_500, 2_500]);
    assert.match(String(done.error), /^Row 2,502: /);
    assert.equal((await dataOf(customer.get('/contacts'))).total, 2_500);
  });
});
