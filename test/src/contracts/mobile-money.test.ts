import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simulatedWallet, zenoPay, type MobileMoney, type WalletOrder } from '@ujumbe/core';
import { createSimulatedZenoPay } from 'ujumbe';
import { mobileMoneySuite, never } from './mobile-money-suite.js';

const apiKey = 'a-key-of-tests';
const delayMs = 40;
const slowMs = 400;

async function serving(
  listener: RequestListener,
): Promise<{ server: Server; url: string; close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('the simulated wallet in the process', () => {
  mobileMoneySuite(() => {
    const wallet = simulatedWallet({ delayMs, slowMs });
    const calledBack: string[] = [];
    let placed = 0;
    wallet.onHint?.((orderId) => {
      calledBack.push(orderId);
      return Promise.resolve();
    });
    const counted: MobileMoney = {
      ...wallet,
      start: async (order, signal) => {
        const outcome = await wallet.start(order, signal);
        if (outcome.kind === 'accepted') placed++;
        return outcome;
      },
    };
    return Promise.resolve({
      wallet: counted,
      callbackUrl: undefined,
      calledBack: () => calledBack,
      placed: () => placed,
      close: async () => wallet.close?.(),
    });
  });
});

describe('ZenoPay', () => {
  describe('over the simulated wallet’s HTTP', () => {
    mobileMoneySuite(async () => {
      const simulated = createSimulatedZenoPay({ apiKey, delayMs, slowMs });
      const url = `http://127.0.0.1:${await simulated.start()}`;
      const wallet = zenoPay({ apiKey, url, startTimeoutMs: 5_000 });
      const calledBack: string[] = [];
      const receiver = await serving((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const named = wallet.parseCallback(JSON.parse(Buffer.concat(chunks).toString()));
          const admitted = wallet.admitsCallback(request.headers);
          if (named && admitted) calledBack.push(named.orderId);
          response.writeHead(admitted ? 200 : 401).end();
        });
      });
      return {
        wallet,
        callbackUrl: receiver.url,
        calledBack: () => calledBack,
        placed: () => simulated.placed(),
        close: async () => {
          await wallet.close?.();
          await simulated.stop();
          await receiver.close();
        },
      };
    });
  });

  describe('and what a wallet may answer', () => {
    const order = (): WalletOrder => ({
      orderId: 'order-1',
      amount: 100_000,
      payer: '+255744963858',
      buyerName: 'Asha Juma',
      buyerEmail: 'asha@example.com',
    });
    let answer: { status: number; body: string } | 'silence' = 'silence';
    let asked: { method: string; url: string; key: unknown; body: string }[] = [];
    let close: () => Promise<void>;
    let wallet: MobileMoney;

    before(async () => {
      const served = await serving((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { method = '', url = '', headers } = request;
          asked.push({ method, url, key: headers['x-api-key'], body: Buffer.concat(chunks).toString() });
          if (answer === 'silence') return;
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
        });
      });
      wallet = zenoPay({ apiKey, url: `${served.url}/`, startTimeoutMs: 150, queryTimeoutMs: 150 });
      close = served.close;
    });
    beforeEach(() => (asked = []));
    after(async () => {
      await wallet.close?.();
      await close();
    });

    const startKind = async (status: number, body: object | string): Promise<string> => {
      answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
      return (await wallet.start(order(), never)).kind;
    };

    it('is asked with the vendor’s fields, whole shillings and the number as it wants it', async () => {
      answer = { status: 200, body: '{"status":"success","resultcode":"000"}' };
      const callbackUrl = 'https://sms.example.com/api/v1/payments/callbacks/zenopay/k';
      await wallet.start({ ...order(), provider: 'vodacom', callbackUrl }, never);
      await wallet.query('order 1', never);
      assert.deepEqual(
        asked.map(({ method, url, key }) => [method, url, key]),
        [
          ['POST', '/api/payments/mobile_money_tanzania', apiKey],
          ['GET', '/api/payments/order-status?order_id=order%201', apiKey],
        ],
      );
      assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), {
        order_id: 'order-1',
        buyer_email: 'asha@example.com',
        buyer_name: 'Asha Juma',
        buyer_phone: '0744963858',
        amount: 1_000,
        webhook_url: callbackUrl,
        mobile_money_provider: 'vodacom',
      });
    });

    it('counts a start as refused only when that is certain', async () => {
      assert.equal(await startKind(200, { status: 'success', resultcode: '000' }), 'accepted');
      assert.equal(await startKind(200, { status: 'error', message: 'Invalid phone' }), 'refused');
      assert.equal(await startKind(403, { status: 'error', message: 'Invalid API Key or request payload' }), 'refused');
      assert.equal(await startKind(400, '<html>'), 'refused');
      assert.equal(await startKind(429, '{}'), 'refused');
      assert.equal(await startKind(302, ''), 'refused');
      assert.equal(await startKind(200, '<html>'), 'unknown');
      assert.equal(await startKind(200, {}), 'unknown');
      assert.equal(await startKind(408, '{}'), 'unknown');
      assert.equal(await startKind(502, 'Bad Gateway'), 'unknown');
      assert.equal(await startKind(500, { status: 'error', message: 'oops' }), 'unknown');
      answer = 'silence';
      assert.equal((await wallet.start(order(), never)).kind, 'unknown');
    });

    it('knows that nobody was asked where nobody listens', async () => {
      const gone = await serving(() => undefined);
      await gone.close();
      const unreachable = zenoPay({ apiKey, url: gone.url });
      const outcome = await unreachable.start(order(), never);
      assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['refused', 'upstream_unavailable']);
      assert.equal((await unreachable.query('order-1', never)).kind, 'unknown');
      await unreachable.close?.();
    });

    const found = async (body: object, status = 200): Promise<unknown> => {
      answer = { status, body: JSON.stringify(body) };
      const outcome = await wallet.query('order-1', never);
      return outcome.kind === 'found' ? [outcome.status, outcome.amount] : outcome.kind;
    };
    const one = (changes: object = {}): object => ({
      result: 'SUCCESS',
      data: [{ order_id: 'order-1', amount: '1000', payment_status: 'COMPLETED', ...changes }],
    });

    it('reads a status only of that order, with an amount that is one', async () => {
      assert.deepEqual(await found(one()), ['completed', 100_000]);
      assert.deepEqual(await found(one({ amount: '1000.00' })), ['completed', 100_000]);
      assert.deepEqual(await found(one({ amount: 1_000 })), ['completed', 100_000]);
      assert.deepEqual(await found(one({ amount: '1e3' })), ['completed', null]);
      assert.deepEqual(await found(one({ amount: '-1000' })), ['completed', null]);
      assert.deepEqual(await found(one({ amount: null })), ['completed', null]);
      assert.deepEqual(await found(one({ payment_status: 'FAILED' })), ['failed', 100_000]);
      assert.deepEqual(await found(one({ payment_status: 'CANCELLED' })), ['cancelled', 100_000]);
      assert.deepEqual(await found(one({ payment_status: 'PENDING' })), ['pending', 100_000]);
      assert.deepEqual(await found(one({ payment_status: 'SOMETHING NEW' })), ['pending', 100_000]);
      assert.equal(await found(one({ order_id: 'order-2' })), 'unknown');
    });

    it('believes no look-up that failed', async () => {
      assert.equal(await found({ ...one(), result: 'FAIL' }), 'unknown');
      assert.equal(await found({ ...one(), result: undefined }), 'unknown');
      assert.equal(await found(one(), 500), 'unknown');
      assert.equal(await found({ result: 'SUCCESS', data: [] }), 'not_found');
      assert.equal(await found({ status: 'error', message: 'Order not found' }, 404), 'not_found');
      assert.equal(await found({ status: 'error', message: 'Order not found' }), 'not_found');
      assert.equal(await found({ result: 'SUCCESS', data: 'x' }), 'unknown');
      assert.equal(await found([]), 'unknown');
      answer = 'silence';
      assert.equal((await wallet.query('order-1', never)).kind, 'unknown');
    });

    it('admits the key alone', () => {
      assert.equal(wallet.admitsCallback({ 'x-api-key': apiKey }), true);
      assert.equal(wallet.admitsCallback({ 'x-api-key': `${apiKey} ` }), false);
      assert.equal(wallet.admitsCallback({ 'x-api-key': [apiKey, apiKey] }), false);
    });

    it('says what is wrong with its options', () => {
      for (const options of [
        { apiKey: '' },
        { apiKey: 'with space in it' },
        { apiKey, url: 'zenoapi.com' },
        { apiKey, url: 'ftp://zenoapi.com' },
        { apiKey, url: 'https://user:pass@zenoapi.com' },
      ]) {
        assert.throws(() => zenoPay(options), { code: 'invalid_request' });
      }
      assert.doesNotThrow(() => zenoPay({ apiKey: randomUUID() }));
    });
  });
});
