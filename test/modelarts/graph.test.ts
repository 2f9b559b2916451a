import { type GraphQLObjectType, buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { modelArtsDocument } from '../../src/domains/modelarts/document.js';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { change, read, registerModelArts } from './support/graph.js';

const fake = await FakeModelArts.start();
afterAll(() => fake.close());
const server = useServer(() => startServer());
let caller: { token: string; id: string };
beforeAll(async () => {
  const token = await server.adminToken();
  caller = { token, id: await registerModelArts(server, fake, { token }) };
});
beforeEach(() => fake.reset());

/** The fields in the order of the world. */
const namesOf = (items: readonly { value: object }[]) =>
  items.map(({ value }) => (value as { name: string }).name);

describe('the graph', () => {
  const sdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(sdl, { assumeValidSDL: true });

  test('has a field for each operation, below reads or writes', () => {
    const groups = (root: string) =>
      Object.values((schema.getType(root) as GraphQLObjectType).getFields()).flatMap(({ name, type }) =>
        Object.keys((schema.getType(String(type).replace('!', '')) as GraphQLObjectType).getFields()).map(
          (field) => `${name}.${field}`,
        ),
      );
    const wanted = (isRead: boolean) =>
      [...modelArtsDocument().operations.values()]
        .filter(({ extensions }) => extensions['x-isthmus-read'] === isRead)
        .map(({ extensions }) => [extensions['x-isthmus-group'], extensions['x-isthmus-field']].join('.'));
    expect(groups('ModelArts').toSorted()).toEqual(wanted(true).toSorted());
    expect(groups('ModelArtsMutation').toSorted()).toEqual(wanted(false).toSorted());
    expect([...wanted(true), ...wanted(false)]).toHaveLength(182);
  });
});

describe('reads', () => {
  test('a list in pages, which is called once for each', async () => {
    interface Page {
      notebooks: {
        list: {
          nodes: { name: string }[];
          totalCount: number;
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
    const page = async (more: string) => {
      const { data, errors } = await read<Page>(
        server,
        `notebooks { list(first: 2 ${more}) { nodes { name } totalCount pageInfo { hasNextPage endCursor } } }`,
        caller,
      );
      expect(errors).toEqual([]);
      return data?.notebooks.list;
    };
    const first = await page('');
    const next = await page(`after: ${JSON.stringify(first?.pageInfo.endCursor)}`);
    const found = [...(first?.nodes ?? []), ...(next?.nodes ?? [])].map(({ name }) => name);
    expect(found).toEqual(namesOf(fake.world.notebooks).slice(0, 4));
    expect(first?.totalCount).toBe(fake.world.notebooks.length);
    expect(fake.asked('listNotebooks')).toBe(2);
    expect(fake.refusals).toEqual([]);
  });

  test('one by its id, with objects in it', async () => {
    const { data, errors } = await read(
      server,
      'notebooks { show(id: "notebook-1") { id name status workspaceId image { id } actionProgress { step } } }',
      caller,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      notebooks: { show: { id: 'notebook-1', status: 'RUNNING', image: { id: 'image-1' } } },
    });
    expect(fake.requests.map(({ target }) => target)).toEqual([`/v1/${fake.projectId}/notebooks/notebook-1`]);
  });

  test('by a POST that changes nothing', async () => {
    const { data, errors } = await read(
      server,
      'trainingJobs { list(first: 3, input: { sortBy: "create_time" }) { nodes { metadata { name } } } }',
      caller,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ trainingJobs: { list: { nodes: [{ metadata: {} }, {}, {}] } } });
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      body: { sort_by: 'create_time', limit: 3, offset: 0 },
    });
  });

  test('the same query again and again, which is compiled then', async () => {
    const fields =
      'networks { list(first: 1) { nodes { kind metadata { name } } } } quotas { show { __typename } }';
    const first = await read(server, fields, caller);
    expect(first.errors).toEqual([]);
    for (let times = 0; times < 15; times += 1) {
      const { data, errors } = await read(server, fields, caller);
      expect([data, errors]).toEqual([first.data, []]);
    }
  });

  test('of what belongs to no project', async () => {
    const { data, errors } = await read(server, 'workspaces { showAuthMode { mode } }', caller);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ workspaces: { showAuthMode: { mode: expect.any(String) as string } } });
    expect(fake.requests.map(({ target }) => target)).toEqual(['/v1/auth-mode']);
  });

  test('from several groups at once, each asked once', async () => {
    const { errors } = await read(
      server,
      'pools { list { items { metadata { name } } } } workspaces { list { totalCount } } images { list { totalCount } }',
      caller,
    );
    expect(errors).toEqual([]);
    expect(fake.asked()).toBe(3);
  });
});

