import { deepEqual, fail, match, notEqual } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/*
 * The direction of the arrows, as data. Whoever adds a folder, a package or a seam adds it here; the reasons are in
 * docs/explanation/architecture.md.
 */

/** Core from the top: a file or folder imports from itself and from what stands above it, that is, earlier. */
const coreLayers = [
  ...[
    'errors',
    'events',
    'runtime',
    'ids',
    'signal',
    'loop',
    'group-by',
    'group-commit',
    'commit-by-account',
    'secret-box',
  ],
  ...['text', 'numbers', 'tabular', 'uploads', 'outbox', 'limits', 'accounts', 'ledger', 'queue', 'idempotency'],
  'suppression',
  ...['messaging', 'receipts', 'inbound', 'esme', 'contacts', 'templates', 'campaigns', 'surveys', 'ussd'],
  ...['tenants', 'payments', 'webhooks', 'transports'],
];
/** The files that put core together: they import everything, and only one another may import them. */
const coreRoots = ['sms', 'sms-options', 'create-sms', 'compose', 'check-health', 'housekeeping', 'index'];
/** Beside the list: what the database imports itself, and who may import it. */
const database = { imports: ['errors', 'runtime', 'text'], importedBy: /\.store\.ts$/ };

/** What each package may import of its siblings, always by their public index, and of anything else. */
const packages: Record<string, { siblings: string[]; others?: (module: string) => boolean; folders?: string[] }> = {
  'packages/core': { siblings: [], others: (module) => !/^(express|n8n-workflow|node:http)$/.test(module) },
  'packages/express-router': { siblings: ['@ujumbe/core'] },
  'packages/smpp-adapter': { siblings: ['@ujumbe/core'], others: isBuiltin },
  // n8n has a folder for each kind of thing, and its reviewers let through these two modules.
  'packages/n8n-nodes': {
    siblings: [],
    others: (module) => module === 'n8n-workflow' || module === 'crypto',
    folders: ['credentials', 'nodes'],
  },
  'packages/dashboard': { siblings: [] },
  'packages/server': { siblings: ['@ujumbe/core', '@ujumbe/express-router', '@ujumbe/smpp-adapter'] },
  test: { siblings: ['@ujumbe/core', '@ujumbe/express-router', '@ujumbe/smpp-adapter', 'ujumbe'] },
};
const siblingNames = /^(@ujumbe\/[^/]+|ujumbe|n8n-nodes-ujumbe)(\/|$)/;

/** One seam per outside thing: the files that may import the module, and those that may name its types. */
const seams: { module: RegExp; files: RegExp; types?: RegExp }[] = [
  {
    module: /^knex(\/|$)/,
    files: /^packages\/core\/src\/(.+\.store|database\/.+|compose)\.ts$/,
    types: /^packages\/core\/src\/(sms|create-sms)\.ts$/,
  },
  { module: /^(better-sqlite3|sqlite3|pg)(\/|$)/, files: /^packages\/core\/src\/database\// },
  { module: /^express(\/|$)/, files: /^packages\/(express-router\/src\/mount\.ts$|server\/src\/)/ },
  { module: /^(tsyringe|reflect-metadata)(\/|$)/, files: /^packages\/core\/src\/compose\.ts$/ },
];

interface SourceText {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
}

interface Import {
  module: string;
  typesOnly: boolean;
}

/** Every module a file names, in whatever way. */
function importsOf({ path, text }: SourceText): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ module: specifier.text, typesOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, namesTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText())) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}

function namesTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

function isTest(path: string): boolean {
  return /\.test(-d)?\.tsx?$/.test(path) || path.startsWith('test/');
}

/** Where the sources of a package lie. */
function foldersOf(home: string): string[] {
  return (packages[home]?.folders ?? ['src']).map((folder) => `${home}/${folder}`);
}

/** What is wrong with a package importing something, or nothing. */
function packageFault(path: string, { module }: Import): string | undefined {
  const home = Object.keys(packages).find((name) => foldersOf(name).some((folder) => path.startsWith(`${folder}/`)));
  const rules = home === undefined ? undefined : packages[home];
  if (home === undefined || !rules) return 'its package is not in the table';
  if (module.startsWith('.')) {
    return posix.join(path, '..', module).startsWith(`${home}/`) ? undefined : `that is outside ${home}`;
  }
  if (siblingNames.test(module)) {
    return rules.siblings.includes(module)
      ? undefined
      : `${home} may import ${rules.siblings.join(', ') || 'no sibling'}`;
  }
  return isTest(path) || (rules.others?.(module) ?? true) ? undefined : `${home} may not depend on it`;
}

function seamFault(path: string, { module, typesOnly }: Import): string | undefined {
  const seam = seams.find((candidate) => candidate.module.test(module));
  if (!seam || isTest(path) || seam.files.test(path) || (typesOnly && seam.types?.test(path))) return undefined;
  return `only ${seam.files.source} may`;
}

