import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { TokenService } from '../../../src/domains/identity/token.service.js';
import { SecretBox, generateSecretKey } from '../../../src/kernel/secrets.js';
import { uniqueName } from '../../support/people.js';
import { ADMIN, type TestServer } from '../../support/server.js';

/** The key of servers on which `newSession` is used. */
export const SECRET_KEY = generateSecretKey();

const HOUR = 3_600_000;
const box = new SecretBox(SECRET_KEY);
const tokens = new TokenService(box, HOUR);

/** A secret as such servers keep it. */
export const seal = (plain: string, context: string): string => box.seal(plain, context);

export interface Row {
  id: number;
  name: string;
}

export interface UserValues {
  businessId?: number | null;
  isAdmin?: boolean;
  isSystemAdministrator?: boolean;
  status?: 'PENDING' | 'APPROVED' | 'DISAPPROVED' | 'FORBIDDEN';
  name?: string;
}

/** A row without the work of hashing: the password is the system administrator's. */
export async function insertUser(server: TestServer, values: UserValues = {}): Promise<Row> {
  const {
    businessId = null,
    isAdmin = false,
    isSystemAdministrator = false,
    status = 'APPROVED',
    name = uniqueName('user'),
  } = values;
  const { rows } = await server.database.query(
    `insert into users (created_at, updated_at, name, name_key, status, is_admin, is_system_administrator, business_id, password_hash)
     select now(), now(), $1, lower($1), $2, $3, $4, $5, password_hash from users where name = $6 returning id`,
    [name, status, isAdmin, isSystemAdministrator, businessId, ADMIN.user],
  );
  return { id: Number(rows[0]?.['id']), name };
}

/** A business as it is after its approval; `userId` is its creator. */
export async function insertBusiness(
  server: TestServer,
  userId: number,
  status = 'APPROVED',
  name = uniqueName('business'),
): Promise<Row> {
  const { rows } = await server.database.query(
    `insert into businesses (created_at, updated_at, name, name_key, introduce, objective, scale, status, user_id)
     values (now(), now(), $1, lower($1), 'introduce', 'objective', 'scale', $2, $3) returning id`,
    [name, status, userId],
  );
  return { id: Number(rows[0]?.['id']), name };
}

export interface SessionTokens {
  token: string;
  refreshToken: string;
  sessionId: string;
}

/** What a session is known by, and the hash of which alone the refresh token is stored. */
export function newSecrets() {
  const refreshToken = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(refreshToken).digest('hex');
  return { sessionId: randomUUID(), refreshToken, hash };
}

/** The access token of a session. The server must run under SECRET_KEY. */
export const signToken = (userId: number, sessionId: string): string => tokens.sign(userId, sessionId).token;

/** A session as a log-in opens it, without the work of checking a password. The server must run under SECRET_KEY. */
export async function newSession(server: TestServer, userId: number): Promise<SessionTokens> {
  const { sessionId, refreshToken, hash } = newSecrets();
  await server.database.query(
    `with made as (
       insert into sessions (id, user_id, created_at, address, expires_at)
       values ($1, $2, now(), '127.0.0.1', now() + interval '1 day') returning id)
     insert into refresh_tokens (hash, session_id, expires_at) select $3, id, now() + interval '1 day' from made`,
    [sessionId, userId, hash],
  );
  return { token: signToken(userId, sessionId), refreshToken, sessionId };
}

export interface Member extends Row, SessionTokens {}

/** A user with a session. */
export async function insertCaller(server: TestServer, values: UserValues = {}): Promise<Member> {
  const user = await insertUser(server, values);
  return { ...user, ...(await newSession(server, user.id)) };
}
