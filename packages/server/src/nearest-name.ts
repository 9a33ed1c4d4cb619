/** The name that takes the fewest single-letter edits to reach (Levenshtein). */
export function nearestName(wrong: string, names: readonly string[]): string {
  const ranked = names.map((name) => ({ name, edits: editDistance(wrong, name) }));
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best)).name;
}

/** Row by row: `row[j]` is the distance between what has been read of `a` and the first `j` letters of `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
