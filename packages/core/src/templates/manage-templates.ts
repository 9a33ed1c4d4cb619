import { foldedText } from '../text/folded-text.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import { fillTemplate, mostTemplates, readTemplate, type Template, type Templates } from './template.js';
import {
  countUses,
  deleteTemplate,
  findTemplate,
  insertTemplate,
  listTemplates,
  rewriteTemplate,
} from './template.store.js';

export interface TemplateDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
}

const searchTextOf = ({ name, text }: Template): string => foldedText(`${name} ${text}`);
const nothing = { limit: 0, offset: 0 };

async function find(tx: Transaction, accountId: string, id: string): Promise<Template> {
  const template = isUuid(id) ? await findTemplate(tx, accountId, id) : undefined;
  if (!template) throw new SmsError('not_found', 'template not found');
  return template;
}

/** Everything a customer does with templates. */
export function manageTemplates({ database, clock, ids, runStatements }: TemplateDeps): Templates {
  return {
    async create(accountId, { active = true, ...given }) {
      const nowMs = clock.now();
      const template: Template = {
        id: ids.next(),
        accountId,
        ...readTemplate(given),
        active,
        favourite: false,
        uses: 0,
        createdAt: nowMs,
        updatedAt: nowMs,
      };
      const { total } = await database.read((tx) => listTemplates(tx, accountId, { search: '' }, nothing));
      if (total >= mostTemplates) {
        throw new SmsError('conflict', `an account has at most ${mostTemplates} templates; delete one first`);
      }
      await database.commit([insertTemplate(template, searchTextOf(template))]);
      return template;
    },

    get: (accountId, templateId) => database.read((tx) => find(tx, accountId, templateId)),

    list: (accountId, { category, search = '' }, page) =>
      database.read((tx) => listTemplates(tx, accountId, { category, search: foldedText(search) }, page)),

    update: (accountId, templateId, changes) =>
      database.write(async (tx) => {
        const before = await find(tx, accountId, templateId);
        const { active = before.active, favourite = before.favourite } = changes;
        const isReworded = changes.text !== undefined || changes.variables !== undefined;
        const after: Template = {
          ...before,
          ...readTemplate({
            name: changes.name ?? before.name,
            category: changes.category ?? before.category,
            language: changes.language ?? before.language,
            text: changes.text ?? before.text,
            variables: isReworded ? changes.variables : before.variables,
          }),
          active,
          favourite,
          updatedAt: clock.now(),
        };
        await runStatements(tx, [rewriteTemplate(after, searchTextOf(after))]);
        return after;
      }),

    async delete(accountId, templateId) {
      await database.read((tx) => find(tx, accountId, templateId));
      await database.commit([deleteTemplate(accountId, templateId)]);
    },

    async render(accountId, templateId, values) {
      const template = await database.read((tx) => find(tx, accountId, templateId));
      if (!template.active) throw new SmsError('conflict', 'this template is not active; turn it on first');
      return fillTemplate(template.text, values);
    },

    async noteUse(accountId, templateId, messages) {
      await database.commit([countUses(accountId, templateId, messages)]);
    },
  };
}
