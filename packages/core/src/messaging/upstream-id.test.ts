import assert from 'node:assert/strict';
import fc from 'fast-check';
import { candidateKeys, upstreamKey } from './upstream-id.js';

/** Whether a receipt that writes the id one way finds the segment that was named the other way. */
const finds = (receipt: string, submit: string): boolean => candidateKeys(receipt).includes(upstreamKey(submit));

describe('candidateKeys', () => {
  const pairs: [receipt: string, submit: string][] = [
    ['0123ABCD', '0123ABCD'],
    ['0123abcd', '0123ABCD'],
    ['B8BE19', '00B8BE19'],
    ['00b8be19', 'B8BE19'],
    ['12107289', '00B8BE19'],
    ['b8be19', '12107289'],
    ['0012107289', 'b8be19'],
    [' 77 ', '77'],
    ['1152921504606846975', 'FFFFFFFFFFFFFFF'],
    ['c449ab9744f47b6af1879e49e75e4f40', 'C449AB97-44F4-7B6A-F187-9E49E75E4F40'.replaceAll('-', '')],
    ['MSG-00042x', 'msg-00042X'],
    ['0', '000'],
  ];
  for (const [receipt, submit] of pairs) {
    it(`finds ${submit} by ${receipt}`, () => assert.ok(finds(receipt, submit)));
  }

  it('tries the id as it was written first', () => {
    assert.equal(candidateKeys('0000123')[0], '123');
    assert.equal(candidateKeys('00aBc')[0], 'abc');
  });

  it('holds different ids apart', () => {
    assert.ok(!finds('124', '123'));
    assert.ok(!finds('10', '100'));
    assert.ok(!finds('msg-1', 'msg-10'));
  });

  it('does not take what is too long to be a number for one', () => {
    const long = 'f'.repeat(100);
    assert.deepEqual(candidateKeys(long), [long]);
    assert.deepEqual(candidateKeys('9'.repeat(100)), ['9'.repeat(100)]);
  });

  it('finds any number, whichever way each side writes it', () => {
    const spellings: ((id: bigint) => string)[] = [
      (id) => id.toString(),
      (id) => id.toString(16),
      (id) => id.toString(16).toUpperCase().padStart(32, '0'),
      (id) => id.toString().padStart(20, '0'),
    ];
    const spelling = fc.constantFrom(...spellings);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), spelling, spelling, (id, one, other) =>
        finds(one(id), other(id)),
      ),
    );
  });
});
