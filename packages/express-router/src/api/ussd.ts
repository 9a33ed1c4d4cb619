import type { UssdCode, UssdExtension } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { timeView } from './fields.js';

const codeView = ({ id, code, status, createdAt }: UssdCode): object => ({
  uuid: id,
  code,
  status,
  created_at: timeView(createdAt),
});

const extensionView = ({ id, codeId, code, extension, status }: UssdExtension): object => ({
  uuid: id,
  code_uuid: codeId,
  code,
  extension,
  status,
});

const codes = endpoint({
  method: 'GET',
  path: '/ussd/codes',
  summary: 'List USSD codes, newest first',
  scope: 'ussd',
  async handle({ access }, sms) {
    return success((await sms.ussd.codes(access.accountId)).map(codeView));
  },
});

const extensions = endpoint({
  method: 'GET',
  path: '/ussd/extensions',
  summary: 'List extensions of shared USSD codes, newest first',
  scope: 'ussd',
  async handle({ access }, sms) {
    return success((await sms.ussd.extensions(access.accountId)).map(extensionView));
  },
});

export const ussdEndpoints: readonly Endpoint[] = [codes, extensions];
