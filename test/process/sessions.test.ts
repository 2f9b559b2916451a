import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { openSocket } from '../identity/support/socket.js';
import { type EmptyDatabase, TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { type Running, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN, logIn, query } from '../support/server.js';

const PASSWORD = 'Secret-Pass-1';
const CHANGED = 'Changed-Pass-2';
/** As graphql-ws numbers it. */
const UNAUTHORIZED = 4401;
/** Milliseconds that a replica may take to hear of what happened on the other. */
const SOON = { timeout: 2000 };

/** Several processes need a database server; the embedded database belongs to one. */
describe.runIf(TEST_DATABASE_URL)('sessions on two replicas', () => {
  let database: EmptyDatabase;
  let replicas: Running[];
  let here: string;
  let there: string;
  let admin: string;
  let count = 0;

  beforeAll(async () => {
    database = await createPostgres();
    const environment = {
      DATABASE_URL: database.url,
      SECRET_KEY: generateSecretKey(),
      ADMIN_PASSWORD: ADMIN.password,
      SIGN_AUTO_APPROVE: 'true',
    };
    replicas = await Promise.all([startProcess(environment), startProcess(environment)]);
    [here = '', there = ''] = replicas.map(({ url }) => url);
    admin = await logIn(here, ADMIN.user, ADMIN.password);
  });
  afterAll(async () => {
    await Promise.all(replicas.map(({ end }) => end('SIGKILL')));
    await database.drop();
  });

  const ote = async (method: string, path: string, token: string, body?: object) => {
    const response = await send(`${here}/v1${path}`, {
      method,
      headers: { authorization: token },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(200);
  };
  const refresh = async (refreshToken: string, at = here) =>
    query<{ refreshSession: Record<string, string> }>(
      at,
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }',
      {
        variables: { input: { refreshToken } },
      },
    );

  interface User {
    id: string;
    token: string;
    refreshToken: string;
  }

  async function newUser(): Promise<User> {
    const name = `user-${(count += 1)}`;
    await send(`${here}/api/v1/sign`, { method: 'POST', body: { name, password: PASSWORD } });
    const { data } = await query<{
      logIn: { accessToken: string; refreshToken: string; user: { id: string } };
    }>(
      here,
      'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken refreshToken user { id } } }',
      { variables: { input: { user: name, password: PASSWORD } } },
    );
    if (!data) throw new Error('log-in failed');
    const { accessToken, refreshToken, user } = data.logIn;
    return { id: user.id, token: accessToken, refreshToken };
  }

  test.each<[string, (user: User) => Promise<unknown>]>([
    ['logging out', ({ token }) => ote('DELETE', '/authorization', token)],
    [
      'changing the password',
      ({ token }) => ote('PUT', '/user', token, { oldPassword: PASSWORD, password: CHANGED }),
    ],
    ['a reset', ({ id }) => ote('PUT', `/admin/user/${id}/password`, admin, { password: CHANGED })],
    ['a change of status', ({ id }) => ote('PUT', `/admin/user/${id}`, admin, { status: 3 })],
    ['deletion', ({ id }) => ote('DELETE', `/admin/user/${id}`, admin)],
    [
      'using a refresh token again later',
      async ({ refreshToken }) => {
        await refresh(refreshToken);
        await database.execute(`update refresh_tokens set used_at = used_at - interval '11 seconds'`);
        await refresh(refreshToken);
      },
    ],
  ])('%s on one ends them on the other, with their sockets', async (_name, end) => {
    const user = await newUser();
    const stateThere = async () =>
      (await send(`${there}/v1/authorization`, { headers: { authorization: user.token } })).status;
    const viewerThere = async () =>
      (await query(there, '{ viewer { id } }', { token: user.token })).errors.length;
    const socket = await openSocket(there, user.token);
    expect([await stateThere(), await viewerThere()]).toEqual([200, 0]);
    await end(user);
    expect(await socket.closed).toBe(UNAUTHORIZED);
    await expect.poll(stateThere, SOON).toBe(401);
    expect(await viewerThere()).toBe(1);
    const again = await send(`${there}/api/v1/refresh`, {
      method: 'POST',
      body: { refresh_token: user.refreshToken },
    });
    expect(again.status).toBe(401);
  });

  test('a refresh token that is used on both at once gets the same tokens of both', async () => {
    const { refreshToken } = await newUser();
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken, there)]);
    answers.push(await refresh(refreshToken, there));
    const [first] = answers.map(({ data }) => data?.refreshSession);
    expect(first).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    for (const { data } of answers) expect(data?.refreshSession).toEqual(first);
    expect((await refresh(first?.['refreshToken'] ?? '', there)).errors).toEqual([]);
  });

  test('an approved business changes the role of a live token on the other', async () => {
    const name = 'founder';
    await send(`${here}/v1/user`, {
      method: 'POST',
      body: { user: name, password: PASSWORD, phone: '12345678', isAdmin: true, realName: 'Founder' },
    });
    const { data } = await query<{ users: { nodes: { id: string }[] } }>(
      here,
      `{ users(filter: { name: { eq: "${name}" } }) { nodes { id } } }`,
      { token: admin },
    );
    await ote('PUT', `/admin/user/${data?.users.nodes[0]?.id}`, admin, { status: 1 });
    const token = await logIn(here, name, PASSWORD);
    const roleThere = async () => {
      const { data } = await query<{ viewer: { role: number } }>(there, '{ viewer { role } }', { token });
      return data?.viewer.role;
    };
    const canList = async () =>
      (await query(there, '{ users { totalCount } }', { token })).errors.length === 0;
    expect([await roleThere(), await canList()]).toEqual([1, false]);
    await ote('POST', '/business', token, { name: 'founded', introduce: '', objective: '', scale: '' });
    const businesses = await query<{ businesses: { nodes: { id: string }[] } }>(
      here,
      '{ businesses { nodes { id } } }',
      { token },
    );
    await ote('PUT', `/business/id/${businesses.data?.businesses.nodes[0]?.id}`, admin, {
      status: 1,
      comment: '',
    });
    await expect.poll(canList, SOON).toBe(true);
    expect(await roleThere()).toBe(3);
  });
});
