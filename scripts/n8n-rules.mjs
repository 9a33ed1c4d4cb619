// The rules that n8n's reviewers run over a community package (@n8n/scan-community-package), as configurations of ESLint.
// Those of eslint-plugin-n8n-nodes-base are not among them: it lets no npm but pnpm install it.
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import tseslint from 'typescript-eslint';

const plugins = { '@n8n/community-nodes': communityNodes };

/** What holds for every file of a package, in its source and as it is published. */
const everywhere = { ...communityNodes.configs.recommended.rules, 'no-console': 'error' };

/** The configurations for a package whose folder is `folder`, from where ESLint's configuration lies. */
export function n8nRules(folder) {
  const inside = (pattern) => `${folder}/${pattern}`;
  return [
    {
      files: [inside('package.json'), inside('{nodes,credentials}/**/*.{ts,json}')],
      // The reviewers do not honour a comment that switches a rule off.
      linterOptions: { noInlineConfig: true },
      languageOptions: { parser: tseslint.parser },
      plugins,
      rules: everywhere,
    },
  ];
}

/** The configurations for a package as it is published: its compiled code and its package.json. */
export const n8nRulesOfTarball = [
  { files: ['**/*.js', 'package.json'], plugins, rules: everywhere, languageOptions: { sourceType: 'commonjs' } },
  { files: ['package.json'], languageOptions: { parser: tseslint.parser } },
];
