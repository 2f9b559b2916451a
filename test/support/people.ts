import { send } from './rest.js';
import { type TestServer, logIn } from './server.js';

export const PASSWORD = 'Secret-Pass-1';

export interface Person {
  id: number;
  name: string;
  token: string;
}

let count = 0;
/** A user name that no other has. */
export const uniqueName = (kind: string): string => `${kind}-${process.pid}-${(count += 1)}`;

/** A REST call of ote-stack with a token. */
export async function ote(server: TestServer, method: string, path: string, token?: string, body?: object) {
  const response = await send(`${server.url}/v1${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: token === undefined ? {} : { authorization: token },
  });
  const answer = (await response.json()) as { code: number; message: string; data?: unknown; total?: number };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...answer };
}

const administrators = new WeakMap<TestServer, string>();

/** A call of the system administrator, who logs in where the last session has ended. */
async function administer(server: TestServer, path: string, body: object): Promise<void> {
  const known = administrators.get(server);
  if (known !== undefined && (await ote(server, 'PUT', path, known, body)).status !== 401) return;
  const token = await server.adminToken();
  administrators.set(server, token);
  await ote(server, 'PUT', path, token, body);
}

async function idOf(server: TestServer, name: string): Promise<number> {
  const { rows } = await server.database.query('select id from users where name = $1', [name]);
  return Number(rows[0]?.['id']);
}

interface Wanted {
  isAdmin?: boolean;
  approved?: boolean;
  name?: string;
}

/** Registers, and is approved unless asked otherwise. */
export async function newUser(
  server: TestServer,
  { isAdmin = false, approved = true, name = uniqueName('user') }: Wanted = {},
): Promise<Person> {
  const draft = { user: name, password: PASSWORD, phone: '12345678', isAdmin, realName: 'Somebody' };
  const registered = await ote(server, 'POST', '/user', undefined, draft);
  if (registered.status !== 200) throw new Error(registered.message);
  const id = await idOf(server, name);
  if (approved) await administer(server, `/admin/user/${id}`, { status: 1 });
  return { id, name, token: await logIn(server.url, name, PASSWORD) };
}

export interface Tenant {
  id: number;
  admin: Person;
}

/** A business that is approved, with its administrator. */
export async function newBusiness(server: TestServer): Promise<Tenant> {
  const admin = await newUser(server, { isAdmin: true });
  const name = uniqueName('business');
  const draft = { name, introduce: 'i', objective: 'o', scale: 's' };
  const created = await ote(server, 'POST', '/business', admin.token, draft);
  if (created.status !== 200) throw new Error(created.message);
  const { rows } = await server.database.query('select id from businesses where name = $1', [name]);
  const id = Number(rows[0]?.['id']);
  await administer(server, `/business/id/${id}`, { comment: 'pass', status: 1 });
  return { id, admin };
}

/** A user of the business. */
export async function newMember(server: TestServer, { admin }: Tenant, isAdmin = false): Promise<Person> {
  const name = uniqueName('member');
  const draft = { user: name, password: PASSWORD, phone: '12345678', isAdmin, realName: 'Somebody' };
  const created = await ote(server, 'POST', '/admin/user', admin.token, draft);
  if (created.status !== 200) throw new Error(created.message);
  return { id: await idOf(server, name), name, token: await logIn(server.url, name, PASSWORD) };
}
