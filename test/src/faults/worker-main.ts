import { appendFileSync } from 'node:fs';
import { createSms, type Sms } from '@ujumbe/core';
import { answerTest, faultsLogger } from '../support/answer-test.js';
import { LoggedOperator } from './logged-operator.js';
import { SeededRandom } from './seeded-random.js';
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-messages.js';

/** A process with a platform at work in it. */
async function open(settings: WorkerSettings): Promise<Sms> {
  const random = new SeededRandom(settings.seed);
  const { eventFile, uploadFolder } = settings;
  const sms = await createSms({
    database: settings.database,
    transports: settings.operators.map((operator) => new LoggedOperator(operator, random)),
    routes: settings.routes,
    receiptGraceMs: settings.receiptGraceMs,
    ...(uploadFolder === undefined ? {} : { uploads: { folder: uploadFolder } }),
    ...faultsLogger,
  });
  if (eventFile !== undefined) {
    sms.on('*', ({ id, type, subjectId }) => appendFileSync(eventFile, `${id} ${type} ${subjectId}\n`));
  }
  return sms;
}

async function act(sms: Sms, request: WorkerRequest): Promise<WorkerAnswer> {
  const { accepted, replayed } =
    request.kind === 'send'
      ? await sms.send(request.accountId, request.request)
      : await sms.messages.send(await sms.tokens.authenticate(request.rawToken, { cached: true }), {
          items: [{ to: request.to, text: 'Habari' }],
        });
  return { kind: 'sent', ids: accepted.map(({ id }) => id), replayed };
}

answerTest(open, act);
