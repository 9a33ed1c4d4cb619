import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fillBitsAfter, packSeptets, packWithoutCount, unpackSeptets, unpackWithoutCount } from './packed-septets.js';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const run = { numRuns: 300, seed: 23_038 };

describe('Packed septets', () => {
  it('are packed as everybody packs them', () => {
    assert.equal(packSeptets(ascii('hellohello')).toString('hex'), 'e8329bfd4697d9ec37');
    assert.equal(packSeptets(ascii('12345678')).toString('hex'), '31d98c56b3dd70');
    assert.equal(packSeptets(ascii('')).length, 0);
    assert.equal(packSeptets(Buffer.alloc(160, 0x7f)).length, 140);
  });

  it('begin at a septet boundary behind a header', () => {
    assert.deepEqual([0, 4, 6, 7, 9, 12].map(fillBitsAfter), [0, 3, 1, 0, 5, 2]);
    assert.equal(packSeptets(ascii('a'), 1).toString('hex'), 'c2');
    assert.equal(packSeptets(Buffer.alloc(153, 0x7f), fillBitsAfter(6)).length, 134);
  });

  it('unpack to what was packed, behind any header', () => {
    const septets = fc.uint8Array({ max: 127, maxLength: 200 });
    fc.assert(
      fc.property(septets, fc.nat(6), (written, fillBits) => {
        const packed = packSeptets(written, fillBits);
        assert.deepEqual([...unpackSeptets(packed, fillBits, written.length)], [...written]);
      }),
      run,
    );
  });

  it('come back whole without a count, unless they end at an octet in @ or a carriage return', () => {
    const letters = fc.uint8Array({ min: 0x20, max: 127, maxLength: 200 });
    fc.assert(
      fc.property(letters, fc.constantFrom(0, 4, 6, 7, 9, 12), (written, headerOctets) => {
        const packed = packWithoutCount(written, headerOctets);
        assert.equal(packed.length, Math.ceil((fillBitsAfter(headerOctets) + 7 * written.length) / 8));
        assert.deepEqual([...unpackWithoutCount(packed, headerOctets)], [...written]);
      }),
      run,
    );
    // Seven spare bits: zero from those who do not care, a carriage return from those who do.
    assert.equal(unpackWithoutCount(packSeptets(ascii('1234567')), 0).toString('latin1'), '1234567');
    assert.equal(packWithoutCount(ascii('1234567'), 0).toString('hex'), '31d98c56b3dd1a');
  });

  it('survive octets of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(20), (octets, headerOctets) => {
        assert.ok(unpackWithoutCount(octets, headerOctets).length <= (octets.length * 8) / 7);
      }),
      run,
    );
  });
});
