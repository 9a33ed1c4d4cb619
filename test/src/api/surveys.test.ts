import assert from 'node:assert/strict';
import { createSms, simulator } from '@ujumbe/core';
import { createSmsRouter } from '@ujumbe/express-router';
import express from 'express';
import supertest from 'supertest';
import { hostKnex } from '../contracts/stored-rows.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';

const idOf = (serial: number): string => `01890a5d-ac96-774b-bcce-b302099a80${String(serial).padStart(2, '0')}`;

describeOnDatabases('API: surveys and USSD codes', (open) => {
  let database: TestDatabase;
  let stop: () => Promise<void>;
  let get: (path: string) => supertest.Test;
  let account = '';

  before(async () => {
    database = await open();
    const sms = await createSms({ database: database.options, transports: [simulator()], migrate: false });
    const opened = await sms.accounts.open({ name: 'Utafiti', country: 'KE', currency: 'KES' });
    account = opened.account.id;
    const app = express().use(createSmsRouter(sms));
    get = (path) => supertest(app).get(`/api/v1${path}`).set('x-api-key', opened.apiToken);
    stop = () => sms.stop();
    const knex = hostKnex(database.name, database.options);
    const createdAt = Date.UTC(2026, 4, 11, 9);
    const question = {
      id: idOf(2),
      text: 'How was it?',
      type: 'single_choice',
      options: [{ value: '1', label: 'Good' }],
    };
    const survey = { name: 'Visit', status: 'active', created_at: createdAt };
    await knex('sms_surveys').insert({
      account_id: account,
      id: idOf(1),
      ...survey,
      questions: JSON.stringify([question]),
    });
    for (const [serial, phone] of [
      [3, '+254712345678'],
      [4, '+254712345679'],
    ] as const) {
      await knex('sms_survey_responses').insert({
        survey_id: idOf(1),
        id: idOf(serial),
        account_id: account,
        phone,
        answers: JSON.stringify([{ questionId: idOf(2), answer: '1' }]),
        completed: 1,
        created_at: createdAt,
      });
    }
    const code = { account_id: account, id: idOf(5), code: '*123#', status: 'active', created_at: createdAt };
    await knex('sms_ussd_codes').insert(code);
    const extension = { account_id: account, id: idOf(6), code_id: idOf(5), extension: '*123*45#', status: 'active' };
    await knex('sms_ussd_extensions').insert(extension);
    await knex.destroy();
  });
  after(() => stop());

  const dataOf = async (path: string): Promise<unknown> =>
    ((await get(path).expect(200)).body as { data: unknown }).data;

  it('shows a survey with its questions', async () => {
    const expected = {
      uuid: idOf(1),
      name: 'Visit',
      status: 'active',
      questions: [
        {
          uuid: idOf(2),
          order: 1,
          text: 'How was it?',
          type: 'single_choice',
          options: [{ value: '1', label: 'Good' }],
        },
      ],
      created_at: '2026-05-11T09:00:00Z',
    };
    assert.deepEqual(await dataOf('/surveys'), [expected]);
    assert.deepEqual(await dataOf(`/surveys/${idOf(1)}`), expected);
    await get(`/surveys/${idOf(9)}`).expect(404);
  });

  it('pages through what was answered, by number too', async () => {
    const one = {
      uuid: idOf(3),
      phone: '+254712345678',
      answers: [{ question_uuid: idOf(2), answer: '1' }],
      completed: true,
      created_at: '2026-05-11T09:00:00Z',
    };
    const page = { page: 2, page_size: 1, total: 2, total_pages: 2 };
    const path = `/surveys/${idOf(1)}/responses`;
    assert.deepEqual(await dataOf(`${path}?page=2&page_size=1`), { items: [one], ...page });
    const found = { items: [one], page: 1, page_size: 20, total: 1, total_pages: 1 };
    for (const phone of ['+254712345678', '%2B254712345678', '0712345678']) {
      assert.deepEqual(await dataOf(`${path}?phone=${phone}`), found);
    }
  });

  it('shows USSD codes and their extensions', async () => {
    const code = { uuid: idOf(5), code: '*123#', status: 'active', created_at: '2026-05-11T09:00:00Z' };
    assert.deepEqual(await dataOf('/ussd/codes'), [code]);
    const extension = { uuid: idOf(6), code_uuid: idOf(5), code: '*123#', extension: '*123*45#', status: 'active' };
    assert.deepEqual(await dataOf('/ussd/extensions'), [extension]);
  });
});
