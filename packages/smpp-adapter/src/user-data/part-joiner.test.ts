import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Concatenation } from './concatenation.js';
import { PartJoiner, type MessagePart } from './part-joiner.js';

const part = (payload: string, place: Partial<Concatenation>, others: Partial<MessagePart<string>> = {}) => ({
  account: 'acme',
  source: 'Ujumbe',
  destination: '255712345678',
  octets: payload.length,
  payload,
  concat: { ref: 7, total: 3, part: 1, bits: 8 as const, ...place },
  ...others,
});

describe('PartJoiner', () => {
  it('joins parts in every order', () => {
    const orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]; // prettier-ignore
    for (const order of orders) {
      const joiner = new PartJoiner<string>();
      const results = order.map((number) => joiner.add(part(`p${number}`, { part: number }), 0));
      assert.deepEqual(
        results.map(({ outcome }) => outcome),
        ['waiting', 'waiting', 'joined'],
      );
      assert.deepEqual(results[2]?.parts, ['p1', 'p2', 'p3']);
      assert.equal(joiner.size, 0);
    }
  });

  it('counts a part that comes twice once, the later one', () => {
    const joiner = new PartJoiner<string>();
    joiner.add(part('first', { part: 1, total: 2 }), 0);
    assert.equal(joiner.add(part('again', { part: 1, total: 2 }), 1).outcome, 'waiting');
    assert.deepEqual(joiner.add(part('last', { part: 2, total: 2 }), 2).parts, ['again', 'last']);
  });

  it('keeps messages apart by account, numbers, reference, total and width', () => {
    const joiner = new PartJoiner<string>();
    joiner.add(part('a', { part: 1, total: 2 }), 0);
    const others = [
      part('b', { part: 2, total: 2 }, { account: 'other' }),
      part('b', { part: 2, total: 2 }, { source: 'Other' }),
      part('b', { part: 2, total: 2 }, { destination: '255700000000' }),
      part('b', { part: 2, total: 2, ref: 8 }),
      part('b', { part: 2, total: 3 }),
      part('b', { part: 2, total: 2, bits: 16 }),
      part('b', { part: 2, total: 2, bits: 'sar' }),
    ];
    for (const other of others) assert.equal(joiner.add(other, 0).outcome, 'waiting');
    assert.equal(joiner.size, 8);
  });

  it('refuses parts that cannot be', () => {
    const joiner = new PartJoiner<string>();
    for (const number of [0, 4, -1, NaN]) {
      assert.equal(joiner.add(part('x', { part: number }), 0).outcome, 'refused');
    }
    assert.equal(joiner.size, 0);
  });

  it('gives up after a time and hands the parts back, in order', () => {
    const joiner = new PartJoiner<string>({ timeoutMs: 1_000 });
    joiner.add(part('p3', { part: 3 }), 0);
    joiner.add(part('p1', { part: 1 }), 900);
    assert.deepEqual(joiner.expire(999), []);
    assert.deepEqual(joiner.expire(1_000), ['p1', 'p3']);
    joiner.add(part('old', { part: 2 }), 2_000);
    const { outcome, loose } = joiner.add(part('new', { part: 1 }), 3_000);
    assert.deepEqual([outcome, loose], ['waiting', ['old']]);
    assert.deepEqual(joiner.drain(), ['new']);
  });

  it('keeps its limits by giving up the message that has waited longest', () => {
    const groups = new PartJoiner<string>({ maxGroups: 2 });
    for (const ref of [1, 2]) assert.deepEqual(groups.add(part(`m${ref}`, { ref }), ref).loose, []);
    assert.deepEqual(groups.add(part('m3', { ref: 3 }), 3).loose, ['m1']);

    const parts = new PartJoiner<string>({ maxParts: 2 });
    for (const number of [2, 1]) parts.add(part(`p${number}`, { part: number }), 0);
    assert.deepEqual(parts.add(part('other', { ref: 8 }), 0).loose, ['p1', 'p2']);

    const octets = new PartJoiner<string>({ maxOctets: 10 });
    octets.add(part('1234567890', { part: 1 }), 0);
    octets.add(part('12345', { part: 1 }), 0);
    assert.deepEqual(octets.add(part('123456', { ref: 8 }), 0).loose, ['12345']);
    assert.deepEqual(octets.add(part('12345678901', { ref: 9 }), 0).loose, ['123456', '12345678901']);
    assert.equal(octets.size, 0);
  });

  it('loses and doubles nothing, whatever comes', () => {
    const places = fc.array(fc.record({ ref: fc.nat(3), number: fc.integer({ min: 1, max: 4 }), after: fc.nat(50) }));
    fc.assert(
      fc.property(places, (arrivals) => {
        const joiner = new PartJoiner<string>({ timeoutMs: 100, maxGroups: 3, maxParts: 6 });
        const waiting = new Map<string, string>();
        const returned: string[] = [];
        let at = 0;
        for (const [index, { ref, number, after }] of arrivals.entries()) {
          const { parts, loose } = joiner.add(part(`${index}`, { ref, part: number, total: 4 }), (at += after));
          waiting.set(`${index}`, '');
          returned.push(...parts, ...loose);
          assert.ok(joiner.size <= 3);
        }
        returned.push(...joiner.drain());
        assert.equal(new Set(returned).size, returned.length);
        for (const payload of returned) assert.ok(waiting.delete(payload));
        // What is missing was overwritten by a later copy of the same part.
        const overwritten = [...waiting.keys()].map((index) => arrivals[Number(index)]!);
        for (const { ref, number } of overwritten) {
          assert.ok(arrivals.filter((other) => other.ref === ref && other.number === number).length > 1);
        }
      }),
      { seed: 6 },
    );
  });
});
