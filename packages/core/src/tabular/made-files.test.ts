import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { openTable, type OpenTableOptions } from './open-table.js';
import type { ReadOptions, TableFormat, TableRow } from './table.js';

/*
 * What the tests of this folder read is made here, byte by byte, so that it can be wrong in every way. The file has the
 * name of a test to stay out of the package.
 */

export interface MadePart {
  readonly name: string;
  readonly data: string | Buffer;
  readonly stored?: boolean;
  /** What the headers say, where it is not the truth. */
  readonly claims?: { readonly crc?: number; readonly bytes?: number; readonly packedBytes?: number };
  readonly flags?: number;
  /** The bytes as they stand in the archive, for what is not packed data of `data`. */
  readonly packed?: Buffer;
  readonly zip64?: boolean;
}

/** A zip archive. */
export function zipOf(parts: readonly MadePart[], options: { zip64?: boolean; comment?: string } = {}): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data);
    const packed = part.packed ?? (part.stored === true ? data : deflateRawSync(data, { level: 1 }));
    const name = Buffer.from(part.name);
    const crc = part.claims?.crc ?? crc32(data);
    const bytes = part.claims?.bytes ?? data.length;
    const packedBytes = part.claims?.packedBytes ?? packed.length;
    const zip64 = part.zip64 === true || options.zip64 === true;
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(zip64 ? 45 : 20, 0);
    shared.writeUInt16LE((part.flags ?? 0) | 0x800, 2);
    shared.writeUInt16LE(part.stored === true ? 0 : 8, 4);
    shared.writeUInt32LE(crc >>> 0, 10);
    shared.writeUInt32LE(zip64 ? 0xffffffff : packedBytes, 14);
    shared.writeUInt32LE(zip64 ? 0xffffffff : bytes, 18);
    shared.writeUInt16LE(name.length, 22);
    const extra = zip64 ? zip64Extra(bytes, packedBytes, offset) : Buffer.alloc(0);
    shared.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, extra, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(zip64 ? 0xffffffff : offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, tail, name, extra]));
    pieces.push(local);
    offset += local.length;
  }
  return Buffer.concat([
    ...pieces,
    ...directory,
    endOf(Buffer.concat(directory).length, offset, parts.length, options),
  ]);
}

function zip64Extra(bytes: number, packedBytes: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  for (const [at, value] of [bytes, packedBytes, offset].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + at * 8);
  return extra;
}

function endOf(size: number, offset: number, count: number, options: { zip64?: boolean; comment?: string }): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(options.zip64 === true ? 0xffff : count, 8);
  end.writeUInt16LE(options.zip64 === true ? 0xffff : count, 10);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : size, 12);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (options.zip64 !== true) return Buffer.concat([end, comment]);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end, comment]);
}

export interface MadeWorkbook {
  /** The XML inside `sheetData`. */
  readonly rows?: string;
  /** The whole part of the sheet. */
  readonly sheet?: string;
  /** The XML of each `si`. */
  readonly strings?: readonly string[];
  readonly styles?: string;
  readonly workbookPr?: string;
  /** The XML inside `sheets`. */
  readonly sheets?: string;
  /** Before every element of the sheet and of the shared strings. */
  readonly prefix?: string;
  readonly strict?: boolean;
  readonly more?: readonly MadePart[];
}

const xmlStart = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** The parts of a workbook with one sheet, as Excel lays them out. */
export function workbookParts(made: MadeWorkbook): MadePart[] {
  const base = made.strict === true ? 'http://purl.oclc.org/ooxml' : 'http://schemas.openxmlformats.org';
  const main = made.strict === true ? `${base}/spreadsheetml/main` : `${base}/spreadsheetml/2006/main`;
  const relations = `${base}/officeDocument/${made.strict === true ? '' : '2006/'}relationships`;
  const rels = (entries: readonly (readonly [id: string, type: string, target: string])[]): string =>
    `${xmlStart}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries
      .map(([id, type, target]) => `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`)
      .join('')}</Relationships>`;
  const p = made.prefix ?? '';
  const xmlns = p === '' ? `xmlns="${main}"` : `xmlns:${p.slice(0, -1)}="${main}"`;
  const sheet = `${xmlStart}<${p}worksheet ${xmlns}><${p}dimension ref="A1"/><${p}sheetData>${made.rows ?? ''}</${p}sheetData></${p}worksheet>`;
  const sheets = made.sheets ?? '<sheet name="Watu" sheetId="1" r:id="rId1"/>';
  return [
    { name: '[Content_Types].xml', data: `${xmlStart}<Types/>` },
    { name: '_rels/.rels', data: rels([['rId1', 'officeDocument', 'xl/workbook.xml']]) },
    {
      name: 'xl/workbook.xml',
      data: `${xmlStart}<workbook xmlns="${main}" xmlns:r="${relations}">${made.workbookPr ?? ''}<sheets>${sheets}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: rels([
        ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
        ['rId2', 'worksheet', '/xl/worksheets/sheet2.xml'],
        ['rId3', 'styles', 'styles.xml'],
        ['rId4', 'sharedStrings', 'sharedStrings.xml'],
        ['rId5', 'chartsheet', 'chartsheets/sheet1.xml'],
      ]),
    },
    { name: 'xl/worksheets/sheet1.xml', data: made.sheet ?? sheet },
    ...(made.strings
      ? [
          {
            name: 'xl/sharedStrings.xml',
            data: `${xmlStart}<${p}sst ${xmlns}>${made.strings.map((text) => `<${p}si>${text}</${p}si>`).join('')}</${p}sst>`,
          },
        ]
      : []),
    ...(made.styles === undefined
      ? []
      : [{ name: 'xl/styles.xml', data: `${xmlStart}<styleSheet xmlns="${main}">${made.styles}</styleSheet>` }]),
    ...(made.more ?? []),
  ];
}

export const workbook = (made: MadeWorkbook): Buffer => zipOf(workbookParts(made));

/** A text as XML has it. */
export function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/_x[0-9a-f]{4}_/gi, '_x005F$&');
}

const folder = mkdtempSync(join(tmpdir(), 'ujumbe-tabular-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Writes what a test made into a file of its own. */
export function savedFile(content: Buffer | string): string {
  const path = join(folder, `${++files}.upload`);
  writeFileSync(path, content);
  return path;
}

export interface ReadTable {
  readonly format: TableFormat;
  readonly rows: TableRow[];
  readonly batches: number[];
}

/** Opens, reads to the end and closes. */
export async function readFile(
  content: Buffer | string,
  options: OpenTableOptions & ReadOptions = {},
): Promise<ReadTable> {
  const path = savedFile(content);
  try {
    const table = await openTable(path, options);
    const rows: TableRow[] = [];
    const batches: number[] = [];
    try {
      for await (const batch of table.rows(options)) {
        for (const row of batch) rows.push(row);
        batches.push(batch.length);
      }
    } finally {
      await table.close();
    }
    return { format: table.format, rows, batches };
  } finally {
    rmSync(path);
  }
}

/** Only the cells, for where the row numbers are plain. */
export async function readCells(content: Buffer | string, options?: OpenTableOptions): Promise<(string | null)[][]> {
  return (await readFile(content, options)).rows.map(({ cells }) => cells);
}

/** Everything that comes, as an array. */
export async function gathered<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}
