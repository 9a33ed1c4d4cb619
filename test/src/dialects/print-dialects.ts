import { defaultDialects, type Dialect, type Endpoint } from '@ujumbe/express-router';
import { readGoldens } from './golden.js';

const introduction = `# The vendors' APIs, endpoint by endpoint

Printed by \`node scripts/print-dialects.mjs\` from the endpoints and the golden exchanges in \`test/dialects\`; a test
fails when this page is out of date. An endpoint's proof is the golden files that name it, which run against a real
server on both databases. The canonical API is described in [HTTP API](http-api.md); here are its endpoints that Mobile
Sasa documents and golden files prove.
`;

interface Proof {
  source: string;
  file: string;
  deviation: string | undefined;
}

/** The goldens of each endpoint, by `METHOD /path`. */
function proofs(): Map<string, Proof[]> {
  const found = new Map<string, Proof[]>();
  for (const { vendor, file, golden } of readGoldens()) {
    for (const name of golden.endpoints) {
      const proof = { source: golden.source, file: `${vendor}/${file}`, deviation: golden.deviation };
      found.set(name, [...(found.get(name) ?? []), proof]);
    }
  }
  return found;
}

const nameOf = ({ prefix }: Dialect, { method, path }: Endpoint): string => `${method} ${prefix}${path}`;

/** The endpoints of vendors' dialects that no golden file names, and the names in golden files that are of nothing. */
export function unproven(): { endpoints: string[]; names: string[] } {
  const proven = proofs();
  const all = defaultDialects().flatMap((dialect) =>
    dialect.endpoints.map((endpoint) => ({ name: nameOf(dialect, endpoint), isVendors: dialect.name !== 'canonical' })),
  );
  const known = new Set(all.map(({ name }) => name));
  return {
    endpoints: all.filter(({ name, isVendors }) => isVendors && !proven.has(name)).map(({ name }) => name),
    names: [...proven.keys()].filter((name) => !known.has(name)),
  };
}

/** The page that says of each endpoint where it is documented, what proves it and where it differs. */
export function printDialects(): string {
  const proven = proofs();
  const sections = defaultDialects().map((dialect) => {
    const rows = dialect.endpoints.flatMap((endpoint) => {
      const own = proven.get(nameOf(dialect, endpoint)) ?? [];
      return own.length === 0 && dialect.name === 'canonical' ? [] : [rowOf(nameOf(dialect, endpoint), endpoint, own)];
    });
    return `\n## ${dialect.name}\n\n| endpoint | what it does | source | proof | deviation |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return introduction + sections.join('');
}

function rowOf(name: string, { summary }: Endpoint, own: readonly Proof[]): string {
  const distinct = (values: (string | undefined)[]): string =>
    [...new Set(values.filter((value) => value !== undefined))].join('; ').replaceAll('|', '\\|');
  return `| ${[
    `\`${name}\``,
    summary,
    distinct(own.map(({ source }) => source)),
    own.map(({ file }) => `\`${file}\``).join(' '),
    distinct(own.map(({ deviation }) => deviation)),
  ].join(' | ')} |`;
}
