import assert from 'node:assert/strict';
import { keywordOf } from './keyword.js';

describe('keywordOf', () => {
  const stops = ['STOP', 'stop', ' Stop. ', '"STOP"', 'stop!!!', 'Opt-Out', 'ACHA', 'Arrêt', 'Désabonner', 'stop\n'];
  for (const text of stops)
    it(`hears ${JSON.stringify(text)} as stop`, () => assert.equal(keywordOf(text)?.kind, 'stop'));

  const starts = ['START', 'unstop', 'Anza', 'Début', 'start 🙂'];
  for (const text of starts) {
    it(`hears ${JSON.stringify(text)} as start`, () => assert.equal(keywordOf(text)?.kind, 'start'));
  }

  const neither = ['', 'please stop', 'Stop by at noon', 'Habari', 'NONSTOP', 'S', '🛑', `STOP${'x'.repeat(10_000)}`];
  for (const text of neither) {
    it(`hears neither in ${JSON.stringify(text.slice(0, 30))}`, () => assert.equal(keywordOf(text), null));
  }

  it('tells the word it heard', () => assert.deepEqual(keywordOf(' arrêt '), { kind: 'stop', word: 'ARRET' }));
});
