// How the tests are dealt to processes.

/**
 * Beginnings of the paths that are a group of their own, from the one that takes longest: what is begun last runs on
 * alone. A file belongs to the first that it begins with.
 */
const longestFirst = [
  'test/src/n8n',
  'test/src/faults',
  'test/src/smpp/peers',
  'test/src/contracts/store.postgres',
  'test/src/contracts/store.better-sqlite3',
  'test/src/contracts/store.sqlite3',
  'test/src/dialects',
  'test/src/server',
  'test/src/smpp',
  'test/src/contracts',
  'test/src/api',
];

/** Whatever else there is: a package, or a folder of the tests that cross packages. */
const otherwise = /^(packages\/[^/]+|test\/src\/[^/]+)/;

const groupOf = (source) => longestFirst.find((beginning) => source.startsWith(beginning)) ?? otherwise.exec(source)[0];

/** Disjoint groups of all the tests, each with a name, the longest first. */
export function grouped(tests) {
  const groups = new Map(longestFirst.map((name) => [name, []]));
  for (const { source } of tests) {
    const name = groupOf(source);
    groups.set(name, [...(groups.get(name) ?? []), source]);
  }
  return [...groups].filter(([, files]) => files.length > 0).map(([name, files]) => ({ name, files }));
}
