import { parseMsisdn, type Survey, type SurveyResponse } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { idOf, pageFields, pageRange, pageView, timeView } from './fields.js';

const surveyView = ({ id, name, status, questions, createdAt }: Survey): object => ({
  uuid: id,
  name,
  status,
  questions: questions.map((question, at) => ({
    uuid: question.id,
    order: at + 1,
    text: question.text,
    type: question.type,
    options: question.options,
  })),
  created_at: timeView(createdAt),
});

const responseView = ({ id, phone, answers, completed, createdAt }: SurveyResponse): object => ({
  uuid: id,
  phone,
  answers: answers.map(({ questionId, answer }) => ({ question_uuid: questionId, answer })),
  completed,
  created_at: timeView(createdAt),
});

const list = endpoint({
  method: 'GET',
  path: '/surveys',
  summary: 'List surveys with their questions, newest first',
  scope: 'surveys',
  async handle({ access }, sms) {
    return success((await sms.surveys.list(access.accountId)).map(surveyView));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/surveys/{uuid}',
  summary: 'Get a survey with its questions',
  scope: 'surveys',
  async handle({ params, access }, sms) {
    return success(surveyView(await sms.surveys.get(access.accountId, idOf(params, 'uuid', 'survey'))));
  },
});

const responses = endpoint({
  method: 'GET',
  path: '/surveys/{uuid}/responses',
  summary: 'List what was answered, newest first',
  scope: 'surveys',
  query: z.strictObject({ ...pageFields, phone: z.string().min(1).optional() }),
  async handle({ params, query, access }, sms) {
    const { country } = await sms.accounts.get(access.accountId);
    const phone = query.phone === undefined ? undefined : parseMsisdn(query.phone.replace(/^ /, '+'), country);
    const id = idOf(params, 'uuid', 'survey');
    const { responses: found, total } = await sms.surveys.responses(access.accountId, id, { phone }, pageRange(query));
    return success(pageView(query, found.map(responseView), total));
  },
});

export const surveyEndpoints: readonly Endpoint[] = [list, get, responses];