describe('writes', () => {
  test('with an input in the words of the graph, sent in those of the platform', async () => {
    const { data, errors } = await change(
      server,
      `notebooks { create(input: {
         name: "new", imageId: "image-1", workspaceId: null, duration: 3600000, feature: NOTEBOOK,
         volume: { category: EFS, ownership: MANAGED }
       }) { id name } }`,
      caller,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ notebooks: { create: { name: 'new' } } });
    expect(fake.requests.map(({ method, body }) => [method, body])).toEqual([
      [
        'POST',
        {
          name: 'new',
          image_id: 'image-1',
          duration: 3_600_000,
          feature: 'NOTEBOOK',
          volume: { category: 'EFS', ownership: 'MANAGED' },
        },
      ],
    ]);
  });

  test('true where nothing is answered', async () => {
    const { data, errors } = await change(
      server,
      'trainingJobs { delete(trainingJobId: "job-0") } services { patch(serviceId: "service-0", input: [{ op: replace, path: "/a", value: "b" }]) { updateTime } }',
      caller,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ trainingJobs: { delete: true } });
    expect(fake.requests.find(({ method }) => method === 'PATCH')?.body).toEqual([
      { op: 'replace', path: '/a', value: 'b' },
    ]);
  });

  test('digits beyond 2^53 arrive as they were given', async () => {
    await change(
      server,
      'notebooks { create(input: { name: "n", imageId: "i", duration: 9007199254740993, volume: { category: EFS, ownership: MANAGED } }) { id } }',
      caller,
    );
    expect(fake.requests[0]?.bytes.toString()).toContain('"duration":9007199254740993');
  });
});

describe('arguments are checked before anything is asked', () => {
  test.each([
    ['show(id: "..")', 'id'],
    ['show(id: "")', 'id'],
    ['list(first: -1) { totalCount }', 'first'],
    ['list(after: "nonsense") { totalCount }', 'after'],
  ])('%s', async (field, path) => {
    const { errors } = await read(
      server,
      `notebooks { ${field.endsWith('}') ? field : `${field} { id }`} }`,
      caller,
    );
    expect(errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'BAD_USER_INPUT', fields: [{ path }] },
    ]);
    expect(fake.asked()).toBe(0);
  });

  test('what the schema says is checked by GraphQL itself', async () => {
    const { errors } = await change(server, 'notebooks { create(input: { name: "n" }) { id } }', caller);
    expect(errors.map(({ message }) => message).join()).toContain('imageId');
    expect(fake.asked()).toBe(0);
  });
});

describe('an answer that is described otherwise', () => {
  const shown = async (body: object, fields: string) => {
    fake.instead('showNotebook', { status: 200, body });
    return read<{ notebooks: { show: unknown } }>(
      server,
      `notebooks { show(id: "a") { ${fields} } }`,
      caller,
    );
  };

  test.each([
    [{ status: 'MELTED' }, 'status', '"MELTED"'],
    [{ description: 7 }, 'description', '7'],
    [{ is_need_credentials: 'yes' }, 'isNeedCredentials', '"yes"'],
    [{ lease: [] }, 'lease { type }', '[]'],
    [{ endpoints: {} }, 'endpoints { uri }', '{}'],
    [{ endpoints: [null] }, 'endpoints { uri }', 'null'],
    [{ billing_items: ['STORAGE', 'AIR'] }, 'billingItems', '"AIR"'],
  ])('%j is null with an error; what stands beside it is answered', async (part, field, value) => {
    const { data, errors } = await shown({ ...part, name: 'n' }, `name ${field}`);
    const name = field.split(' ')[0] ?? '';
    expect(data).toEqual({ notebooks: { show: { name: 'n', [name]: null } } });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      path: ['platform', 'modelArts', 'notebooks', 'show', name],
      extensions: { code: 'UPSTREAM_ERROR' },
    });
    expect(errors[0]?.message).toContain(value);
    expect(errors[0]?.message).toContain(Object.keys(part)[0]);
  });

  test.each([
    ['9007199254740993', '9007199254740993'],
    ['1700000000000', 1_700_000_000_000],
    ['1e3', 1000],
    ['12.0', 12],
  ])('a whole number %s keeps its digits', async (text, expected) => {
    fake.instead('showNotebook', { status: 200, body: `{"lease":{"duration":${text}}}` });
    const { data, errors } = await read(server, 'notebooks { show(id: "a") { lease { duration } } }', caller);
    expect(errors).toEqual([]);
    expect(data).toEqual({ notebooks: { show: { lease: { duration: expected } } } });
  });

  test.each(['1.5', '"1"', '9223372036854775808', '1e400'])('%s is no whole number', async (text) => {
    fake.instead('showNotebook', { status: 200, body: `{"lease":{"duration":${text}}}` });
    const { data, errors } = await read(server, 'notebooks { show(id: "a") { lease { duration } } }', caller);
    expect(data).toEqual({ notebooks: { show: { lease: { duration: null } } } });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
  });

  test('nothing, where an object is described, is null', async () => {
    fake.instead('showNotebook', { status: 204, body: '' });
    const { data, errors } = await read(server, 'notebooks { show(id: "a") { name } }', caller);
    expect([data, errors]).toEqual([{ notebooks: { show: null } }, []]);
  });

  test('a list instead of an object fails that field alone', async () => {
    fake.instead('showNotebook', { status: 200, body: [] });
    const { data, errors } = await read(
      server,
      'notebooks { show(id: "a") { name } } quotas { show { __typename } }',
      caller,
    );
    expect(data).toMatchObject({ notebooks: { show: null }, quotas: { show: {} } });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
  });

  test('a failure of the platform is told in its words', async () => {
    fake.instead('showNotebook', {
      status: 404,
      body: { error_code: 'ModelArts.6309', error_msg: 'no such notebook' },
    });
    const { data, errors } = await read(server, 'notebooks { show(id: "a") { name } }', caller);
    expect(data).toEqual({ notebooks: { show: null } });
    expect(errors).toMatchObject([
      {
        extensions: {
          code: 'UPSTREAM_ERROR',
          upstream: { platform: 'modelarts', status: 404, body: { error_code: 'ModelArts.6309' } },
        },
      },
    ]);
  });
});

