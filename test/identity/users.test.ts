import { beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, newMember, newUser, ote, uniqueName } from '../support/people.js';
import { logIn, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Member, SECRET_KEY, insertBusiness, insertCaller, insertUser } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY, LOGIN_FAILURES: '1000' }));
let admin: string;
let businessId: number;
let manager: Member;
beforeAll(async () => {
  admin = await server.adminToken();
  const founder = await insertUser(server, { isAdmin: true });
  businessId = (await insertBusiness(server, founder.id)).id;
  manager = await insertCaller(server, { businessId, isAdmin: true });
});

const draft = (more: object = {}) => ({
  user: uniqueName('drafted'),
  password: PASSWORD,
  phone: '12345678',
  isAdmin: false,
  realName: 'Somebody',
  ...more,
});
const countOf = async (name: string) => {
  const { rows } = await server.database.query('select count(*) as n from users where name_key = lower($1)', [
    name,
  ]);
  return Number(rows[0]?.['n']);
};

const REGISTER =
  'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id name status role } } }';
const register = async (input: object) =>
  query<{ registerUser: { user: { id: string; name: string; status: string; role: number } } }>(
    server.url,
    REGISTER,
    {
      variables: { input },
    },
  );

describe('what a user must be', () => {
  const wrong: [string, unknown][] = [
    ['user', ''],
    ['user', 'x'.repeat(65)],
    ['user', 'nul\0'],
    ['user', 7],
    ['user', undefined],
    ['password', 'Short-1'],
    ['password', `Aa1${'x'.repeat(18)}`],
    ['password', 'no-upper-case-1'],
    ['password', 'NO-LOWER-CASE-1'],
    ['password', 'No-Digit-At-All'],
    ['password', undefined],
    ['phone', '1234'],
    ['phone', '1'.repeat(21)],
    ['phone', '12345a'],
    ['phone', 12_345],
    ['phone', undefined],
    ['isAdmin', 'true'],
    ['isAdmin', undefined],
    ['realName', ''],
    ['realName', 'x'.repeat(65)],
    ['realName', undefined],
  ];

  test.each(wrong)('%s may not be %j', async (field, value) => {
    for (const path of ['/user', '/admin/user']) {
      const answer = await ote(server, 'POST', path, manager.token, draft({ [field]: value }));
      expect(answer).toMatchObject({ status: 422, code: 422 });
      expect(answer.message).toMatch(new RegExp(`^${field}: `));
    }
  });

  test('all wrong fields are named at once', async () => {
    const answer = await ote(server, 'POST', '/user', undefined, { user: '', password: 'x', phone: 'y' });
    expect(answer.status).toBe(422);
    for (const field of ['user', 'password', 'phone', 'isAdmin', 'realName'])
      expect(answer.message).toContain(`${field}: `);
  });

  test('the bounds themselves are accepted, and texts are kept as given', async () => {
    const name = `${uniqueName('名前 🦊')}-`;
    const values = {
      user: name,
      password: `Aa1${'🦊'.repeat(5)}`,
      phone: '+1 2-',
      realName: '🦊'.repeat(64),
    };
    expect(await ote(server, 'POST', '/admin/user', manager.token, draft(values))).toMatchObject({
      status: 200,
    });
    const { data } = await ote(server, 'GET', '/admin/user?pageSize=0', manager.token);
    expect(data).toContainEqual(
      expect.objectContaining({ user: name, phone: '+1 2-', realName: '🦊'.repeat(64) }),
    );
    expect(await logIn(server.url, name, values.password)).toBeTruthy();
  });

  test('the graph names the fields by their path, and takes passwords of up to 64 characters', async () => {
    const { errors } = await register(draft({ password: 'without-digit-or-capital', phone: 'y' }));
    const extensions = errors[0]?.extensions;
    expect(extensions?.code).toBe('BAD_USER_INPUT');
    const fields = extensions?.['fields'] as { path: string }[];
    expect(fields.map(({ path }) => path).toSorted()).toEqual(['input.password', 'input.phone']);
    expect((await register(draft({ password: `Aa1${'x'.repeat(62)}` }))).errors).toHaveLength(1);
    expect((await register(draft({ password: `Aa1${'x'.repeat(61)}` }))).errors).toEqual([]);
  });
});

