import assert from 'node:assert/strict';
import { baseCharacters, escapeSeptet, extensionCharacters, septetCodes, septetCosts } from './alphabet.js';

function septetOf(character: string): [number | undefined, number | undefined] {
  const unit = character.charCodeAt(0);
  return [septetCosts[unit], septetCodes[unit]];
}

describe('GSM 03.38 alphabet', () => {
  it('puts the characters where the specification has them', () => {
    assert.equal(baseCharacters.length, 128);
    // Rows and columns taken from TS 23.038 § 6.2.1, away from the letters that ASCII has at the same place.
    const vectors: Record<string, number> = {
      '@': 0x00, '£': 0x01, $: 0x02, '¥': 0x03, è: 0x04, é: 0x05, Ç: 0x09, '\n': 0x0a, Ø: 0x0b, '\r': 0x0d, å: 0x0f,
      Δ: 0x10, _: 0x11, Ξ: 0x1a, Æ: 0x1c, É: 0x1f, ' ': 0x20, '¤': 0x24, '0': 0x30, '¡': 0x40, A: 0x41, Z: 0x5a,
      Ä: 0x5b, Ñ: 0x5d, '§': 0x5f, '¿': 0x60, a: 0x61, z: 0x7a, ä: 0x7b, ñ: 0x7d, à: 0x7f,
    }; // prettier-ignore
    for (const [character, septet] of Object.entries(vectors)) {
      assert.deepEqual(septetOf(character), [1, septet], character);
      assert.equal(baseCharacters[septet], character);
    }
  });

  it('puts ten characters behind the escape, at two septets each', () => {
    const extension = { '\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f, '[': 0x3c, '~': 0x3d, ']': 0x3e };
    for (const [character, septet] of [...Object.entries(extension), ['|', 0x40] as const, ['€', 0x65] as const]) {
      assert.deepEqual(septetOf(character), [2, septet], JSON.stringify(character));
      assert.equal(extensionCharacters.get(septet), character);
    }
    assert.equal(extensionCharacters.size, 10);
  });

  it('knows exactly 137 characters, and neither the escape nor what only looks like them', () => {
    assert.equal(septetCosts.filter((cost) => cost > 0).length, 127 + 10);
    assert.equal(baseCharacters[escapeSeptet], ' ');
    assert.deepEqual(septetOf(' '), [1, 0x20]);
    for (const character of ['\x1b', '\t', '`', 'ç', 'ê', 'ë', 'î', 'ï', 'ô', 'û', 'œ', 'Α', '\u00a0', '’', '']) {
      assert.equal(septetCosts[character.charCodeAt(0)] ?? 0, 0, JSON.stringify(character));
    }
  });
});
