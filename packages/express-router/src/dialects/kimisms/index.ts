import { dialect, type Dialect } from '../../dialect.js';
import { say } from '../rest-framework.js';
import { readCredential } from './credentials.js';
import { errors, refusals, renderError } from './errors.js';
import { generateToken } from './generate-token.js';
import { sendSms } from './send-sms.js';

export interface KimismsOptions {
  /** Refuses plain HTTP as the vendor does; needs the host's `trust proxy` where TLS ends before it. */
  requireHttps?: boolean;
  /** What is said to carry the messages. */
  provider?: string;
}

/** KIMISMS Bulk SMS; source: contracts/kimisms.md. */
export const kimisms = ({ requireHttps = false, provider = 'Swift' }: KimismsOptions = {}): Dialect =>
  dialect({
    name: 'kimisms',
    prefix: '/api',
    owns: [],
    endpoints: [generateToken, sendSms(provider)],
    credential: readCredential,
    emptyBody: {},
    requireHttps,
    errors,
    refusals,
    renderError,
    say,
    limits: [],
  });
