import type { Authenticator } from '../accounts/authenticate.js';
import { hashPassword, isPassword, nobodysHash } from '../accounts/password.js';
import { looksLikeToken } from '../accounts/token.js';
import { SmsError } from '../errors.js';
import type { Clock, Database, Statement } from '../runtime.js';
import type { EsmeLogin, EsmeSettings } from './esme.js';
import { findLogin, noteBind, setPassword, setSettings, versionsOf, type StoredLogin } from './login.store.js';
import { generatePassword } from './smpp-password.js';

export interface LoginDeps {
  database: Database;
  clock: Clock;
  authenticator: Authenticator;
}

const refused = (): SmsError => new SmsError('unauthenticated', 'unknown system_id or wrong password');

/** As `EsmeApi.authenticate`. */
export async function authenticateEsme(deps: LoginDeps, teamCode: string, password: string): Promise<EsmeLogin> {
  const { database, authenticator } = deps;
  const stored = await database.read((tx) => findLogin(tx, { teamCode }));
  if (looksLikeToken(password)) {
    const access = await authenticator.authenticate({ kind: 'token', raw: password, forms: ['mbs'] });
    if (access.accountId !== stored?.accountId) throw refused();
    if (!access.scopes.includes('messages')) {
      throw new SmsError('scope_missing', 'this token lacks the scope messages');
    }
    return loginOf(stored, access);
  }
  const isRight = await isPassword(password, stored?.passwordHash ?? nobodysHash('drawn'));
  if (!stored || !isRight) throw refused();
  return loginOf(stored, null);
}

/** As `EsmeApi.refresh`: the account is still active and what it bound with still good. */
export async function refreshLogin(deps: LoginDeps, login: EsmeLogin): Promise<EsmeLogin> {
  const { database, authenticator } = deps;
  const access = login.access && (await authenticator.refresh(login.access));
  const stored = await database.read((tx) => findLogin(tx, { accountId: login.accountId }));
  if (!stored) throw refused();
  const [, passwordVersion] = login.version.split('.');
  // The password is known only as a hash: when it, or a setting, has changed, the ESME has to bind again.
  if (access === null && stored.version.split('.')[1] !== passwordVersion) throw refused();
  return loginOf(stored, access);
}

/** As `EsmeApi.outdated`. */
export async function outdatedLogins({ database }: LoginDeps, logins: readonly EsmeLogin[]): Promise<EsmeLogin[]> {
  if (logins.length === 0) return [];
  const accountIds = [...new Set(logins.map(({ accountId }) => accountId))];
  const versions = await database.read((tx) => versionsOf(tx, accountIds));
  return logins.filter(({ accountId, version }) => versions.get(accountId) !== version);
}

/** The statement that gives a new account its first password, and the password. */
export async function firstPassword(
  accountId: string,
  nowMs: number,
): Promise<{ statement: Statement; password: string }> {
  const password = generatePassword();
  return { password, statement: setPassword(accountId, await hashPassword(password, 'drawn'), nowMs) };
}

/** As `EsmeApi.rotatePassword`. */
export async function rotatePassword({ database, clock }: LoginDeps, accountId: string): Promise<string> {
  await loginOfAccount(database, accountId);
  const { password, statement } = await firstPassword(accountId, clock.now());
  await database.commit([statement]);
  return password;
}

/** As `EsmeApi.settings`. */
export async function esmeSettings(
  { database }: Pick<LoginDeps, 'database'>,
  accountId: string,
): Promise<EsmeSettings> {
  return (await loginOfAccount(database, accountId)).settings;
}

/** As `EsmeApi.configure`. */
export async function configureEsme(
  { database, clock }: LoginDeps,
  accountId: string,
  changes: Partial<EsmeSettings>,
): Promise<EsmeSettings> {
  const { settings } = await loginOfAccount(database, accountId);
  const changed = checkSettings({ ...settings, ...changes });
  await database.commit([setSettings(accountId, changed, clock.now())]);
  return changed;
}

/** As `EsmeApi.bound`. */
export async function noteBound({ database, clock }: LoginDeps, accountId: string): Promise<void> {
  await database.commit([noteBind(accountId, clock.now())]);
}

async function loginOfAccount(database: Database, accountId: string): Promise<StoredLogin> {
  const stored = await database.read((tx) => findLogin(tx, { accountId }));
  if (!stored) throw new SmsError('not_found', 'account not found');
  return stored;
}

function loginOf(stored: StoredLogin, access: EsmeLogin['access']): EsmeLogin {
  if (!stored.isActive) {
    throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
  }
  const { accountId, teamCode, country, settings, version } = stored;
  return { accountId, teamCode, country, settings, access, version };
}

const maxAddresses = 100;
const maxRate = 100_000;
const maxSessions = 1_000;
const addressForm = /^[0-9a-fA-F:.]{2,45}(?:\/\d{1,3})?$/;

function checkSettings(settings: EsmeSettings): EsmeSettings {
  const { addresses, segmentsPerSecond, maxSessions: sessions } = settings;
  if (addresses.length > maxAddresses || addresses.some((address) => !addressForm.test(address))) {
    throw new SmsError('invalid_request', `addresses are at most ${maxAddresses} IP addresses or CIDR ranges`);
  }
  if (segmentsPerSecond !== null && !isWithin(segmentsPerSecond, maxRate)) {
    throw new SmsError('invalid_request', `segments per second must be from 1 to ${maxRate}`);
  }
  if (sessions !== null && !isWithin(sessions, maxSessions)) {
    throw new SmsError('invalid_request', `sessions must be from 1 to ${maxSessions}`);
  }
  return settings;
}

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
