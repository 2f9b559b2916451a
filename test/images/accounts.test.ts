import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HARBOR_ADMIN } from '../support/harbor/server.js';
import { type Person, newBusiness, newMember, ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { HARBOR_PASSWORD, type ImageWorld, newPusher, startImages } from './support.js';

let world: ImageWorld;
let person: Person;
beforeAll(async () => {
  world = await startImages();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.harbor.reset();
  person = await newPusher(world);
});

const call = (method: string, path: string, body?: object, token = person.token) =>
  ote(world.server, method, `/repository${path}`, token, body);

const stranger = async () => newMember(world.server, await newBusiness(world.server));

test('an account is the user of the image repository that it made there', async () => {
  expect(world.harbor.store.users.get(person.name)).toMatchObject({ isAdministrator: false });
  expect((await call('POST', '/project', { projectName: 'mine', public: false })).status).toBe(200);
  const { user_id: id } = world.harbor.store.users.get(person.name) ?? {};
  expect(world.harbor.store.projects.find(({ name }) => name === 'mine')?.owner_id).toBe(id);
  const { data } = await ote(world.server, 'GET', '/authorization', person.token);
  expect(data).toMatchObject({ hasRepoAccount: true });
});

test('who has no account is told how to get one, in words that end no session', async () => {
  const other = await stranger();
  const refused = await call('GET', '/project', undefined, other.token);
  expect(refused).toMatchObject({ status: 401, code: 401 });
  expect(refused.message).toContain('POST /v1/repository/user');
  const { errors } = await query(world.server.url, '{ imageProjects { nodes { id } } }', {
    token: other.token,
  });
  expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  const { data } = await ote(world.server, 'GET', '/authorization', other.token);
  expect(data).toMatchObject({ hasRepoAccount: false });
});

test('a name that somebody else has there is a conflict, but one with its password is taken over', async () => {
  world.harbor.store.addUser('taken', 'Their-Own-1');
  const other = await stranger();
  const wrong = await call('POST', '/user', { user: 'taken', password: HARBOR_PASSWORD }, other.token);
  expect(wrong).toMatchObject({ status: 409, code: 409 });
  const right = await call('POST', '/user', { user: 'taken', password: 'Their-Own-1' }, other.token);
  expect(right.status).toBe(200);
  expect((await call('GET', '/project', undefined, other.token)).status).toBe(200);
  const second = await call('POST', '/user', { user: 'second', password: HARBOR_PASSWORD }, other.token);
  expect(second).toMatchObject({ status: 409, message: expect.stringContaining('taken') as string });
});

test('of accounts that a caller makes at the same time one stays, and the others are told', async () => {
  const other = await stranger();
  const make = async (user: string) =>
    call('POST', '/user', { user, password: HARBOR_PASSWORD }, other.token).then(({ status }) => status);
  const answers = await Promise.all([make('one-of-two'), make('two-of-two')]);
  expect(answers.toSorted()).toEqual([200, 409]);
  const kept = answers[0] === 200 ? 'one-of-two' : 'two-of-two';
  expect(await Promise.all([make(kept), make(kept), make(kept)])).toEqual([200, 200, 200]);
});

test.each([
  [{ user: 'x', password: 'short1A' }, 'password'],
  [{ user: 'x', password: 'no-capital-1' }, 'password'],
  [{ user: 'x', password: `Aa1${'ü'.repeat(70)}` }, 'password'],
  [{ user: 'a:b', password: HARBOR_PASSWORD }, 'user'],
  [{ user: 'a,b', password: HARBOR_PASSWORD }, 'user'],
  [{ password: HARBOR_PASSWORD }, 'user'],
])('%j is a bad parameter', async (body, field) => {
  const before = world.harbor.requests.length;
  const refused = await call('POST', '/user', body);
  expect(refused).toMatchObject({
    status: 400,
    code: 400,
    message: expect.stringContaining(field) as string,
  });
  expect(world.harbor.requests.length).toBe(before);
});

test('credentials that no longer work are noticed, although the image repository shows what is public', async () => {
  const user = world.harbor.store.users.get(person.name);
  if (user) user.password = 'Changed-There-1';
  expect(await call('GET', '/project')).toMatchObject({ status: 401, code: 401 });
  const given = await call('POST', '/user', { user: person.name, password: 'Changed-There-1' });
  expect(given.status).toBe(200);
  expect((await call('GET', '/project')).status).toBe(200);
});

test('a changed password works at once; the same again does not', async () => {
  const next = 'Another-Pass-2';
  expect(await call('PUT', '/user', { password: HARBOR_PASSWORD })).toMatchObject({
    status: 400,
    message: 'password: is the present password',
  });
  const document =
    'mutation ($input: ChangeHarborPasswordInput!) { changeHarborPassword(input: $input) { account { user } } }';
  const variables = { input: { password: HARBOR_PASSWORD } };
  const { errors } = await query(world.server.url, document, { variables, token: person.token });
  expect(errors[0]?.extensions).toMatchObject({ fields: [{ path: 'input.password' }] });
  expect((await call('PUT', '/user', { password: next })).status).toBe(200);
  expect(world.harbor.store.users.get(person.name)?.password).toBe(next);
  expect((await call('GET', '/project')).status).toBe(200);
});

test('of changes at the same time that of the password which the image repository took is kept', async () => {
  for (let round = 0; round < 5; round += 1) {
    const change = async (name: string) => call('PUT', '/user', { password: `${name}-Pass-${round}` });
    const answers = await Promise.all(['One', 'Two', 'Three'].map(change));
    expect(answers.map(({ status }) => status)).toContain(200);
    expect((await call('GET', '/project')).status).toBe(200);
  }
});

test('a password whose change was done and not answered is found out', async () => {
  const next = 'Another-Pass-2';
  world.harbor.break('lost', /^PUT /);
  expect((await call('PUT', '/user', { password: next })).status).toBe(500);
  expect(world.harbor.store.users.get(person.name)?.password).toBe(next);
  world.harbor.heal();
  expect((await call('GET', '/project')).status).toBe(200);
  expect((await call('PUT', '/user', { password: HARBOR_PASSWORD })).status).toBe(200);
});

test('a password whose change was refused stays', async () => {
  world.harbor.break(403, /^PUT /);
  expect((await call('PUT', '/user', { password: 'Another-Pass-2' })).status).toBe(403);
  world.harbor.heal();
  const { rows } = await world.server.database.query(
    'select next_password from harbor_accounts where user_id = $1',
    [person.id],
  );
  expect(rows).toEqual([{ next_password: null }]);
  expect((await call('GET', '/project')).status).toBe(200);
});

test('the account goes with the user, and its password is stored sealed and never logged', async () => {
  const { rows } = await world.server.database.query(
    'select password from harbor_accounts where user_id = $1',
    [person.id],
  );
  expect(String(rows[0]?.['password'])).toMatch(/^v1\./);
  expect(world.server.log()).not.toContain(HARBOR_PASSWORD);
  const admin = await world.server.adminToken();
  await ote(world.server, 'DELETE', `/admin/user/${person.id}`, admin);
  const left = await world.server.database.query('select 1 from harbor_accounts where user_id = $1', [
    person.id,
  ]);
  expect(left.rows).toEqual([]);
});

test('changes are in the trail, without passwords', async () => {
  const admin = await world.server.adminToken();
  const { data } = await query<{ auditEvents: { nodes: object[] } }>(
    world.server.url,
    `{ auditEvents(filter: {objectType: {eq: "HarborAccount"}, objectId: {eq: "${person.id}"}}) { nodes { action after } } }`,
    { token: admin },
  );
  expect(data?.auditEvents.nodes).toEqual([{ action: 'harborAccount.create', after: { user: person.name } }]);
});

test('without an administrator of the image repository users are taken over, and none is made', async () => {
  const server = await startServer({ HARBOR_URL: world.harbor.url });
  const token = await server.adminToken();
  const body = { user: 'nobody-yet', password: HARBOR_PASSWORD };
  const refused = await ote(server, 'POST', '/repository/user', token, body);
  expect(refused).toMatchObject({
    status: 403,
    message: expect.stringContaining('HARBOR_ADMIN_USER') as string,
  });
  expect((await ote(server, 'POST', '/repository/user', token, HARBOR_ADMIN)).status).toBe(200);
  await server.stop();
});

test('without an image repository every call says so, and external repositories work', async () => {
  const server = await startServer();
  const token = await server.adminToken();
  const calls = [
    ['GET', '/image?projectName=a'],
    ['GET', '/image/tag?imageName=a/b'],
    ['DELETE', '/image', { imageName: ['a/b'] }],
    ['DELETE', '/image/tag', { imageName: 'a/b', tag: ['c'] }],
    ['POST', '/user', { user: 'a', password: HARBOR_PASSWORD }],
    ['PUT', '/user', { password: HARBOR_PASSWORD }],
    ['GET', '/project'],
    ['POST', '/project', { projectName: 'a', public: true }],
    ['DELETE', '/project', { projectId: [1] }],
  ] as const;
  for (const [method, path, body] of calls) {
    const answer = await ote(server, method, `/repository${path}`, token, body);
    expect(answer).toEqual({
      status: 500,
      retryAfter: null,
      code: 500,
      message: 'image repository is not configured',
    });
  }
  const { errors } = await query(server.url, '{ imageProjects { nodes { id } } }', { token });
  expect(errors[0]?.extensions.code).toBe('NOT_CONFIGURED');
  expect((await ote(server, 'GET', '/repository/third', token)).status).toBe(200);
  await server.stop();
});
