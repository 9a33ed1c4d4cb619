import { endpoint, type Endpoint } from '../endpoint.js';

const receive = endpoint({
  method: 'POST',
  path: '/payments/callbacks/{wallet}/{key}',
  summary: 'A wallet says that something happened to a payment; it is asked what',
  // It has no token of ours, and proves itself in its own way, before its body is read.
  credential: null,
  async handle(request, sms) {
    const { params, headers } = request;
    const { wallet = '', key = '' } = params;
    const { status, body } = await sms.payments.callback({
      wallet,
      key,
      headers,
      // What is no JSON names no order; the wallet hears so in its own words.
      readBody: () => request.readBody().catch(() => undefined),
    });
    return { status, body: JSON.stringify(body) };
  },
});

export const paymentCallbackEndpoints: readonly Endpoint[] = [receive];
