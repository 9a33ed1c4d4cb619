import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A part of a workbook, which may be wrong in every way. */
export interface MadePart {
  name: string;
  data: string | Buffer;
  claims?: { crc?: number; bytes?: number };
  flags?: number;
  packed?: Buffer;
}

export interface WorkbookMaker {
  workbook: (made: { rows?: string; sheet?: string; strings?: readonly string[] }) => Buffer;
  workbookParts: (made: { rows?: string; strings?: readonly string[] }) => MadePart[];
  zipOf: (parts: readonly MadePart[]) => Buffer;
}

/** What core's own tests make workbooks with, byte by byte. */
export async function workbookMaker(): Promise<WorkbookMaker> {
  const module = pathToFileURL(join(__dirname, '../../../packages/core/dist/tabular/made-files.test.js')).href;
  return (await import(module)) as WorkbookMaker;
}

/** Rows as XML inside `sheetData`, their cells as text. */
export const sheetRows = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells) => `<row>${cells.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`)
    .join('');