/** The folder of core, or its top-level file, that a path lies in. */
function layerOf(path: string): string | undefined {
  return /^packages\/core\/src\/([^/.]+)/.exec(path)?.[1];
}

function layerFault(path: string, { module }: Import): string | undefined {
  const from = layerOf(path);
  if (from === undefined || isTest(path) || coreRoots.includes(from) || !module.startsWith('.')) return undefined;
  const to = layerOf(posix.join(path, '..', module));
  if (to === undefined || to === from) return undefined;
  if (to === 'database') return path.endsWith('.store.ts') ? undefined : 'the database belongs to the stores';
  if (from === 'database')
    return database.imports.includes(to) ? undefined : `database may import ${database.imports.join(', ')}`;
  if (coreRoots.includes(to)) return `nothing in the list may import ${to}`;
  for (const layer of [from, to]) if (!coreLayers.includes(layer)) return `${layer} is not in the list`;
  return coreLayers.indexOf(to) < coreLayers.indexOf(from) ? undefined : `${to} stands below ${from}`;
}

function faultsIn(files: SourceText[]): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((imported) =>
      [packageFault, seamFault, layerFault]
        .map((fault) => fault(file.path, imported))
        .filter((fault) => fault !== undefined)
        .map((fault) => `${file.path} imports ${imported.module}: ${fault}`),
    ),
  );
}

function sourceFiles(): SourceText[] {
  const root = join(__dirname, '../../..');
  const homes = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'test'];
  return homes
    .flatMap((home) => foldersOf(home).map((folder) => join(root, folder)))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

describe('the layering', () => {
  it('holds for every import', () => {
    const files = sourceFiles();
    notEqual(files.length, 0);
    const faults = faultsIn(files);
    if (faults.length > 0) fail(`\n${faults.join('\n')}`);
  });

  const core = 'packages/core/src';
  const planted: [path: string, text: string, fault: RegExp][] = [
    [
      `${core}/text/segments.ts`,
      `import { a } from '../messaging/message.js'`,
      /message\.js: messaging stands below text/,
    ],
    [`${core}/ids.ts`, `export * from './secret-box.js'`, /secret-box stands below ids/],
    [`${core}/webhooks/a.ts`, `import type { Sms } from '../sms.js'`, /nothing in the list may import sms/],
    [`${core}/newcomer/a.ts`, `import '../errors.js'`, /newcomer is not in the list/],
    [`${core}/queue/job.ts`, `import { a } from '../database/statements.js'`, /belongs to the stores/],
    [`${core}/database/a.ts`, `import { a } from '../queue/job.js'`, /database may import errors, runtime/],
    [`${core}/queue/job.ts`, `import type { Knex } from 'knex'`, /imports knex: only/],
    [`${core}/sms.ts`, `import { knex, type Knex } from 'knex'`, /imports knex: only/],
    [`${core}/queue/job.ts`, `const a = await import('tsyringe')`, /imports tsyringe: only/],
    [`${core}/queue/job.ts`, `const pg = require('pg')`, /imports pg: only/],
    [`${core}/a.test.ts`, `import '../../smpp-adapter/src/pdu.js'`, /that is outside packages\/core/],
    [`${core}/queue/job.ts`, `import '@ujumbe/express-router'`, /packages\/core may import no sibling/],
    ['packages/express-router/src/a.ts', `import '@ujumbe/core/dist/sms.js'`, /may import @ujumbe\/core/],
    ['packages/express-router/src/a.ts', `type A = import('express').Request`, /imports express: only/],
    ['packages/n8n-nodes/nodes/a.ts', `import 'undici'`, /packages\/n8n-nodes may not depend on it/],
    ['packages/n8n-nodes/nodes/a.ts', `import 'fs'`, /packages\/n8n-nodes may not depend on it/],
    ['packages/other/src/a.ts', `import 'undici'`, /its package is not in the table/],
  ];
  for (const [path, text, fault] of planted) {
    it(`refuses in ${path}: ${text}`, () => {
      const [first = '', ...more] = faultsIn([{ path, text }]);
      match(first, fault);
      match(first, new RegExp(`^${path} imports `));
      deepEqual(more, []);
    });
  }

  const allowed: [path: string, text: string][] = [
    [`${core}/queue/job.store.ts`, `import { select } from '../database/statements.js'; import { Knex } from 'knex'`],
    [`${core}/sms.ts`, `import type { Knex } from 'knex'; import { type Knex as K } from 'knex'`],
    [`${core}/text/alphabet.test.ts`, `import '../messaging/message.js'`],
    [`${core}/transports/simulator.ts`, `import type { Transport } from '../messaging/transport.js'`],
    ['packages/express-router/src/mount.ts', `import express from 'express'; import { SmsError } from '@ujumbe/core'`],
  ];
  for (const [path, text] of allowed) {
    it(`allows in ${path}: ${text}`, () => deepEqual(faultsIn([{ path, text }]), []));
  }
});
