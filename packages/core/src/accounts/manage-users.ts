import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { parseMsisdn } from '../numbers/msisdn.js';
import { CommitConflict, type Clock, type Database, type Ids, type Statement } from '../runtime.js';
import { bumpFamilyVersions, findAccount } from './account.store.js';
import type { CheckLogin } from './check-login.js';
import { manageSessions } from './manage-sessions.js';
import type { Jwts } from './jwt.js';
import { hashPassword } from './password.js';
import { checkEmail, checkPassword, checkUsername, loginOf, type NewUser, type User, type Users } from './user.js';
import {
  findUser,
  findUserByLogin,
  insertUser,
  listUsers,
  noteLogIn,
  replacePassword,
  takenName,
  updateUser,
} from './user.store.js';

export interface UserDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  jwts: () => Jwts;
  checkLogin: CheckLogin;
}

const maxUsers = 200;
const maxProfile = 8_192;

/** A user as it is stored first. */
export function newUser(
  ids: Ids,
  account: { id: string; country: string },
  wanted: Omit<NewUser, 'password'>,
  nowMs: number,
): User {
  const { email, phone, username } = wanted;
  if (email === undefined && phone === undefined && username === undefined) {
    throw new SmsError('invalid_request', 'a user needs an email, a phone or a username to log in with');
  }
  return {
    id: ids.next(),
    accountId: account.id,
    email: email === undefined ? null : checkEmail(email),
    phone: phone === undefined ? null : parseMsisdn(phone, account.country),
    username: username === undefined ? null : checkUsername(username),
    firstName: checkWord(wanted.firstName ?? null),
    lastName: checkWord(wanted.lastName ?? null),
    role: wanted.role ?? 'owner',
    state: wanted.state ?? 'active',
    profile: checkProfile(wanted.profile ?? {}),
    version: 1,
    lastLoginAt: null,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}

/** Another user's name is a conflict, whoever took it in the meantime. */
export async function asNameTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const name = error instanceof CommitConflict ? takenName(error.on) : undefined;
    if (name === undefined) throw error;
    throw new SmsError('conflict', `a user with this ${name} already exists`, { details: { field: name } });
  }
}

export function manageUsers(deps: UserDeps): Users {
  const { database, clock, ids, checkLogin } = deps;
  const sessions = manageSessions(deps);

  const get = async (userId: string): Promise<User> => {
    const stored = isUuid(userId) ? await database.read((tx) => findUser(tx, userId)) : undefined;
    if (!stored) throw new SmsError('not_found', 'user not found');
    return stored.user;
  };

  const commit = (statements: readonly Statement[]): Promise<void> => asNameTaken(() => database.commit(statements));

  const setPassword = async (user: User, password: string): Promise<void> => {
    const hash = await hashPassword(checkPassword(password), 'chosen');
    await database.commit([replacePassword(user.id, hash, clock.now()), bumpFamilyVersions(user.accountId)]);
  };

  return {
    async create(accountId, wanted) {
      const [account, users] = await database.read(async (tx) => [
        await findAccount(tx, accountId),
        await listUsers(tx, accountId),
      ]);
      if (!account) throw new SmsError('not_found', 'account not found');
      if (users.length >= maxUsers) throw new SmsError('conflict', `an account has at most ${maxUsers} users`);
      const user = newUser(ids, account, wanted, clock.now());
      await commit([insertUser(user, await hashPassword(checkPassword(wanted.password), 'chosen'))]);
      return user;
    },

    get,
    find: async (login) => (await database.read((tx) => findUserByLogin(tx, loginOf(login))))?.user,
    list: (accountId) => database.read((tx) => listUsers(tx, accountId)),

    async update(userId, changes) {
      const before = await get(userId);
      const { country } = (await database.read((tx) => findAccount(tx, before.accountId))) ?? { country: '' };
      const { email, phone, firstName, lastName, state, profile } = changes;
      const user: User = {
        ...before,
        ...(email === undefined ? {} : { email: email === null ? null : checkEmail(email) }),
        ...(phone === undefined ? {} : { phone: phone === null ? null : parseMsisdn(phone, country) }),
        ...(firstName === undefined ? {} : { firstName: checkWord(firstName) }),
        ...(lastName === undefined ? {} : { lastName: checkWord(lastName) }),
        ...(state === undefined ? {} : { state }),
        ...(profile === undefined ? {} : { profile: checkProfile(profile) }),
        updatedAt: clock.now(),
      };
      if (user.email === null && user.phone === null && user.username === null) {
        throw new SmsError('invalid_request', 'a user needs an email, a phone or a username to log in with');
      }
      await commit([updateUser(user), ...(state === undefined ? [] : [bumpFamilyVersions(user.accountId)])]);
      return user;
    },

    async changePassword(userId, { former, next, address }) {
      const user = await get(userId);
      const login = user.email ?? user.username ?? user.phone ?? '';
      await checkLogin.check({ login, password: former, address });
      await setPassword(user, next);
    },

    setPassword: async (userId, password) => setPassword(await get(userId), password),

    async logIn(shown, life) {
      const user = await checkLogin.check(shown);
      if (user.state !== 'active') {
        throw new SmsError('conflict', `this user is ${user.state}`, { details: { state: user.state } });
      }
      const nowMs = clock.now();
      const tokens = await sessions.open(user, life);
      await database.commit([noteLogIn(user.id, nowMs)]);
      return { user: { ...user, lastLoginAt: nowMs }, tokens };
    },

    openSession: async (userId, life) => sessions.open(await get(userId), life),
    refresh: (refreshToken, life) => sessions.refresh(refreshToken, life),
    logOut: (sessionId) => sessions.end(sessionId),
  };
}

function checkWord(word: string | null): string | null {
  if (word !== null && (word.length > 100 || word.includes('\0'))) {
    throw new SmsError('invalid_request', 'a name must be text of at most 100 characters');
  }
  return word;
}

function checkProfile(profile: User['profile']): User['profile'] {
  if (JSON.stringify(profile).length > maxProfile) throw new SmsError('invalid_request', 'the profile is too large');
  return profile;
}
