// The rules that n8n's reviewers run over a community package (@n8n/scan-community-package), as configurations of ESLint.
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const off = (...rules) => Object.fromEntries(rules.map((rule) => [`n8n-nodes-base/${rule}`, 'off']));

const plugins = { '@n8n/community-nodes': communityNodes, 'n8n-nodes-base': nodesBase };

/** What holds for every file of a package, in its source and as it is published. */
const everywhere = { ...communityNodes.configs.recommended.rules, 'no-console': 'error' };

/** What they switch off themselves, because other rules of theirs say it better. */
const ofCredentials = {
  ...nodesBase.configs.credentials.rules,
  ...off('cred-class-field-documentation-url-miscased', 'cred-class-field-type-options-password-missing'),
};
const ofNodes = {
  ...nodesBase.configs.nodes.rules,
  ...off(
    'node-class-description-inputs-wrong-regular-node',
    'node-class-description-outputs-wrong',
    'node-param-type-options-max-value-present',
  ),
};

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
    { files: [inside('package.json')], rules: nodesBase.configs.community.rules },
    { files: [inside('credentials/**/*.ts')], rules: ofCredentials },
    { files: [inside('nodes/**/*.ts')], rules: ofNodes },
  ];
}

/** The configurations for a package as it is published: its compiled code and its package.json. */
export const n8nRulesOfTarball = [
  { files: ['**/*.js', 'package.json'], plugins, rules: everywhere, languageOptions: { sourceType: 'commonjs' } },
  { files: ['package.json'], rules: nodesBase.configs.community.rules, languageOptions: { parser: tseslint.parser } },
];
