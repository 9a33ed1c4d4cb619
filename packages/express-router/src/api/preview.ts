import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsView, text } from './fields.js';

/** Far more than can be sent in one message, and still explained in a moment. */
const longestText = 20_000;

const preview = endpoint({
  method: 'POST',
  path: '/preview',
  summary: 'Tell what a text takes and costs, and which characters make it dearer',
  scope: 'messages',
  body: z.strictObject({ message: text(longestText), to: z.string().min(1).optional() }),
  async handle({ body, access }, sms) {
    if (body.message === '') throw new SmsError('message_empty', 'message is required');
    const found = await sms.messages.preview(access.accountId, body.message, body.to);
    return success({
      encoding: found.encoding,
      units: found.units,
      parts: found.segments,
      cost: creditsView(found.cost),
      culprits: found.culprits,
      gsm7: found.gsm7 && { message: found.gsm7.text, parts: found.gsm7.segments },
      saved: { parts: Math.max(0, found.segmentsSaved), cost: creditsView(found.costSaved) },
    });
  },
});

export const previewEndpoints: readonly Endpoint[] = [preview];
