import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Database } from '../runtime.js';
import { findSurvey, listResponses, listSurveys } from './survey.store.js';
import type { Survey, Surveys } from './survey.js';

/** Reads the surveys of an account. */
export function readSurveys({ database }: { database: Database }): Surveys {
  const get = async (accountId: string, surveyId: string): Promise<Survey> => {
    const survey = isUuid(surveyId) ? await database.read((tx) => findSurvey(tx, accountId, surveyId)) : undefined;
    if (!survey) throw new SmsError('not_found', 'survey not found');
    return survey;
  };
  return {
    list: (accountId) => database.read((tx) => listSurveys(tx, accountId)),
    get,
    async responses(accountId, surveyId, filter, page) {
      const { id } = await get(accountId, surveyId);
      return database.read((tx) => listResponses(tx, id, filter, page));
    },
  };
}
