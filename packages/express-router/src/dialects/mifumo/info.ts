import type { LimitState } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { timeView } from './fields.js';
import { contactOperations, messages, requests } from './limits.js';
import type { Settings } from './settings.js';

const version = '1.0.0';

/** Source: contracts/mifumo.md §3.5. */
const status = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/status',
    summary: 'Tell that the API answers',
    credential: null,
    handle: () =>
      Promise.resolve(
        answer(settings, 'public', {
          message: 'API is operational',
          data: { status: 'active', version, timestamp: timeView(Date.now()) },
        }),
      ),
  });

const info = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/info',
    summary: 'Get whose the key is, and how its limits stand',
    permission: 'read',
    async handle(request, sms) {
      const { id, name } = await sms.accounts.get(request.access.accountId);
      // Taking nothing tells how a limit stands.
      const [minute, hour, contacts] = await Promise.all(
        [messages, requests, contactOperations].map((policy) => request.take(policy, { weight: 0 })),
      );
      return answer(settings, request, {
        message: 'API information retrieved successfully',
        data: {
          account_id: id,
          account_name: name,
          rate_limits: {
            minute: limitView(minute),
            hour: limitView(hour),
            // None is published for a day.
            day: limitView(undefined),
            contacts: limitView(contacts),
          },
          api_version: version,
          endpoints: {
            sms: '/api/integration/v1/sms/',
            contacts: '/api/integration/v1/contacts/',
            campaigns: '/api/integration/v1/campaigns/',
            templates: '/api/integration/v1/templates/',
          },
        },
      });
    },
  });

/** Nulls where the host has lifted the limit. */
const limitView = (state: LimitState | undefined): object => ({
  used: state ? state.limit - state.remaining : null,
  limit: state?.limit ?? null,
  remaining: state?.remaining ?? null,
});

export const infoEndpoints = (settings: Settings): Endpoint[] => [status(settings), info(settings)];
