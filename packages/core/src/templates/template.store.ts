import { databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Template } from './template.js';

interface TemplateRow {
  account_id: string;
  id: string;
  name: string;
  category: string;
  language: string;
  body: string;
  variables: string;
  active: number;
  favourite: number;
  uses: number;
  created_at: number;
  updated_at: number;
}

const templateOf = (row: TemplateRow): Template => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  category: row.category,
  language: row.language,
  text: row.body,
  variables: JSON.parse(row.variables) as string[],
  active: row.active === 1,
  favourite: row.favourite === 1,
  uses: row.uses,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** @param searchText what {@link listTemplates} looks through, folded */
export function insertTemplate(template: Template, searchText: string): Statement {
  const { accountId, id, name, category, language, text, variables, active, favourite } = template;
  return {
    sql: `INSERT INTO sms_templates (account_id, id, name, category, language, body, variables, active, favourite,
            search_text, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      ...[accountId, id, name, category, language, text, JSON.stringify(variables)],
      ...[Number(active), Number(favourite), searchText, template.createdAt, template.updatedAt],
    ],
  };
}

/** Writes a template over the one with its id; how often it was used is counted elsewhere. */
export function rewriteTemplate(template: Template, searchText: string): Statement {
  const { accountId, id, name, category, language, text, variables, active, favourite, updatedAt } = template;
  return {
    sql: `UPDATE sms_templates SET name = ?, category = ?, language = ?, body = ?, variables = ?, active = ?,
            favourite = ?, search_text = ?, updated_at = ? WHERE account_id = ? AND id = ?`,
    bindings: [
      ...[name, category, language, text, JSON.stringify(variables), Number(active), Number(favourite)],
      ...[searchText, updatedAt, accountId, id],
    ],
  };
}

export async function findTemplate(tx: Transaction, accountId: string, id: string): Promise<Template | undefined> {
  const row = await selectOne<TemplateRow>(tx, 'SELECT * FROM sms_templates WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && templateOf(row);
}

export async function listTemplates(
  tx: Transaction,
  accountId: string,
  filter: { category?: string | undefined; search: string },
  { limit, offset }: { limit: number; offset: number },
): Promise<{ templates: Template[]; total: number }> {
  const conditions = ['account_id = ?'];
  const bindings: unknown[] = [accountId];
  if (filter.category !== undefined) {
    conditions.push('category = ?');
    bindings.push(filter.category);
  }
  if (filter.search !== '') {
    conditions.push(`${databaseKind(tx) === 'postgres' ? 'strpos' : 'instr'}(search_text, ?) > 0`);
    bindings.push(filter.search);
  }
  const where = conditions.join(' AND ');
  const rows = await select<TemplateRow>(
    tx,
    `SELECT * FROM sms_templates WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...bindings, limit, offset],
  );
  const count = await selectOne<{ n: number }>(tx, `SELECT count(*) AS n FROM sms_templates WHERE ${where}`, bindings);
  return { templates: rows.map(templateOf), total: count?.n ?? 0 };
}

export const deleteTemplate = (accountId: string, id: string): Statement => ({
  sql: 'DELETE FROM sms_templates WHERE account_id = ? AND id = ?',
  bindings: [accountId, id],
});

export const countUses = (accountId: string, id: string, messages: number): Statement => ({
  sql: 'UPDATE sms_templates SET uses = uses + ? WHERE account_id = ? AND id = ?',
  bindings: [messages, accountId, id],
});
