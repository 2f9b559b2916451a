import { hashSync } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { PASSWORD, newUser, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { SECRET_KEY, insertUser } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY, LOGIN_FAILURES: '1000' }));

const COMPOSED = 'Passw0rd\u00e9\u00c5';
const FORMS = { composed: COMPOSED, decomposed: COMPOSED.normalize('NFD'), mixed: 'Passw0rd\u00e9A\u030a' };
const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { expiresIn } }';

/** Whether each door lets the user in. */
async function letsIn(user: string, password: string): Promise<boolean[]> {
  const optimus = await send(`${server.url}/api/v1/login`, {
    method: 'POST',
    body: { name: user, password },
  });
  const graph = await query(server.url, LOG_IN, { variables: { input: { user, password } } });
  const rest = await ote(server, 'POST', '/authorization', undefined, { user, password });
  return [rest.status === 200, optimus.status === 200, graph.errors.length === 0];
}

describe.each(Object.entries(FORMS))('a password that is set %s', (_form, password) => {
  test('fits however a keyboard composes it, in every door', async () => {
    const user = uniqueName('accents');
    const draft = { user, password, phone: '12345', isAdmin: false, realName: 'R' };
    expect((await ote(server, 'POST', '/user', undefined, draft)).status).toBe(200);
    for (const typed of Object.values(FORMS)) expect(await letsIn(user, typed)).toEqual([true, true, true]);
    for (const other of ['Passw0rdeA', 'Passw0rd\u00c9\u00c5', 'Passw0rd\u00e9\u00c5 ']) {
      expect(await letsIn(user, other)).toEqual([false, false, false]);
    }
  });

  test('fits in either form where it was stored as it was typed', async () => {
    const { id, name } = await insertUser(server);
    const stored = hashSync(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await server.database.query('update users set password_hash = $1 where id = $2', [stored, id]);
    expect(await letsIn(name, password)).toEqual([true, true, true]);
    if (password !== FORMS.mixed) {
      for (const typed of Object.values(FORMS)) expect(await letsIn(name, typed)).toEqual([true, true, true]);
    }
  });

  test('is the old password in either form', async () => {
    const { id, name } = await insertUser(server);
    const admin = await server.adminToken();
    await ote(server, 'PUT', `/admin/user/${id}/password`, admin, { password });
    for (const [before, after] of [
      [FORMS.decomposed, FORMS.composed],
      [FORMS.composed, FORMS.decomposed],
    ]) {
      const { data } = await query<{ logIn: { accessToken: string } }>(
        server.url,
        'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }',
        { variables: { input: { user: name, password: before } } },
      );
      const body = { oldPassword: before, password: after };
      expect((await ote(server, 'PUT', '/user', data?.logIn.accessToken, body)).status).toBe(200);
    }
  });
});

test('a password is as long as it looks, and what nobody has as a password is refused before it is worked on', async () => {
  const { id } = await insertUser(server);
  const admin = await server.adminToken();
  const reset = async (password: string) =>
    (await ote(server, 'PUT', `/admin/user/${id}/password`, admin, { password })).status;
  const longest = `Aa1${'\u00e9'.repeat(17)}`;
  expect(await reset(longest.normalize('NFD'))).toBe(200);
  expect(await reset(`${longest}\u00e9`.normalize('NFD'))).toBe(422);
  const marks = `Aa1${'\u0301\u0323'.repeat(100_000)}`;
  expect(await reset(marks)).toBe(422);
  const input = { oldPassword: marks, password: longest };
  const { errors } = await query(
    server.url,
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }',
    { token: admin, variables: { input } },
  );
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('of changes of a password at the same time one is taken, and the others are told', async () => {
  const { name, token } = await newUser(server);
  const wanted = ['First0ne', 'Second0ne', 'Third0ne', 'Fourth0ne'];
  const statuses = await Promise.all(
    wanted.map(async (next) => {
      const body = { oldPassword: PASSWORD, password: next };
      return (await ote(server, 'PUT', '/user', token, body)).status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  for (const [index, next] of wanted.entries()) {
    expect(await letsIn(name, next)).toEqual(Array(3).fill(statuses[index] === 200));
  }
});
