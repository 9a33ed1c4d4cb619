import { dialect, type Dialect } from '../../dialect.js';
import { readCredential } from './credentials.js';
import { errors, refusals, renderError, say } from './errors.js';
import { lookUpEndpoints } from './look-up.js';
import { sendEndpoints } from './send.js';

/**
 * Mobile Sasa's former API, which every public client of that vendor speaks. Source: contracts/mobilesasa.md, appendix L.
 */
export const mobilesasaLegacy = (): Dialect =>
  dialect({
    name: 'mobilesasa-legacy',
    prefix: '',
    owns: [],
    endpoints: [...sendEndpoints, ...lookUpEndpoints],
    credential: readCredential,
    bodyTypes: ['json', 'form', 'multipart'],
    emptyBody: {},
    errors,
    refusals,
    renderError,
    say,
    limits: [],
  });
