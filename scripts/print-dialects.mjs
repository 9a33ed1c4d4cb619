// Prints docs/reference/dialects.md from the endpoints and the golden files: node scripts/print-dialects.mjs [--check].
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs/reference/dialects.md');
const { printDialects } = await import(pathToFileURL(join(root, 'test/dist/dialects/print-dialects.js')).href);

const printed = printDialects();
if (!process.argv.includes('--check')) writeFileSync(page, printed);
else if (readFileSync(page, 'utf8') !== printed) {
  console.error('docs/reference/dialects.md is out of date; run node scripts/print-dialects.mjs');
  process.exitCode = 1;
}