describe('names', () => {
  test('a name is taken whatever its case and in whichever spelling of its letters', async () => {
    const name = uniqueName('Straße');
    const doors = {
      ote: async (user: string) => (await ote(server, 'POST', '/user', undefined, draft({ user }))).status,
      'sub-user': async (user: string) =>
        (await ote(server, 'POST', '/admin/user', manager.token, draft({ user }))).status,
      graph: async (user: string) => (await register(draft({ user }))).errors[0]?.extensions.code,
    };
    expect(await doors.ote(name)).toBe(200);
    expect(await doors.ote(name.toUpperCase().replace('SS', 'ß'))).toBe(409);
    expect(await doors['sub-user'](name.toLowerCase())).toBe(409);
    expect(await doors.graph(name.toUpperCase().replace('SS', 'ß'))).toBe('CONFLICT');
    const fullWidth = `Ａ${name}`;
    expect(await doors.ote(fullWidth)).toBe(200);
    expect(await doors.ote(`a${name}`)).toBe(409);
  });

  test('of several that ask for one name at the same time, exactly one gets it', async () => {
    const name = uniqueName('raced');
    const spellings = [name, name.toUpperCase(), name.toLowerCase()];
    const answers = await Promise.all([
      ...spellings.map(
        async (user) => (await ote(server, 'POST', '/user', undefined, draft({ user }))).status,
      ),
      ...spellings.map(async (user) => ((await register(draft({ user }))).errors[0] ? 409 : 200)),
    ]);
    expect(answers.toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409]);
    expect(await countOf(name)).toBe(1);
  });
});

describe('approval', () => {
  test('who registers waits, may log in and read its own authorization, and is refused everything else', async () => {
    const pending = await newUser(server, { approved: false, isAdmin: true });
    const own = await ote(server, 'GET', '/authorization', pending.token);
    expect(own.data).toMatchObject({ displayName: pending.name, role: 0 });
    expect(await ote(server, 'GET', '/business', pending.token)).toMatchObject({ status: 403, code: 403 });
    expect(
      (await ote(server, 'PUT', '/user', pending.token, { oldPassword: PASSWORD, password: PASSWORD }))
        .status,
    ).toBe(403);
    expect(
      (await query(server.url, '{ businesses { totalCount } }', { token: pending.token })).errors[0]
        ?.extensions.code,
    ).toBe('FORBIDDEN');
  });

  test.each([
    [2, 'not approved'],
    [3, 'forbidden'],
  ])('with status %i (%s) nobody logs in', async (status) => {
    const { id, name, token } = await newUser(server);
    expect((await ote(server, 'PUT', `/admin/user/${id}`, admin, { status })).status).toBe(200);
    expect((await ote(server, 'GET', '/authorization', token)).status).toBe(401);
    const right = await ote(server, 'POST', '/authorization', undefined, { user: name, password: PASSWORD });
    expect(right).toMatchObject({ status: 403, code: 403 });
    const wrong = await ote(server, 'POST', '/authorization', undefined, { user: name, password: 'wrong' });
    expect(wrong.status).toBe(401);
    const graph = await query(
      server.url,
      'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }',
      {
        variables: { input: { user: name, password: PASSWORD } },
      },
    );
    expect(graph.errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await ote(server, 'PUT', `/admin/user/${id}`, admin, { status: 1 })).status).toBe(200);
    expect(await logIn(server.url, name, PASSWORD)).toBeTruthy();
  });

  test.each([-1, 4, 1.5, '1', null, undefined])('the status %j is refused', async (status) => {
    const { id } = await insertUser(server, { status: 'PENDING' });
    const answer = await ote(server, 'PUT', `/admin/user/${id}`, admin, { status });
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(/^status: /);
  });

  test('roles follow status and membership', async () => {
    const roles = async (values: Parameters<typeof insertCaller>[1]) => {
      const { token } = await insertCaller(server, values);
      const { data } = await ote(server, 'GET', '/authorization', token);
      const viewer = await query<{ viewer: { role: number } }>(server.url, '{ viewer { role } }', { token });
      return [(data as { role: number }).role, viewer.data?.viewer.role];
    };
    expect(await roles({ status: 'PENDING', isSystemAdministrator: true })).toEqual([0, 0]);
    expect(await roles({ isAdmin: true })).toEqual([1, 1]);
    expect(await roles({ businessId })).toEqual([2, 2]);
    expect(await roles({ businessId, isAdmin: true })).toEqual([3, 3]);
    expect(await roles({ isSystemAdministrator: true })).toEqual([4, 4]);
  });
});

