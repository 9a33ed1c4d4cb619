import { createSms, simulator, zenoPay, type MobileMoney, type Sms } from '@ujumbe/core';
import { answerTest, faultsLogger } from '../support/answer-test.js';
import type { TillAnswer, TillRequest, TillSettings } from './till-messages.js';

/** Dies while what it has just heard is being settled: before the commit, in it, or after it. */
function mortal(wallet: MobileMoney, dieAt: TillSettings['dieAt']): MobileMoney {
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

/** A process with a platform in it that takes payments. */
function open({ walletUrl, apiKey, apiUrl, aheadMs, dieAt, database }: TillSettings): Promise<Sms> {
  const wallet = mortal(zenoPay({ apiKey, url: walletUrl, startTimeoutMs: 5_000 }), dieAt);
  return createSms({
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
    ...faultsLogger,
  });
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
    case 'send campaign':
      await sms.campaigns.send(request.accountId, request.campaignId, { fundedBy: { phone: request.phone } });
      return { kind: 'done' };
    case 'top up':
      await sms.accounts.topUp(request.accountId, request.credits, request.reference);
      return { kind: 'done' };
    case 'open': {
      const { account } = await sms.accounts.open({
        ...{ name: 'Duka', country: 'TZ', currency: 'TZS', sender: 'DUKA' },
        credits: request.credits,
      });
      return { kind: 'opened', accountId: account.id };
    }
    case 'callback': {
      const { key, apiKey, body } = request;
      const headers = { 'x-api-key': apiKey };
      const readBody = (): Promise<unknown> => Promise.resolve(body);
      return { kind: 'replied', reply: await sms.payments.callback({ wallet: 'zenopay', key, headers, readBody }) };
    }
  }
}

answerTest(open, act);
