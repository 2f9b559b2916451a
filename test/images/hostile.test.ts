import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, newBusiness, newMember, ote, uniqueName } from '../support/people.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';
import { HARBOR_PASSWORD } from './support.js';

/** What stands where Harbor should, and knows every user. */
let answer: (url: URL, response: ServerResponse) => void;
let requests: IncomingMessage[];
let upstream: Upstream;
let elsewhere: Upstream;
let visits = 0;
let server: TestServer;
let person: Person;

beforeAll(async () => {
  upstream = await httpUpstream((request, response) => {
    requests.push(request);
    const url = new URL(request.url ?? '/', 'http://harbor');
    if (!url.pathname.endsWith('/users/current')) return answer(url, response);
    const [username] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':');
    send(response, { user_id: 7, username });
  });
  elsewhere = await httpUpstream((_request, response) => {
    visits += 1;
    send(response, []);
  });
  requests = [];
  answer = (_url, response) => send(response, []);
  server = await startServer({ HARBOR_URL: `http://127.0.0.1:${upstream.port}` });
  person = await newMember(server, await newBusiness(server));
  const account = { user: person.name, password: HARBOR_PASSWORD };
  const { status, message } = await ote(server, 'POST', '/repository/user', person.token, account);
  if (status !== 200) throw new Error(message);
});
afterAll(async () => {
  await server.stop();
  await upstream.close();
  await elsewhere.close();
});
beforeEach(() => {
  requests = [];
});

function send(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  const json = { 'content-type': 'application/json', 'x-total-count': '0', ...headers };
  response.writeHead(200, json).end(JSON.stringify(body));
}

const call = async (path: string, method = 'GET', body?: object) =>
  ote(server, method, `/repository${path}`, person.token, body);
const projects = async () =>
  query<{ imageProjects: { totalCount: number } }>(
    server.url,
    '{ imageProjects(first: 5) { totalCount nodes { name } } }',
    { token: person.token },
  );

const project = (id: number) => ({ project_id: id, name: `p${id}`, metadata: { public: 'true' } });

