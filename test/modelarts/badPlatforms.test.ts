import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newBusiness } from '../support/people.js';
import { query } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());
beforeEach(() => world.fake.reset());

const LIST = `query ($platform: ID!) { platform(id: $platform) {
  modelArts { notebooks { list(first: 2) { nodes { id status } } show(id: "notebook-0") { id } } } } }`;
const STOP = `mutation ($platform: ID!) { modelArts(platformId: $platform) { notebooks { stop(id: "notebook-0") { id } } } }`;

const without = async (left: Record<string, unknown>) =>
  register(world.server, world.token, { ...draftOf(world.fake), ...left });

describe('nobody is asked for', () => {
  afterEach(() => {
    if (world.fake.requests.length > 0) throw new Error('the platform was asked');
  });

  test('a platform that does not exist', async () => {
    const platform = '00000000-0000-4000-8000-000000000000';
    expect((await world.ask(LIST, { platform })).data).toEqual({ platform: null });
    const { errors } = await world.ask(STOP, { platform });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  test.each(['', 'x', "'; drop table platforms; --", '../..'])('a platform called %j', async (platform) => {
    const { errors } = await world.ask(STOP, { platform });
    expect(errors).toMatchObject([
      { extensions: { code: expect.stringMatching(/NOT_FOUND|BAD_USER_INPUT/) as string } },
    ]);
  });

  test('one of another kind', async () => {
    const platform = await register(world.server, world.token, {
      name: 'files',
      protocol: 'HTTP',
      host: '127.0.0.1',
      port: world.fake.port,
    });
    expect((await world.ask(LIST, { platform })).data).toEqual({ platform: { modelArts: null } });
    const { errors } = await world.ask(STOP, { platform });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'platformId' }] } },
    ]);
  });

  test.each([
    ['credentials', { credentials: null }],
    ['a project', { projectId: null }],
  ])('one without %s', async (_, left) => {
    const platform = await without(left);
    for (const document of [LIST, STOP]) {
      const { errors } = await world.ask(document, { platform });
      expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_CONFIGURED' } });
    }
  });

  test('one of another business, which owns it alone', async () => {
    const [ours, theirs] = [await newBusiness(world.server), await newBusiness(world.server)];
    const platform = await register(world.server, ours.admin.token, draftOf(world.fake));
    const as = async (document: string, token: string | undefined) =>
      query(world.server.url, document, { variables: { platform }, token });
    for (const document of [LIST, STOP]) {
      expect((await as(document, ours.admin.token)).errors).toEqual([]);
      world.fake.reset();
      expect((await as(document, theirs.admin.token)).errors[0]?.extensions.code).toBe('NOT_FOUND');
      expect((await as(document, undefined)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(world.fake.requests).toEqual([]);
    }
  });
});

