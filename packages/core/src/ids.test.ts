import assert from 'node:assert/strict';
import { firstIdAt, isUuid, uuidV7Ids } from './ids.js';

const nowMs = Date.UTC(2026, 0, 1);
const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

describe('uuidV7Ids', () => {
  it('makes a UUID of version 7 and the RFC variant, of the time it was made', () => {
    const ids = uuidV7Ids({ now: () => nowMs });
    for (let made = 0; made < 3_000; made++) {
      const id = ids.next();
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(timeOf(id), nowMs);
    }
  });

  it('makes 100,000 ids of one millisecond that differ and rise', () => {
    const ids = uuidV7Ids({ now: () => nowMs });
    const made = Array.from({ length: 100_000 }, () => ids.next());
    assert.equal(new Set(made).size, made.length);
    assert.deepEqual(made, [...made].sort());
    // 4,096 a millisecond; the others have borrowed from the next ones.
    assert.ok(timeOf(made.at(-1) ?? '') - nowMs <= 100_000 / 4_096);
  });

  it('rises also while the clock goes back', () => {
    const times = [5, 9, 3, 3, 10, 1].map((ms) => nowMs + ms);
    let at = 0;
    const ids = uuidV7Ids({ now: () => times[at++] ?? nowMs });
    const made = times.map(() => ids.next());
    assert.deepEqual(made, [...made].sort());
    assert.equal(new Set(made).size, made.length);
  });

  it('does not agree with another process’s ids of the same millisecond', () => {
    const clock = { now: () => nowMs };
    assert.notEqual(uuidV7Ids(clock).next(), uuidV7Ids(clock).next());
  });
});

describe('firstIdAt', () => {
  it('lies before what is made then and after what was made before', () => {
    const made = uuidV7Ids({ now: () => nowMs }).next();
    assert.ok(firstIdAt(nowMs) < made);
    assert.ok(firstIdAt(nowMs + 1) > made);
    assert.ok(isUuid(firstIdAt(nowMs)));
    assert.ok(isUuid(firstIdAt(-1)));
  });
});

describe('isUuid', () => {
  it('takes what PostgreSQL takes for a uuid in our own spelling, and nothing else', () => {
    assert.ok(isUuid('01890a5d-ac96-774b-bcce-b302099a8057'));
    const refused = ['', 'x', '01890A5D-AC96-774B-BCCE-B302099A8057', '01890a5dac96774bbcceb302099a8057'];
    for (const value of [...refused, '01890a5d-ac96-774b-bcce-b302099a8057\n', "' OR 1=1 --"]) {
      assert.ok(!isUuid(value), value);
    }
  });
});
