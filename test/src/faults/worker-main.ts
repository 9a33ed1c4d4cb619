import { appendFileSync } from 'node:fs';
import { createSms, SmsError, type Sms } from '@ujumbe/core';
import { LoggedOperator } from './logged-operator.js';
import { SeededRandom } from './seeded-random.js';
import type { FromWorker, ToWorker, WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-messages.js';

/** A process with a platform at work in it, which the tests talk to over its channel and may kill at any time. */
const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;

function say(message: FromWorker): void {
  // The test may be gone; then there is nobody to tell.
  if (process.connected) process.send?.(message, () => {});
}

async function answer(sms: Sms, request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    if (request.kind === 'stop') {
      await sms.stop();
      return { kind: 'sent', ids: [], replayed: false };
    }
    const { accepted, replayed } =
      request.kind === 'send'
        ? await sms.send(request.accountId, request.request)
        : await sms.messages.send(await sms.tokens.authenticate(request.rawToken, { cached: true }), {
            items: [{ to: request.to, text: 'Habari' }],
          });
    return { kind: 'sent', ids: accepted.map(({ id }) => id), replayed };
  } catch (error) {
    if (error instanceof SmsError) return { kind: 'refused', code: error.code };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function work(): Promise<void> {
  const random = new SeededRandom(settings.seed);
  const { eventFile, uploadFolder } = settings;
  const sms = await createSms({
    database: settings.database,
    transports: settings.operators.map((operator) => new LoggedOperator(operator, random)),
    routes: settings.routes,
    receiptGraceMs: settings.receiptGraceMs,
    ...(uploadFolder === undefined ? {} : { uploads: { folder: uploadFolder } }),
    ...(process.env.FAULTS_LOG === undefined ? {} : { logger: consoleLogger }),
  });
  if (eventFile !== undefined) {
    sms.on('*', ({ id, type, subjectId }) => appendFileSync(eventFile, `${id} ${type} ${subjectId}\n`));
  }
  process.on('message', (message: ToWorker) => {
    void answer(sms, message).then((told) => {
      say({ ...told, number: message.number });
      if (message.kind === 'stop') process.disconnect();
    });
  });
  await sms.start();
  say({ kind: 'ready' });
}

const consoleLogger = {
  debug() {},
  info() {},
  warn: (fields: object, message: string) => console.error(process.pid, message, fields),
  error: (fields: object, message: string) => console.error(process.pid, message, fields),
};

// A worker never outlives its test, however that ends.
process.on('disconnect', () => process.exit());
work().catch((error: unknown) => {
  console.error('A worker could not start:', error);
  process.exit(1);
});
