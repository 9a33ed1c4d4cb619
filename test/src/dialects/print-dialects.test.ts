import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printDialects, unproven } from './print-dialects.js';

describe('The page of the dialects', () => {
  it('is what the endpoints and golden files say; node scripts/print-dialects.mjs prints it anew', () => {
    assert.equal(readFileSync(join(__dirname, '../../../docs/reference/dialects.md'), 'utf8'), printDialects());
  });

  it('has a proof for every endpoint of a vendor, and no proof of nothing', () => {
    assert.deepEqual(unproven(), { endpoints: [], names: [] });
  });
});
