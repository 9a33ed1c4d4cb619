import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';

const list = endpoint({
  method: 'GET',
  path: '/sender-ids',
  summary: 'List sender IDs with how far their approval has come',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    const [senders, { defaultSenderId }] = await Promise.all([
      sms.accounts.senders(accountId),
      sms.accounts.get(accountId),
    ]);
    return success(
      senders.map(({ id, name, state }) => ({ uuid: id, name, state, is_default: id === defaultSenderId })),
    );
  },
});

export const senderIdEndpoints: readonly Endpoint[] = [list];
