/**
 * What a reader takes for one character: a flag, or a character with its marks. Only outside ASCII do joiners hold
 * characters together; between ASCII letters they are debris.
 */
export const characterPattern =
  /\p{RI}\p{RI}|\p{ASCII}\p{M}*|\P{ASCII}(?:\p{M}|\p{Emoji_Modifier}|[\u200c\u{e0020}-\u{e007f}]|\u200d\P{ASCII}?)*/gu;

/** A text cut into what its reader takes for characters: marks, flags and joined emoji stay in one piece. */
export function charactersOf(text: string): string[] {
  return text.match(characterPattern) ?? [];
}

/** Where characters end: a 1 at the place after each one, in UTF-16 units from the start of the text. */
export function characterEnds(text: string): Uint8Array {
  const ends = new Uint8Array(text.length + 1);
  let at = 0;
  for (const character of charactersOf(text)) ends[(at += character.length)] = 1;
  return ends;
}
