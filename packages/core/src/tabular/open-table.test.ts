import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { SmsError } from '../errors.js';
import { openTable } from './open-table.js';
import { gathered, readCells, readFile, savedFile, workbook, zipOf } from './made-files.test.js';

const binary = Buffer.from([0, 1, 2, 3, 0, 255, 0, 7]);
const after = (start: string): Buffer => Buffer.concat([Buffer.from(start, 'latin1'), binary, Buffer.alloc(100)]);

describe('openTable', () => {
  const refused: [name: string, content: Buffer | string, sentence: RegExp][] = [
    ['nothing', '', /^The file is empty: choose/],
    ['an old .xls or an encrypted workbook', after('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), /old \.xls or an encrypted/],
    ['a PDF named .xlsx', '%PDF-1.7\n%âãÏÓ\n1 0 obj', /^The file is a PDF document, whatever its name says: open it/],
    ['a PNG', after('\x89PNG\r\n\x1a\n'), /a PNG image/],
    ['a JPEG', after('\xff\xd8\xff\xe0'), /a JPEG image/],
    ['a GIF', after('GIF89a'), /a GIF image/],
    ['a WebP', after('RIFF\x10\0\0\0WEBPVP8 '), /a WebP image/],
    ['a TIFF', after('II*\0'), /a TIFF image/],
    ['a BMP', after('BM'), /a BMP image/],
    ['a photo of an iPhone', after('\0\0\0\x18ftypheic'), /a HEIC image/],
    ['a video', after('\0\0\0\x18ftypmp42'), /a video or sound/],
    ['gzip', gzipSync('phone\n255712345678\n'), /a gzip archive: unpack it and send the file inside\.$/],
    ['bzip2', after('BZh91AY'), /a bzip2 archive/],
    ['xz', after('\xfd7zXZ\0'), /an xz archive/],
    ['7-Zip', after('7z\xbc\xaf\x27\x1c'), /a 7-Zip archive/],
    ['RAR', after('Rar!\x1a\x07'), /a RAR archive/],
    ['Zstandard', after('\x28\xb5\x2f\xfd'), /a Zstandard archive/],
    ['SQLite', after('SQLite format 3\0'), /an SQLite database/],
    ['Parquet', after('PAR1'), /a Parquet file/],
    ['a program', after('MZ\x90\0'), /a program/],
    ['other bytes', after('what is this'), /neither text nor a workbook/],
    ['RTF', '{\\rtf1\\ansi phone}', /an RTF document/],
    ['a web page', '\n<!DOCTYPE html><table><tr><td>255712345678', /a web page/],
    ['a table without a page around it', '<table><tr><td>255712345678', /a web page/],
    ['a web page in UTF-16', Buffer.from('\ufeff<html><table>', 'utf16le'), /a web page/],
    ['the XML of Excel 2003', '\ufeff<?xml version="1.0"?>\n<Workbook xmlns="urn">', /XML spreadsheet of Excel 2003/],
    ['XML', '<?xml version="1.0"?><phones/>', /an XML document/],
    ['JSON', '[ {"phone": "255712345678"} ]', /a JSON document/],
    ['a zip archive without a sheet', zipOf([{ name: 'a.png', data: 'x' }]), /zip archive without a workbook/],
    ['an empty zip archive', zipOf([]), /zip archive without a workbook/],
    ['a zipped CSV', zipOf([{ name: 'people.csv', data: 'phone' }]), /zip archive: unpack it/],
    ['OpenDocument', zipOf([{ name: 'content.xml', data: '<a/>' }]), /OpenDocument file \(\.ods\)/],
    ['.xlsb', zipOf([{ name: 'xl/workbook.bin', data: 'x' }]), /binary workbook \(\.xlsb\)/],
    ['Numbers', zipOf([{ name: 'Index/Document.iwa', data: 'x' }]), /Apple Numbers/],
    ['Word', zipOf([{ name: 'word/document.xml', data: '<a/>' }]), /a Word document/],
    ['PowerPoint', zipOf([{ name: 'ppt/presentation.xml', data: '<a/>' }]), /a PowerPoint/],
  ];
  for (const [name, content, sentence] of refused) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(readFile(content), (error) => {
        assert.ok(error instanceof SmsError);
        assert.equal(error.code, 'file_invalid');
        assert.match(error.message, sentence);
        assert.match(error.message, /\.$/);
        return true;
      });
    });
  }

  it('takes text that begins like a picture or a program for text', async () => {
    assert.deepEqual(await readCells('BM,MZ\nPAR1,GIF8\n'), [
      ['BM', 'MZ'],
      ['PAR1', 'GIF8'],
    ]);
  });

  it('reads a workbook whatever its name', async () => {
    const { format } = await readFile(workbook({ rows: '<row><c><v>1</v></c></row>' }));
    assert.deepEqual(format, { kind: 'xlsx', sheet: 'Watu' });
  });

  it('leaves a descriptor open that it was given, and reads from its start', async () => {
    const descriptor = openSync(savedFile('phone\n255712345678\n'), 'r');
    const table = await openTable(descriptor);
    for (let pass = 0; pass < 2; pass++) {
      const batches = await gathered(table.rows());
      assert.equal(batches.flat().length, 2);
    }
    await table.close();
    assert.equal(table.sizeBytes, fstatSync(descriptor).size);
    closeSync(descriptor);
  });

  it('leaves no descriptor open of a file that it refuses', async function () {
    if (process.platform !== 'linux') this.skip();
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const path = savedFile('%PDF-1.7');
    for (let count = 0; count < 10; count++) await assert.rejects(openTable(path));
    assert.equal(open(), before);
  });

  it('does not blame the file when the disk is at fault', async () => {
    await assert.rejects(openTable('/nowhere/at/all'), { code: 'ENOENT' });
  });

  for (const [kind, content] of [
    ['CSV', '255712345678,Juma\n'.repeat(50_000)],
    ['XLSX', workbook({ rows: '<row><c><v>255712345678</v></c></row>'.repeat(50_000) })],
  ] as const) {
    it(`stops reading ${kind} at once when told to`, async () => {
      const path = savedFile(content);
      await assert.rejects(openTable(path, { signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
      const table = await openTable(path);
      const stop = new AbortController();
      let rows = 0;
      await assert.rejects(async () => {
        for await (const batch of table.rows({ signal: stop.signal })) {
          rows += batch.length;
          stop.abort(new Error('enough'));
        }
      }, /^Error: enough$/);
      assert.equal(rows, 1_000);
      await table.close();
    });

    it(`reads ${kind} in batches of 1,000, resumes after a row, and may be left in the middle`, async () => {
      const { batches, rows } = await readFile(content);
      assert.deepEqual(new Set(batches), new Set([1_000]));
      assert.equal(rows.length, 50_000);
      assert.deepEqual((await readFile(content, { afterRow: 48_900 })).rows, rows.slice(48_900));
      assert.deepEqual((await readFile(content, { afterRow: 50_000 })).rows, []);
      const table = await openTable(savedFile(content));
      for await (const batch of table.rows()) {
        assert.equal(batch[0]?.row, 1);
        break;
      }
      await table.close();
    });
  }
});
