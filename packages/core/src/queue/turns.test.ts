import assert from 'node:assert/strict';
import { Turns } from './turns.js';

const lane = 1;

describe('Turns', () => {
  it('gives a newcomer the turn that is next, not the one after the million', () => {
    const turns = new Turns();
    assert.equal(turns.deal('r', lane, 'flood', 1_000_000), 1);
    assert.equal(turns.deal('r', lane, 'newcomer', 1), 1);
    turns.serve('r', lane, 500);
    assert.equal(turns.deal('r', lane, 'another', 1), 501);
    assert.equal(turns.deal('r', lane, 'flood', 1), 1_000_001);
  });

  it('lets two accounts that queue alike alternate', () => {
    const turns = new Turns();
    const jobs = ['a', 'b'].flatMap((account) => {
      const first = turns.deal('r', lane, account, 50);
      return Array.from({ length: 50 }, (_, index) => ({ account, turn: first + index }));
    });
    jobs.sort((one, other) => one.turn - other.turn);
    for (let served = 2; served <= jobs.length; served += 2) {
      const ofA = jobs.slice(0, served).filter(({ account }) => account === 'a').length;
      assert.equal(ofA, served / 2);
    }
  });

  it('keeps an account behind its own earlier jobs', () => {
    const turns = new Turns();
    assert.equal(turns.deal('r', lane, 'a', 3), 1);
    assert.equal(turns.deal('r', lane, 'a', 2), 4);
    assert.equal(turns.deal('r', lane, 'a', 1), 6);
  });

  it('keeps routes and lanes apart', () => {
    const turns = new Turns();
    turns.serve('r', lane, 90);
    assert.equal(turns.deal('r', lane, 'a', 1), 91);
    assert.equal(turns.deal('r', lane + 1, 'a', 1), 1);
    assert.equal(turns.deal('other', lane, 'a', 1), 1);
  });

  it('never serves a turn that lies behind', () => {
    const turns = new Turns();
    turns.serve('r', lane, 90);
    turns.serve('r', lane, 10);
    assert.equal(turns.deal('r', lane, 'a', 1), 91);
  });

  it('forgets those whose turns are over when there are too many, and never lets anybody jump ahead', () => {
    const turns = new Turns(10);
    turns.deal('r', lane, 'waiting', 1_000);
    for (let account = 0; account < 30; account++) {
      const turn = turns.deal('r', lane, `account ${account}`, 1);
      turns.serve('r', lane, turn);
    }
    assert.equal(turns.deal('r', lane, 'waiting', 1), 1_001);
  });
});
