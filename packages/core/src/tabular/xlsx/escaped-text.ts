/**
 * What a text in a workbook says: `_x000D_` stands for a character that XML cannot carry, `_x005F_` for an underscore
 * that would begin such a sign (ECMA-376, ST_Xstring). A line break is one `\n` however it is written.
 */
export function escapedText(text: string): string {
  const plain = text.includes('_x')
    ? text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
  return plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain;
}
