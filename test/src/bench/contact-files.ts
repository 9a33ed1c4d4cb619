import { createWriteStream, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { sheetRows, workbookMaker } from '../support/workbooks.js';

/** The people in the files of the import bench. */
export const header = ['phone', 'first_name', 'last_name', 'email', 'city'];

const names = ['Asha', 'Juma', 'Neema', 'Baraka', 'Zuhura', 'Emmanuel', 'Désirée', 'Mohamed'];
const cities = ['Arusha', 'Dodoma', 'Mbeya', 'Mwanza', 'Dar es Salaam'];

export function person(index: number): string[] {
  const name = names[index % names.length] ?? '';
  const phone = `+2557${String(10_000_000 + index)}`;
  return [phone, name, `Mtu${index % 5_000}`, `mtu${index}@example.com`, cities[index % cities.length] ?? ''];
}

export async function writeCsvFile(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${header.join(',')}\n`);
  for (let from = 0; from < rows; from += 10_000) {
    const count = Math.min(10_000, rows - from);
    const lines = Array.from({ length: count }, (_, index) => `${person(from + index).join(',')}\n`).join('');
    if (!file.write(lines)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

export async function writeWorkbookFile(path: string, rows: number): Promise<void> {
  const { workbook } = await workbookMaker();
  const people = Array.from({ length: rows }, (_, index) => person(index));
  writeFileSync(path, workbook({ rows: sheetRows([header, ...people]) }));
}