describe('a platform', () => {
  const register = async (input: object) => {
    const document =
      'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }';
    const variables = {
      input: { name: 'other', protocol: 'HTTP', host: '127.0.0.1', port: fake.port, ...input },
    };
    const { data } = await query<{ registerPlatform: { platform: { id: string } } }>(server.url, document, {
      token: caller.token,
      variables,
    });
    return data?.registerPlatform.platform.id ?? '';
  };

  test('of another kind has no operations of ModelArts', async () => {
    const id = await register({});
    const { data, errors } = await read(server, 'quotas { show { __typename } }', { ...caller, id });
    expect([data, errors]).toEqual([null, []]);
    const written = await change(server, 'workspaces { delete(workspaceId: "w") { workspaceId } }', {
      ...caller,
      id,
    });
    expect(written.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'platformId' }] } },
    ]);
  });

  test('in a list of platforms has them, whatever else is asked of it', async () => {
    const { data, errors } = await query<{ platforms: { nodes: unknown[] } }>(
      server.url,
      '{ platforms(filter: { name: { eq: "modelarts" } }) { nodes { modelArts { quotas { show { __typename } } } } } }',
      { token: caller.token },
    );
    expect(errors).toEqual([]);
    expect(data?.platforms.nodes).toMatchObject([{ modelArts: { quotas: { show: {} } } }]);
  });

  test('that is not there is NOT_FOUND', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const { errors } = await change(server, 'workspaces { delete(workspaceId: "w") { workspaceId } }', {
      ...caller,
      id,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  test('whose project nobody has told is NOT_CONFIGURED for what belongs to one', async () => {
    const id = await registerModelArts(server, fake, { token: caller.token, projectId: null });
    const { data, errors } = await read(
      server,
      'quotas { show { __typename } } workspaces { showAuthMode { mode } }',
      { ...caller, id },
    );
    expect(data).toMatchObject({ quotas: { show: null }, workspaces: { showAuthMode: {} } });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_CONFIGURED' } }]);
  });

  test('without credentials is NOT_CONFIGURED', async () => {
    const id = await register({ kind: 'MODELARTS', region: fake.region, projectId: fake.projectId });
    const { data, errors } = await read(server, 'quotas { show { __typename } }', { ...caller, id });
    expect(data).toEqual({ quotas: { show: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_CONFIGURED' } }]);
    expect(fake.asked()).toBe(0);
  });
});

describe('what a query costs', () => {
  const small = useServer(() => startServer({ GRAPHQL_MAX_COST: '30' }));
  const ask = async (fields: string) => {
    const id = '00000000-0000-4000-8000-000000000000';
    return read(small, fields, { token: await small.adminToken(), id });
  };

  test('is its page times what is asked of each item', async () => {
    const { errors } = await ask('notebooks { list(first: 100) { nodes { name } } }');
    expect(errors).toMatchObject([
      { message: expect.stringContaining('costs 204') as string, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect((await ask('notebooks { list(first: 5) { nodes { name } } }')).errors).toEqual([]);
  });

  test('does not rise with objects that are connections of another kind', async () => {
    const { errors } = await ask(
      'networks { show(networkName: "n") { spec { connection { peerConnectionList { peerVpcId } } } } }',
    );
    expect(errors).toEqual([]);
  });
});
