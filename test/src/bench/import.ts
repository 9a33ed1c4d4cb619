import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask } from './child.js';
import { writeCsvFile, writeWorkbookFile } from './contact-files.js';
import type * as importTask from './tasks/import-contacts.js';
import type * as stepTask from './tasks/import-step.js';

interface ImportedFile {
  kind: 'CSV' | 'XLSX';
  path: string;
  rows: number;
}

export const importBench: Bench = {
  name: 'import',
  title: 'Import of contacts, beside the slowest of the steps no import can do without',
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'ujumbe-import-bench-'));
    try {
      const files = await makeFiles(context, folder);
      const rows: Row[] = [];
      for (const kind of context.databases) {
        for (const file of files) rows.push(await measure(context, kind, file, folder));
      }
      return rows;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function makeFiles(context: BenchContext, folder: string): Promise<ImportedFile[]> {
  const csv: ImportedFile = { kind: 'CSV', path: join(folder, 'a.csv'), rows: sized(context, 50_000, 1_000_000) };
  const xlsx: ImportedFile = { kind: 'XLSX', path: join(folder, 'a.xlsx'), rows: sized(context, 20_000, 200_000) };
  await writeCsvFile(csv.path, csv.rows);
  await writeWorkbookFile(xlsx.path, xlsx.rows);
  return [csv, xlsx];
}

async function measure(
  context: BenchContext,
  kind: DatabaseKind,
  { kind: format, path, rows }: ImportedFile,
  folder: string,
): Promise<Row> {
  const database = await context.open(kind);
  const ours = await runTask<typeof importTask>('import-contacts', {
    database: database.options,
    folder: join(folder, 'uploads'),
    path,
  });
  await database.dispose();
  if (ours.output.imported !== rows) throw new Error(`${ours.output.imported} of ${rows} rows were imported.`);
  const bare = await context.open(kind);
  const steps: [name: string, seconds: number][] = [];
  for (const [name, input] of [
    ['parser alone', { step: 'parse', path }],
    ['phone parse alone', { step: 'phones', rows }],
    ['bare inserts', { step: 'insert', rows, database: bare.options }],
  ] as const) {
    steps.push([name, (await runTask<typeof stepTask>('import-step', input)).output.seconds]);
  }
  await bare.dispose();
  const [slowest = ['', 0]] = steps.sort(([, a], [, b]) => b - a);
  const others = steps.slice(1).map(([name, seconds]) => `${name} ${thousands(rows / seconds)}`);
  return {
    what: `import of ${rows.toLocaleString('en')} rows of ${format}, ${databaseNames[kind]}`,
    ours: rows / ours.output.seconds,
    unit: 'rows/s',
    peer: { what: slowest[0], value: rows / slowest[1] },
    // Of a workbook only its memory is asked: it is unpacked and read where the rows are made ready, one after the other.
    ...(format === 'CSV' && { target: { of: 'ratio', atLeast: 0.5 } as const }),
    peakRssMb: ours.peakRssMb,
    note: `${(statSync(path).size / 2 ** 20).toFixed(0)} MB; ${others.join(', ')}; peak RSS ${ours.peakRssMb < 300 ? 'below' : 'ABOVE'} 300 MB`,
  };
}

const thousands = (rate: number): string => `${Math.round(rate / 1_000)}k/s`;
