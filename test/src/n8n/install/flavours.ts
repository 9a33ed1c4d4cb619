import { join } from 'node:path';
import { pathOf, type CachedFolder } from './cached-folder.js';

/** A release of n8n that the nodes are tried in. */
export interface Flavour extends CachedFolder {
  version: string;
  major: 1 | 2;
  /** Modules that are not started: they want packages that are stubbed, or the network. */
  disabledModules: string;
}

/** n8n loads its own nodes for language models by these lists. They are the heaviest part and none is used here. */
const noLanguageModels = {
  '@n8n/n8n-nodes-langchain': {
    'mcp/core.js': {},
    'dist/known/nodes.json': {},
    'dist/known/credentials.json': {},
    'dist/types/nodes.json': [],
    'dist/types/credentials.json': [],
  },
};

/** What the nodes for files ask of whoever installs them, which npm does not do with its old treatment of peers. */
const notNamed = { 'date-fns': '2.30.0' };

/** The registry's own copy of Node, with the headers that C++ is built against. */
const node24 = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

export const n8n1: Flavour = {
  name: 'n8n-1.123.81',
  title: 'n8n 1.123.81',
  version: '1.123.81',
  major: 1,
  manifest: {
    dependencies: { n8n: '1.123.81', ...notNamed },
    overrides: { xlsx: 'npm:@e965/xlsx@0.20.3', 'isolated-vm': '5.0.4', '@langchain/langgraph-checkpoint': '1.0.0' },
  },
  built: ['sqlite3', 'isolated-vm'],
  stubs: noLanguageModels,
  disabledModules: 'mcp',
};

export const n8n2: Flavour = {
  name: 'n8n-2.41.1',
  title: 'n8n 2.41.1 with Node 24',
  version: '2.41.1',
  major: 2,
  manifest: {
    dependencies: { n8n: '2.41.1', ...notNamed, [node24]: '24.21.0' },
    overrides: {
      '@langchain/langgraph-checkpoint': '1.1.5',
      '@langchain/protocol': '0.0.19',
      linkedom: '0.18.14',
    },
  },
  built: ['sqlite3', 'isolated-vm'],
  stubs: noLanguageModels,
  node: `node_modules/${node24}/bin/node`,
  disabledModules: 'mcp,mcp-registry,agents',
};

export const flavours: readonly Flavour[] = [n8n1, n8n2];

/** The program that runs a flavour. */
export const nodeOf = (flavour: Flavour): string =>
  flavour.node === undefined ? process.execPath : join(pathOf(flavour), flavour.node);
