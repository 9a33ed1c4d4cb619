import type { ApiResponse, OpenEndpoint } from '../endpoint.js';

const receive: OpenEndpoint = {
  method: 'POST',
  path: '/payments/callbacks/{wallet}/{key}',
  summary: 'A wallet says that something happened to a payment; it is asked what',
  scope: null,
  async handle(request, sms): Promise<ApiResponse> {
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
};

export const paymentCallbackEndpoints: readonly OpenEndpoint[] = [receive];