describe('an image repository', () => {
  test.each(['-1', '1.5', 'many', '', '4294967296', '9007199254740993'])(
    'that tells %j as the length of a list is not believed',
    async (total) => {
      answer = (_url, response) => send(response, [project(1)], { 'x-total-count': total });
      const { errors } = await projects();
      expect(errors[0]?.extensions.code).toBe('UPSTREAM_ERROR');
      expect((await call('/project')).status).toBe(500);
    },
  );

  test('that gives the same page again and again is given up', async () => {
    const page = Array.from({ length: 100 }, (_, index) => project(index + 1));
    answer = (_url, response) => send(response, page, { 'x-total-count': '5000' });
    expect(await call('/project?pageSize=0')).toMatchObject({ status: 500 });
    expect(requests.length).toBeLessThan(10);
    requests = [];
    answer = (_url, response) => send(response, page.fill(project(1)), { 'x-total-count': '5000' });
    expect(await call('/project?pageSize=0')).toMatchObject({ status: 500 });
    expect(requests.length).toBeLessThan(10);
  });

  test('that counts further than anybody can is told as far as the graph counts', async () => {
    const odd = { repo_count: 2 ** 40, creation_time: '+275760-01-01T00:00:00Z', update_time: 'never' };
    answer = (_url, response) => send(response, [{ ...project(1), ...odd }], { 'x-total-count': '1' });
    const { data, errors } = await query<{ imageProjects: { nodes: object[] } }>(
      server.url,
      '{ imageProjects(first: 5) { nodes { imageCount createdAt updatedAt } } }',
      { token: person.token },
    );
    expect(errors).toEqual([]);
    expect(data?.imageProjects.nodes).toEqual([
      { imageCount: 2 ** 31 - 1, createdAt: '9999-12-31T23:59:59.999Z', updatedAt: null },
    ]);
  });

  test.each([
    ['3600.5', '3601'],
    ['1e300', String(2 ** 31)],
    ['-1', null],
    ['soon', null],
  ])('that wants to be left alone for %s seconds is told of in whole ones', async (said, told) => {
    answer = (_url, response) => response.writeHead(429, { 'retry-after': said }).end();
    expect(await call('/project')).toMatchObject({ status: 500, retryAfter: told });
  });

  test('that has very many tags of one version is told whole', async () => {
    const tags = Array.from({ length: 150_000 }, (_, id) => ({ id, name: 'v' }));
    answer = ({ pathname }, response) =>
      pathname.endsWith('/artifacts')
        ? send(response, [{ id: 1, tags }])
        : send(response, [{ id: 1, project_id: 1, name: 'team/a' }]);
    expect(await call('/image/tag?imageName=team/a')).toMatchObject({ status: 200, total: tags.length });
  });

  test('that leads elsewhere is not followed', async () => {
    answer = (_url, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    expect(await call('/project')).toMatchObject({ status: 500 });
    expect(visits).toBe(0);
  });

  test('that never ends its answer is read so far and no further', async () => {
    answer = (_url, response) => {
      const chunk = Buffer.alloc(1_048_576, 32);
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-total-count': '1' })
        .on('drain', write);
      write();
    };
    const refused = await call('/project');
    expect(refused.status).toBe(500);
    await expect.poll(() => upstream.sockets.every(({ destroyed }) => destroyed)).toBe(true);
  });

  test('that sets cookies gets none back, and null is an empty list', async () => {
    answer = (_url, response) => send(response, null, { 'set-cookie': 'sid=stolen; Path=/' });
    expect(await call('/project')).toMatchObject({ status: 200, data: [], total: 0 });
    expect(await call('/project')).toMatchObject({ status: 200, data: [], total: 0 });
    expect(requests.filter(({ headers }) => headers.cookie !== undefined)).toEqual([]);
  });
});

const NAMES = [
  'team/../../users',
  '../users/current',
  'team/..',
  'team/%2e%2e/x',
  'team/a%2Fb',
  'team/a%252Fb',
  'team//a',
  '/team/a',
  'team/a/',
  'team/a?x=1',
  'team/a#x',
  'team/ä',
  'team/\u202ea',
  'TEAM/A',
  'team\\a',
  `team/${'x'.repeat(10_000)}`,
  `team/${'x/'.repeat(2_000)}x`,
];

describe('a name that nothing can have', () => {
  test.each(NAMES)('%s is not asked for outside of what lists images', async (name) => {
    answer = (_url, response) => send(response, null);
    const encoded = encodeURIComponent(name);
    const answers = await Promise.all([
      call(`/image/tag?imageName=${encoded}`),
      call('/image', 'DELETE', { imageName: [name] }),
      call('/image/tag', 'DELETE', { imageName: name, tag: ['v1'] }),
      call('/image/tag', 'DELETE', { imageName: 'team/a', tag: [name] }),
      call(`/image?projectName=${encoded}`),
    ]);
    for (const { status } of answers) expect([400, 404]).toContain(status);
    const asked = requests.map(({ url }) => url ?? '').filter((url) => !url.endsWith('/users/current'));
    for (const url of asked)
      expect(url).toMatch(
        /^\/api\/v2\.0\/projects(\/team(\/repositories)?)?\?|^\/api\/v2\.0\/projects\/team$/,
      );
  });

  test('NUL is refused wherever it stands', async () => {
    const answers = await Promise.all([
      call('/image/tag?imageName=team%2Fa%00b'),
      call('/image?projectName=team%00'),
      call('/project?projectName=a%00'),
      call('/third/a%00b'),
      call('/image', 'DELETE', { imageName: ['team/a\0'] }),
      call('/image/tag', 'DELETE', { imageName: 'team/a', tag: ['v\0'] }),
      call('/third', 'DELETE', { repositoryId: ['a\0'] }),
      call('/third', 'POST', { repositoryId: 'a\0', address: 'r.example', user: 'u', password: 'p' }),
      call('/third', 'POST', { repositoryId: 'a', address: 'r.example\0', user: 'u', password: 'p' }),
      call('/project', 'POST', { projectName: 'a\0', public: true }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    expect(requests).toEqual([]);
  });
});

test.each(['/project', '/image?projectName=team', '/image/tag?imageName=team/a', '/third'])(
  '%s takes pages to their extremes and none beyond',
  async (path) => {
    answer = ({ pathname }, response) => {
      if (pathname.endsWith('/repositories'))
        return send(response, [{ id: 1, project_id: 1, name: 'team/a' }]);
      return pathname.endsWith('/team') ? send(response, project(1)) : send(response, null);
    };
    const and = path.includes('?') ? '&' : '?';
    const status = async (search: string) => (await call(`${path}${and}${search}`)).status;
    expect(await status('page=1000000&pageSize=100')).toBe(200);
    expect(await status('page=1000000&pageSize=0')).toBe(200);
    for (const bad of [
      'page=1000001',
      'page=0',
      'page=-1',
      'page=1e3',
      'page=%20',
      'page=99999999999999999999',
    ])
      expect([bad, await status(bad)]).toEqual([bad, 400]);
    for (const bad of ['pageSize=-1', 'pageSize=1.5', 'pageSize=99999999999999999999'])
      expect([bad, await status(bad)]).toEqual([bad, 400]);
  },
);

test('credentials in the address of an external repository are refused, and stand nowhere afterwards', async () => {
  const secret = 'Hidden-Pass-9';
  for (const address of [`https://user:${secret}@registry.example`, `user:${secret}@registry.example/x`]) {
    const draft = { repositoryId: uniqueName('repo'), address, user: 'u', password: 'p' };
    const refused = await call('/third', 'POST', draft);
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('address') as string });
    expect(JSON.stringify(refused)).not.toContain(secret);
    const mutation = `mutation ($input: CreateExternalRepositoryInput!) {
      createExternalRepository(input: $input) { repository { id } } }`;
    const { errors } = await query(server.url, mutation, {
      token: person.token,
      variables: { input: draft },
    });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toContain(secret);
  }
  const { rows } = await server.database.query('select * from audit_events');
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(server.log()).not.toContain(secret);
});
