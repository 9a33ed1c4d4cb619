import { select, selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { Survey, SurveyResponse } from './survey.js';

interface SurveyRow {
  account_id: string;
  id: string;
  name: string;
  status: string;
  questions: string;
  created_at: number;
}

const surveyOf = (row: SurveyRow): Survey => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  status: row.status,
  questions: JSON.parse(row.questions) as Survey['questions'],
  createdAt: row.created_at,
});

/** The surveys of an account, newest first. */
export async function listSurveys(tx: Transaction, accountId: string): Promise<Survey[]> {
  const rows = await select<SurveyRow>(tx, 'SELECT * FROM sms_surveys WHERE account_id = ? ORDER BY id DESC', [
    accountId,
  ]);
  return rows.map(surveyOf);
}

export async function findSurvey(tx: Transaction, accountId: string, id: string): Promise<Survey | undefined> {
  const row = await selectOne<SurveyRow>(tx, 'SELECT * FROM sms_surveys WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && surveyOf(row);
}

interface ResponseRow {
  id: string;
  phone: string;
  answers: string;
  completed: number;
  created_at: number;
}

/** A page of what was answered to a survey, newest first, and how many answers there are. */
export async function listResponses(
  tx: Transaction,
  surveyId: string,
  { phone }: { phone?: string | undefined },
  page: { limit: number; offset: number },
): Promise<{ responses: SurveyResponse[]; total: number }> {
  const condition = `survey_id = ?${phone === undefined ? '' : ' AND phone = ?'}`;
  const bindings = phone === undefined ? [surveyId] : [surveyId, phone];
  const rows = await select<ResponseRow>(
    tx,
    `SELECT id, phone, answers, completed, created_at FROM sms_survey_responses WHERE ${condition}
      ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...bindings, page.limit, page.offset],
  );
  const count = await selectOne<{ total: number }>(
    tx,
    `SELECT count(*) AS total FROM sms_survey_responses WHERE ${condition}`,
    bindings,
  );
  return {
    responses: rows.map((row) => ({
      id: row.id,
      phone: row.phone,
      answers: JSON.parse(row.answers) as SurveyResponse['answers'],
      completed: row.completed === 1,
      createdAt: row.created_at,
    })),
    total: count?.total ?? 0,
  };
}
