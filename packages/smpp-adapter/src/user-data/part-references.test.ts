import assert from 'node:assert/strict';
import { PartReferences } from './part-references.js';

describe('PartReferences', () => {
  it('counts for each pair from anywhere, in 16 bits', () => {
    const starts = [0.5, 0.99999999];
    const references = new PartReferences({ random: () => starts.shift() ?? 0 });
    assert.equal(references.next('Ujumbe', '255712'), 0x8000);
    assert.equal(references.next('Ujumbe', '255713'), 0xffff);
    assert.equal(references.next('Ujumbe', '255712'), 0x8001);
    assert.equal(references.next('Ujumbe', '255713'), 0);
    assert.equal(references.next('255712', 'Ujumbe'), 0);
  });

  it('forgets the pair that was idle longest', () => {
    const references = new PartReferences({ limit: 2, random: () => 0 });
    for (const destination of ['a', 'b', 'a', 'c']) references.next('x', destination);
    assert.equal(references.next('x', 'a'), 2);
    assert.equal(references.next('x', 'b'), 0);
  });

  it('starts at random by itself', () => {
    const reference = new PartReferences().next('a', 'b');
    assert.ok(Number.isInteger(reference) && reference >= 0 && reference <= 0xffff);
  });
});
