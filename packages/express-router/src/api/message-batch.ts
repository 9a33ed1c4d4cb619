import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { successOnce } from '../envelope.js';
import { batchView } from './message-view.js';
import { commandOf, itemFields, keyOf, sendFields } from './send-command.js';

const sendBatch = endpoint({
  method: 'POST',
  path: '/messages/batch',
  summary: 'Send up to 1,000 messages; each row is accepted or refused by itself',
  scope: 'messages',
  cachedToken: true,
  body: z.strictObject({ messages: z.array(z.strictObject(itemFields)).min(1), ...sendFields }),
  async handle(request, sms) {
    const { body, access } = request;
    const { replayed, ...result } = await sms.messages.send(access, commandOf(body.messages, body), {
      ...keyOf(request),
      partial: true,
    });
    return successOnce(
      batchView(
        result,
        body.messages.map((row) => row.client_ref),
      ),
      replayed,
    );
  },
});

export const messageBatchEndpoints: readonly Endpoint[] = [sendBatch];
