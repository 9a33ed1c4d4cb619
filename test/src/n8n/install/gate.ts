import type { CachedFolder } from './cached-folder.js';

/** What n8n's reviewers run over a community package before they verify it. */
export const gate: CachedFolder = {
  name: 'n8n-gate-0.48.3',
  title: "n8n's linters for community packages",
  manifest: {
    dependencies: {
      '@n8n/node-cli': '0.48.3',
      '@n8n/scan-community-package': '0.32.0',
      'n8n-workflow': '2.11.1',
      typescript: '5.9.3',
    },
    overrides: { typescript: '5.9.3' },
  },
  built: [],
  stubs: { '@n8n/ai-node-sdk': {} },
};