describe('what a platform does', () => {
  const upstream = async () => {
    const { data, errors } = await world.ask<{ platform: { modelArts: { notebooks: unknown } } }>(LIST);
    return { data, errors };
  };

  test("Huawei's own words are in what is answered, beside what else was asked for", async () => {
    const body = { error_code: 'ModelArts.6357', error_msg: 'The quota is used up.' };
    world.fake.instead('showNotebook', { status: 409, body });
    const { data, errors } = await upstream();
    expect(data?.platform.modelArts.notebooks).toMatchObject({ list: { nodes: [{}, {}] }, show: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstream: { status: 409 } } }]);
    expect(JSON.stringify(errors)).toContain('ModelArts.6357');
  });

  test('a value outside of its enum, and one of another type, hide themselves alone', async () => {
    const notebook = (id: string, more: object) => ({ id, name: id, ...more });
    const data = [
      notebook('a', { status: 'MELTED', lease: { duration: 'long' } }),
      notebook('b', { status: 'RUNNING', lease: { duration: 5 } }),
      notebook('c', { status: 7, lease: 'none' }),
      notebook('d', { status: null, lease: null, endpoints: {} }),
    ];
    world.fake.instead('listNotebooks', { status: 200, body: { data, total: 4 } });
    const { data: got, errors } = await world.ask(
      `query ($platform: ID!) { platform(id: $platform) { modelArts { notebooks { list { totalCount
        nodes { id name status lease { duration } endpoints { service } } } } } } }`,
    );
    expect(got).toEqual({
      platform: {
        modelArts: {
          notebooks: {
            list: {
              totalCount: 4,
              nodes: [
                { id: 'a', name: 'a', status: null, lease: { duration: null }, endpoints: null },
                { id: 'b', name: 'b', status: 'RUNNING', lease: { duration: 5 }, endpoints: null },
                { id: 'c', name: 'c', status: null, lease: null, endpoints: null },
                { id: 'd', name: 'd', status: null, lease: null, endpoints: null },
              ],
            },
          },
        },
      },
    });
    expect(errors).toHaveLength(5);
    for (const each of ['MELTED', 'long', 'status', 'endpoints'])
      expect(JSON.stringify(errors)).toContain(each);
  });

  test.each([
    ['no JSON', { status: 200, body: '<html>maintenance</html>' }],
    ['half of JSON', { status: 200, body: '{"data": [' }],
    ['another shape', { status: 200, body: '[1, 2]' }],
    ['a text', { status: 200, body: '"data"' }],
    ['a list that is none', { status: 200, body: { data: 'none', total: 1 } }],
    ['items that are none', { status: 200, body: { data: [1, null, 'x', []], total: 4 } }],
    ['a page elsewhere', { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' }],
    ['nothing', { status: 200, body: '' }],
    ['what nests for ever', { status: 200, body: `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }],
    [
      'names that objects have',
      { status: 200, body: '{"__proto__":{"data":[]},"constructor":1,"data":[{"__proto__":{"id":"x"}}]}' },
    ],
  ])('%s is an answer of ours, with a code', async (_, answer) => {
    world.fake.instead('listNotebooks', answer);
    const { data, errors } = await upstream();
    expect(data?.platform.modelArts.notebooks).toMatchObject({ show: { id: 'notebook-0' } });
    for (const { extensions } of errors) expect(extensions.code).toMatch(/^UPSTREAM_/);
    expect(({} as Record<string, unknown>)['data']).toBeUndefined();
    expect(world.server.log()).not.toContain('INTERNAL');
  });

  test('of too much, it says so', async () => {
    world.fake.instead('listNotebooks', (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"data":["');
      const more = () => {
        while (response.writable && response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    const { errors } = await upstream();
    expect(errors).toMatchObject([
      { extensions: { code: expect.stringMatching(/TOO_LARGE|^UPSTREAM_/) as string } },
    ]);
  });

  test('numbers beyond 2^53 stay what they are', async () => {
    world.fake.instead('showNotebook', { status: 200, body: '{"lease":{"duration":9007199254740993}}' });
    const { data } = await world.ask(
      'query ($platform: ID!) { platform(id: $platform) { modelArts { notebooks { show(id: "x") { lease { duration } } } } } }',
    );
    expect(JSON.stringify(data)).toContain('9007199254740993');
  });

  test('a total that is a lie, and pages that never end, end', async () => {
    world.fake.instead('listNotebooks', { status: 200, body: { data: [{ id: 'a' }], total: 1_000_000 } });
    const { data, errors } = await world.ask(
      'query ($platform: ID!) { platform(id: $platform) { modelArts { notebooks { list(first: 500) { nodes { id } } } } } }',
    );
    expect(errors).toEqual([]);
    // One of each of the calls that a page may take.
    const nodes = Array.from({ length: 10 }, () => ({ id: 'a' }));
    expect(data).toEqual({ platform: { modelArts: { notebooks: { list: { nodes } } } } });
    expect(world.fake.asked('listNotebooks')).toBe(10);
    world.fake.instead('listNetworks', { status: 200, body: { items: [], metadata: { continue: 'again' } } });
    await world.ask(
      'query ($platform: ID!) { platform(id: $platform) { modelArts { networks { list(first: 500) { nodes { kind } } } } } }',
    );
    expect(world.fake.asked('listNetworks')).toBe(2);
  });
});

test('secrets are in no log and no answer, also where the platform says them', async () => {
  const { fake, server, token } = world;
  const user = { ...fake.user, iamEndpoint: fake.url };
  const key = { ...fake.accessKey, securityToken: 'a-token-that-ends-soon' };
  const sent: string[] = [fake.accessKey.secretKey, fake.user.password, key.securityToken];
  fake.instead('*', (response, { headers }) => {
    const said = JSON.stringify({ error_code: 'echo', error_msg: headers });
    if (typeof headers['x-auth-token'] === 'string') sent.push(headers['x-auth-token']);
    response.writeHead(403, { 'content-type': 'application/json' }).end(said);
  });
  const answers: string[] = [];
  for (const credentials of [key, user]) {
    const platform = await register(server, token, draftOf(fake, credentials));
    const { errors } = await world.ask(LIST, { platform });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_ERROR');
    answers.push(JSON.stringify(errors));
  }
  expect(sent.length).toBeGreaterThan(3);
  for (const secret of sent)
    for (const text of [...answers, server.log()]) expect(text).not.toContain(secret);
});
