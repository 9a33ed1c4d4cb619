import { posix } from 'node:path';
import { fileInvalid } from '../file-invalid.js';
import type { FileSource } from '../file-source.js';
import type { ReadOptions, Table, TableLimits, TableRow } from '../table.js';
import { DateStyles } from './date-styles.js';
import { SheetReader } from './read-sheet.js';
import { SharedStrings } from './shared-strings.js';
import { Relations, WorkbookSheets } from './workbook-parts.js';
import { XmlFeed, type XmlListener } from './xml-feed.js';
import { ZipParts } from './zip-parts.js';

/** What a zip archive is when it is no workbook, by a file in it. */
const otherArchives: readonly (readonly [part: RegExp, sentence: string])[] = [
  [/^xl\/workbook\.bin$/, 'The file is a binary workbook (.xlsb): save it as .xlsx.'],
  [/^(content\.xml|mimetype)$/, 'The file is an OpenDocument file (.ods): save the sheet as .xlsx or .csv.'],
  [/^index(\/|\.zip$)|\.iwa$/, 'The file is an Apple Numbers document: export it as .xlsx or .csv.'],
  [/^word\//, 'The file is a Word document: copy its rows into a sheet and save that as .xlsx.'],
  [/^ppt\//, 'The file is a PowerPoint presentation: copy its rows into a sheet and save that as .xlsx.'],
  [/\.(xlsx|xls|csv|txt|ods)$/, 'The file is a zip archive: unpack it and send the file inside.'],
];
const noWorkbook = 'The file is a zip archive without a workbook in it: save the sheet as .xlsx or .csv.';

/** Cells and attributes come in escaped form, at most seven characters for one. */
const quietCharacters = (limits: TableLimits): number => limits.maxCellCharacters * 8 + 128 * 1024;

/** The parts beside the sheets are small, and what they name is kept. */
const maxDirectoryBytes = 32 * 1024 * 1024;

/** Opens the first sheet of a workbook that is not hidden. */
export async function openWorkbook(file: FileSource, limits: TableLimits, signal?: AbortSignal): Promise<Table> {
  const parts = await ZipParts.open(file, limits, signal);
  const listen = async <L extends XmlListener>(part: string | undefined, listener: L, stop = signal): Promise<L> => {
    if (part === undefined || !parts.has(part)) return listener;
    await readXml(bounded(parts.read(part, stop)), listener, limits);
    return listener;
  };
  const workbookPart = (await listen('_rels/.rels', new Relations(''))).ofType('officeDocument') ?? 'xl/workbook.xml';
  if (!parts.has(workbookPart) || !/(^|\/)workbook[^/]*\.xml$/i.test(workbookPart)) throw notAWorkbook(parts);
  const folder = posix.dirname(workbookPart);
  const relations = await listen(`${folder}/_rels/${posix.basename(workbookPart)}.rels`, new Relations(folder));
  const sheets = await listen(workbookPart, new WorkbookSheets());
  const sheet = sheets.visible.find(({ id }) => relations.byId.get(id)?.type === 'worksheet');
  const sheetPart = relations.byId.get(sheet?.id ?? '')?.part;
  if (sheet === undefined || sheetPart === undefined || !parts.has(sheetPart)) {
    throw fileInvalid('The workbook has no visible sheet with cells: show the sheet, or put the rows into a new one.');
  }

  let strings: Promise<SharedStrings> | undefined;
  async function readStrings(stop?: AbortSignal): Promise<SharedStrings> {
    const part = relations.ofType('sharedStrings');
    const shared = new SharedStrings(limits);
    if (part !== undefined && parts.has(part)) await readXml(parts.read(part, stop), shared, limits);
    return shared;
  }

  async function* rows({ afterRow = 0, signal: stop }: ReadOptions = {}): AsyncGenerator<TableRow[], void, undefined> {
    const shared = (strings ??= readStrings(stop));
    // A pass that was stopped in the middle of them must not spoil the next one.
    shared.catch(() => (strings = undefined));
    const styles = await listen(relations.ofType('styles'), new DateStyles(), stop);
    const { since1904 } = sheets;
    const reader = new SheetReader({ strings: await shared, styles, since1904, limits, afterRow });
    const feed = new XmlFeed(reader, quietCharacters(limits));
    try {
      for await (const chunk of parts.read(sheetPart ?? '', stop)) {
        feed.write(chunk);
        for (const batch of reader.batch.takeFull()) {
          stop?.throwIfAborted();
          yield batch;
        }
      }
      feed.end();
    } catch (error) {
      if (stop?.aborted !== true) yield* reader.batch.takeAll();
      throw error;
    }
    yield* reader.batch.takeAll();
  }

  return {
    format: { kind: 'xlsx', sheet: sheet.name },
    sizeBytes: file.sizeBytes,
    rows,
    close: () => file.close(),
  };
}

async function readXml(chunks: AsyncIterable<Buffer>, listener: XmlListener, limits: TableLimits): Promise<void> {
  const feed = new XmlFeed(listener, quietCharacters(limits));
  for await (const chunk of chunks) feed.write(chunk);
  feed.end();
}

async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxDirectoryBytes) {
      throw fileInvalid('The workbook lists more than can be read: copy the rows into a new workbook and send that.');
    }
    yield chunk;
  }
}

function notAWorkbook(parts: ZipParts): Error {
  const names = [...parts.names()];
  const found = otherArchives.find(([part]) => names.some((name) => part.test(name)));
  return fileInvalid(found?.[1] ?? noWorkbook);
}
