import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, newBusiness, newMember, ote } from '../support/people.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { graph } from './support.js';

const DRAFT = { repositoryId: 'repo1', address: '127.0.0.1:1', user: 'user1', password: 'Pull-Secret-1' };

let server: TestServer;
let [own, colleague, foreign]: Person[] = [];
let admin: string;
beforeAll(async () => {
  server = await startServer();
  const business = await newBusiness(server);
  own = await newMember(server, business);
  colleague = await newMember(server, business);
  ({ admin: foreign } = await newBusiness(server));
  admin = await server.adminToken();
});
afterAll(() => server.stop());

const call = (method: string, path: string, body?: object, token = own?.token) =>
  ote(server, method, `/repository${path}`, token, body);
const create = (repositoryId: string, token = own?.token, more: object = {}) =>
  call('POST', '/third', { ...DRAFT, repositoryId, ...more }, token);
const namesOf = async (token = own?.token) =>
  ((await call('GET', '/third?pageSize=0', undefined, token)).data as { repositoryId: string }[]).map(
    ({ repositoryId }) => repositoryId,
  );

test('a business has its own, each name once; another one neither sees nor changes them', async () => {
  expect(await create('shared')).toMatchObject({ status: 200, code: 200, message: 'success' });
  expect((await create('shared', colleague?.token)).status).toBe(409);
  expect((await create('shared', foreign?.token)).status).toBe(200);
  expect((await create('alone', foreign?.token)).status).toBe(200);
  expect(await namesOf(colleague?.token)).toEqual(['shared']);
  expect(await namesOf(foreign?.token)).toEqual(['shared', 'alone']);
  expect((await call('GET', '/third/alone')).status).toBe(404);
  expect((await call('DELETE', '/third', { repositoryId: ['shared', 'alone'] })).status).toBe(404);
  expect(await namesOf()).toEqual(['shared']);
  expect((await call('DELETE', '/third', { repositoryId: ['shared', 'shared'] })).status).toBe(200);
  expect(await namesOf()).toEqual([]);
  expect(await namesOf(foreign?.token)).toEqual(['shared', 'alone']);
});

test('a system administrator sees all, and needs ids where names are not enough', async () => {
  await create('twice');
  await create('twice', foreign?.token);
  await create('once');
  expect(await namesOf(admin)).toEqual(expect.arrayContaining(['twice', 'once']));
  expect((await call('GET', '/third/once', undefined, admin)).status).toBe(200);
  expect((await call('GET', '/third/twice', undefined, admin)).status).toBe(409);
  expect((await call('DELETE', '/third', { repositoryId: ['twice'] }, admin)).status).toBe(409);
  expect((await create('none', admin)).status).toBe(403);
  const { externalRepositories } = await graph<{ externalRepositories: { nodes: { id: string }[] } }>(
    { server },
    admin,
    '{ externalRepositories(filter: {repositoryId: {eq: "twice"}}) { nodes { id business { id } } } }',
  );
  const ids = externalRepositories.nodes.map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const remove =
    'mutation ($input: DeleteExternalRepositoriesInput!) { deleteExternalRepositories(input: $input) { repositories { id } } }';
  const { errors } = await query(server.url, remove, { token: own?.token, variables: { input: { ids } } });
  expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  await graph({ server }, admin, remove, { input: { ids } });
  expect(await namesOf()).not.toContain('twice');
});

test.each([
  [{ repositoryId: '' }, 'repositoryId'],
  [{ repositoryId: ' x' }, 'repositoryId'],
  [{ repositoryId: 'x'.repeat(65) }, 'repositoryId'],
  [{ address: '' }, 'address'],
  [{ address: 'user@host' }, 'address'],
  [{ address: 'ftp://host' }, 'address'],
  [{ address: 'a b' }, 'address'],
  [{ address: 'host:99999' }, 'address'],
  [{ user: 'a:b' }, 'user'],
  [{ password: '' }, 'password'],
  [{ password: undefined }, 'password'],
])('%j is a bad parameter', async (wrong, field) => {
  const refused = await create('wrong', own?.token, wrong);
  expect(refused).toMatchObject({
    status: 400,
    code: 400,
    message: expect.stringContaining(field) as string,
  });
});

test('lists are paged and ordered', async () => {
  await call('DELETE', '/third', { repositoryId: await namesOf() });
  for (const name of ['b', 'a', 'c']) await create(name);
  const page = async (search: string) => {
    const { data, total } = await call('GET', `/third?${search}`);
    return [(data as { repositoryId: string }[]).map(({ repositoryId }) => repositoryId), total];
  };
  expect(await page('')).toEqual([['b', 'a', 'c'], 3]);
  expect(await page('order=desc&pageSize=2')).toEqual([['c', 'a'], 3]);
  expect(await page('pageSize=2&page=2')).toEqual([['c'], 3]);
  expect((await call('GET', '/third?orderBy=address')).status).toBe(400);
});

test('the password is sealed, and shown and logged nowhere', async () => {
  await create('sealed');
  const { rows } = await server.database.query(
    `select "password" from external_repositories where repository_id = 'sealed'`,
  );
  expect(String(rows[0]?.['password'])).toMatch(/^v1\./);
  const shown = await call('GET', '/third/sealed');
  expect(shown.data).toEqual({ repositoryId: 'sealed', address: DRAFT.address, user: DRAFT.user });
  expect(server.log()).not.toContain(DRAFT.password);
  const { auditEvents } = await graph<{ auditEvents: { nodes: object[] } }>(
    { server },
    admin,
    '{ auditEvents(filter: {action: {eq: "externalRepository.create"}}, last: 1) { nodes { after } } }',
  );
  expect(JSON.stringify(auditEvents.nodes)).not.toContain(DRAFT.password);
});

test('a registry is asked whether the stored account works there', async () => {
  const right = `Basic ${Buffer.from(`${DRAFT.user}:${DRAFT.password}`).toString('base64')}`;
  const registry = await httpUpstream(({ headers }, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (headers.authorization === right) response.end('{}');
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
  });
  const check = async (more: object) => {
    const made = await graph<{ createExternalRepository: { repository: { id: string } } }>(
      { server },
      own?.token ?? '',
      'mutation ($input: CreateExternalRepositoryInput!) { createExternalRepository(input: $input) { repository { id } } }',
      { input: { ...DRAFT, repositoryId: `checked-${JSON.stringify(more).length}`, ...more } },
    );
    const { id } = made.createExternalRepository.repository;
    const document =
      'mutation ($input: CheckExternalRepositoryInput!) { checkExternalRepository(input: $input) { result message repository { repositoryId } } }';
    const variables = { input: { id } };
    const hidden = await query(server.url, document, { token: foreign?.token, variables });
    expect(hidden.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const answer = await graph<{ checkExternalRepository: { result: string } }>(
      { server },
      own?.token ?? '',
      document,
      variables,
    );
    return answer.checkExternalRepository.result;
  };
  const address = `127.0.0.1:${registry.port}`;
  expect(await check({ address })).toBe('WORKS');
  expect(await check({ address, password: 'Wrong-Pass' })).toBe('WRONG_CREDENTIALS');
  await registry.close();
  expect(await check({ address, user: 'user1' })).toBe('UNREACHABLE');
});
