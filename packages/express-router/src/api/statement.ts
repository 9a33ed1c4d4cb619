import type { Movement, StatementBalance, StatementPage } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsView, text, time, wholeNumber } from './fields.js';
import { statementCsv } from './statement-csv.js';

const balanceView = ({ available, held }: StatementBalance): object => ({
  available: creditsView(available),
  held: creditsView(held),
});

const exactTime = (ms: number): string => new Date(ms).toISOString();

const movementView = (movement: Movement): object => ({
  at: exactTime(movement.at),
  kind: movement.kind,
  amount: creditsView(movement.amount),
  available_change: creditsView(movement.availableChange),
  held_change: creditsView(movement.heldChange),
  balance: balanceView(movement.balance),
  message_uuid: movement.messageId,
  campaign_uuid: movement.campaignId,
  payment_uuid: movement.paymentId,
  tenant_uuid: movement.tenantId,
  reference: movement.subjectId,
});

const period = { from: time.optional(), to: time.optional() };

const get = endpoint({
  method: 'GET',
  path: '/statement',
  summary: 'What happened to the credits in a time: opening balance, every movement, closing balance',
  scope: 'reports',
  query: z.strictObject({ ...period, after: text(500).optional(), limit: wholeNumber(1, 1_000).default(100) }),
  async handle({ query, access }, sms) {
    const page: StatementPage = await sms.statements.page(access.accountId, query);
    return success({
      from: exactTime(page.from),
      to: exactTime(page.to),
      opening: balanceView(page.opening),
      items: page.movements.map(movementView),
      closing: balanceView(page.closing),
      cursor: page.cursor,
    });
  },
});

const exported = endpoint({
  method: 'GET',
  path: '/statement/export',
  summary: 'The whole statement of a time as CSV',
  scope: 'reports',
  query: z.strictObject(period),
  async handle({ query, access }, sms) {
    const pages = sms.statements.walk(access.accountId, query);
    // The first stretch is read here, where there is still a status to refuse with.
    const first = await pages.next();
    return {
      status: 200,
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="statement.csv"',
        'cache-control': 'no-store',
      },
      body: statementCsv(first.done === true ? undefined : first.value, pages),
    };
  },
});

export const statementEndpoints: readonly Endpoint[] = [get, exported];
