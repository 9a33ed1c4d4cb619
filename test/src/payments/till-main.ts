import { createSms, simulator, SmsError, zenoPay, type MobileMoney, type Sms } from '@ujumbe/core';
import type { FromTill, TillAnswer, TillRequest, TillSettings, ToTill } from './till-messages.js';

/** A process with a platform in it that takes payments, which the test talks to over its channel and may kill. */
const settings = JSON.parse(process.argv[2] ?? '') as TillSettings;

function say(message: FromTill): void {
  // The test may be gone; then there is nobody to tell.
  if (process.connected) process.send?.(message, () => {});
}

/** Dies while what it has just heard is being settled: before the commit, in it, or after it. */
function mortal(wallet: MobileMoney): MobileMoney {
  const { dieAt } = settings;
  if (!dieAt) return wallet;
  let paid = 0;
  return {
    ...wallet,
    query: async (orderId, signal) => {
      const outcome = await wallet.query(orderId, signal);
      const isPaid = outcome.kind === 'found' && outcome.status === 'completed';
      if (isPaid && ++paid === dieAt.paid) setTimeout(() => process.kill(process.pid, 'SIGKILL'), dieAt.afterMs);
      return outcome;
    },
  };
}

async function act(sms: Sms, request: TillRequest): Promise<TillAnswer> {
  switch (request.kind) {
    case 'pay': {
      const { accountId, credits, phone, key } = request;
      const idempotency = { key, fingerprint: `${credits} ${phone}` };
      const { payment } = await sms.payments.create(accountId, { credits, phone }, { idempotency });
      return { kind: 'paying', paymentId: payment.id };
    }
    case 'send':
      await sms.send(request.accountId, { to: request.to, message: 'Habari' });
      return { kind: 'done' };
    case 'top up':
      await sms.accounts.topUp(request.accountId, request.credits, request.reference);
      return { kind: 'done' };
    case 'callback': {
      const { key, apiKey, body } = request;
      const headers = { 'x-api-key': apiKey };
      const readBody = (): Promise<unknown> => Promise.resolve(body);
      return { kind: 'replied', reply: await sms.payments.callback({ wallet: 'zenopay', key, headers, readBody }) };
    }
    case 'stop':
      await sms.stop();
      return { kind: 'done' };
  }
}

async function answer(sms: Sms, request: TillRequest): Promise<TillAnswer> {
  try {
    return await act(sms, request);
  } catch (error) {
    if (error instanceof SmsError) return { kind: 'refused', code: error.code };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function work(): Promise<void> {
  const { walletUrl, apiKey, apiUrl, aheadMs, database } = settings;
  const wallet = mortal(zenoPay({ apiKey, url: walletUrl, startTimeoutMs: 5_000 }));
  const sms = await createSms({
    database,
    transports: [simulator({ delayMs: 10 })],
    payments: {
      wallets: [wallet],
      apiUrl,
      buyerEmail: 'till@example.com',
      leastCredits: 1,
      schedule: { soonEveryMs: 300, laterEveryMs: 1_000, expireAfterMs: 600_000 },
    },
    ports: { clock: { now: () => Date.now() + aheadMs } },
    ...(process.env.FAULTS_LOG === undefined ? {} : { logger: consoleLogger }),
  });
  process.on('message', (message: ToTill) => {
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

// A till never outlives its test, however that ends.
process.on('disconnect', () => process.exit());
work().catch((error: unknown) => {
  console.error('A till could not start:', error);
  process.exit(1);
});