describe('sub-users', () => {
  test('belong to the business of their maker and are approved at once', async () => {
    const tenant = { id: businessId, admin: manager };
    const general = await newMember(server, tenant);
    const other = await newMember(server, tenant, true);
    expect((await ote(server, 'GET', '/authorization', general.token)).data).toMatchObject({ role: 2 });
    expect((await ote(server, 'GET', '/authorization', other.token)).data).toMatchObject({ role: 3 });
    const viewer = await query(server.url, '{ viewer { business { id } } }', { token: general.token });
    expect(viewer.data).toEqual({ viewer: { business: { id: String(businessId) } } });
  });

  test('of a system administrator have no business', async () => {
    const name = uniqueName('made');
    expect(
      (await ote(server, 'POST', '/admin/user', admin, draft({ user: name, isAdmin: true }))).status,
    ).toBe(200);
    const { data } = await ote(server, 'GET', '/authorization', await logIn(server.url, name, PASSWORD));
    expect(data).toMatchObject({ role: 1 });
  });
});

describe('passwords', () => {
  test('are changed by who knows the old one, by the same rules', async () => {
    const { token } = await insertCaller(server);
    const change = async (body: object) => ote(server, 'PUT', '/user', token, body);
    const wrong = await change({ oldPassword: 'Wrong-Horse-7', password: PASSWORD });
    expect(wrong.status).toBe(422);
    expect(wrong.message).toMatch(/^oldPassword: /);
    const { errors } = await query(
      server.url,
      'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }',
      { variables: { input: { oldPassword: 'Wrong-Horse-7', password: PASSWORD } }, token },
    );
    expect(errors[0]?.extensions).toMatchObject({ fields: [{ path: 'input.oldPassword' }] });
    const weak = await change({ oldPassword: 'Correct-Horse-7', password: 'weak' });
    expect(weak.status).toBe(422);
    expect(weak.message).toMatch(/^password: /);
    expect((await change({ password: PASSWORD })).message).toBe('oldPassword: is required');
  });

  test('a changed and a reset one work, the old ones do not', async () => {
    const user = await insertCaller(server, { businessId });
    const attempt = async (password: string) =>
      (await ote(server, 'POST', '/authorization', undefined, { user: user.name, password })).status;
    const change = { oldPassword: 'Correct-Horse-7', password: 'Changed-Pass-1' };
    expect((await ote(server, 'PUT', '/user', user.token, change)).status).toBe(200);
    expect([await attempt('Correct-Horse-7'), await attempt('Changed-Pass-1')]).toEqual([401, 200]);
    const reset = await ote(server, 'PUT', `/admin/user/${user.id}/password`, manager.token, {
      password: 'Reset-Pass-1',
    });
    expect(reset.status).toBe(200);
    expect([await attempt('Changed-Pass-1'), await attempt('Reset-Pass-1')]).toEqual([401, 200]);
    const weak = await ote(server, 'PUT', `/admin/user/${user.id}/password`, manager.token, {
      password: 'weak',
    });
    expect(weak.message).toMatch(/^password: /);
  });
});

test('a user that is deleted is gone in every door', async () => {
  const { id, name, token } = await newUser(server);
  expect((await ote(server, 'DELETE', `/admin/user/${id}`, admin)).status).toBe(200);
  expect((await ote(server, 'GET', '/authorization', token)).status).toBe(401);
  expect(
    (await ote(server, 'POST', '/authorization', undefined, { user: name, password: PASSWORD })).status,
  ).toBe(401);
  expect((await ote(server, 'DELETE', `/admin/user/${id}`, admin)).status).toBe(404);
  expect((await query(server.url, `{ user(id: ${id}) { id } }`, { token: admin })).data).toEqual({
    user: null,
  });
  expect((await newUser(server, { name })).id).not.toBe(id);
});
