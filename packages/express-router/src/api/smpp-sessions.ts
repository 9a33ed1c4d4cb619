import type { EsmeSessionView } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';

const list = endpoint({
  method: 'GET',
  path: '/smpp/sessions',
  summary: 'List the SMPP sessions the account has open, with their rates and windows',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    return success({
      items: sms.esme.sessions(accountId).map(sessionView),
      // Receipts and messages from handsets that nobody is bound to hear, or that wait for room in a window.
      waiting: await sms.esme.waiting(accountId),
    });
  },
});

const sessionView = (session: EsmeSessionView): object => ({
  id: session.id,
  bind: session.bind,
  remote_address: session.remoteAddress,
  tls: session.tls,
  bound_at: new Date(session.boundAt).toISOString(),
  segments_per_second: session.segmentsPerSecond,
  window_in_flight: session.windowInFlight,
  unanswered: session.unanswered,
  submitted: session.submitted,
  refused: session.refused,
  told: session.told,
});

export const smppSessionEndpoints: readonly Endpoint[] = [list];
