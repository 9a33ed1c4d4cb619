import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { User } from './user.js';

interface UserRow {
  id: string;
  account_id: string;
  email: string | null;
  phone: string | null;
  username: string | null;
  password_hash: string;
  first_name: string | null;
  last_name: string | null;
  role: string;
  state: User['state'];
  profile: string;
  version: number;
  last_login_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface StoredUser {
  user: User;
  passwordHash: string;
}

const userOf = (row: UserRow): User => ({
  id: row.id,
  accountId: row.account_id,
  email: row.email,
  phone: row.phone,
  username: row.username,
  firstName: row.first_name,
  lastName: row.last_name,
  role: row.role,
  state: row.state,
  profile: JSON.parse(row.profile) as User['profile'],
  version: row.version,
  lastLoginAt: row.last_login_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const storedOf = (row: UserRow | undefined): StoredUser | undefined =>
  row && { user: userOf(row), passwordHash: row.password_hash };

/** The columns whose values nobody else may have, by the name of what a customer gave. */
export const uniqueNames = ['email', 'phone', 'username'] as const;

/** Which name is taken, by the constraint a commit was undone for; databases name it differently, the column alike. */
export const takenName = (conflictOn: string): string | undefined =>
  conflictOn.includes('sms_users') ? uniqueNames.find((name) => conflictOn.includes(name)) : undefined;

export function insertUser(user: User, passwordHash: string): Statement {
  return {
    sql: `INSERT INTO sms_users (id, account_id, email, phone, username, password_hash, first_name, last_name, role, state,
            profile, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      ...[user.id, user.accountId, user.email, user.phone, user.username, passwordHash, user.firstName, user.lastName],
      ...[user.role, user.state, JSON.stringify(user.profile), user.version, user.createdAt, user.updatedAt],
    ],
  };
}

export async function findUser(tx: Transaction, id: string): Promise<StoredUser | undefined> {
  return storedOf(await selectOne<UserRow>(tx, 'SELECT * FROM sms_users WHERE id = ?', [id]));
}

export async function findUserByLogin(
  tx: Transaction,
  login: { email: string } | { username: string } | { phone: string },
): Promise<StoredUser | undefined> {
  const [column, value] =
    'email' in login
      ? ['email', login.email]
      : 'phone' in login
        ? ['phone', login.phone]
        : ['username', login.username];
  return storedOf(await selectOne<UserRow>(tx, `SELECT * FROM sms_users WHERE ${column} = ?`, [value]));
}

export async function listUsers(tx: Transaction, accountId: string): Promise<User[]> {
  const rows = await select<UserRow>(tx, 'SELECT * FROM sms_users WHERE account_id = ? ORDER BY id', [accountId]);
  return rows.map(userOf);
}

export function updateUser(user: User): Statement {
  return {
    sql: `UPDATE sms_users SET email = ?, phone = ?, first_name = ?, last_name = ?, state = ?, profile = ?, updated_at = ?
          WHERE id = ?`,
    bindings: [
      ...[user.email, user.phone, user.firstName, user.lastName, user.state],
      ...[JSON.stringify(user.profile), user.updatedAt, user.id],
    ],
  };
}

/** Gives a user another password, which ends the sessions of the one before. */
export function replacePassword(userId: string, passwordHash: string, nowMs: number): Statement {
  return {
    sql: 'UPDATE sms_users SET password_hash = ?, version = version + 1, updated_at = ? WHERE id = ?',
    bindings: [passwordHash, nowMs, userId],
  };
}

export function noteLogIn(userId: string, nowMs: number): Statement {
  return { sql: 'UPDATE sms_users SET last_login_at = ? WHERE id = ?', bindings: [nowMs, userId] };
}
