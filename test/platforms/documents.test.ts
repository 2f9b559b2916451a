import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { emitSchemas } from '../../src/emit.js';
import { DOCUMENT_LIMITS } from '../../src/domains/platforms/index.js';
import { longestStall } from '../support/eventLoop.js';
import type { IncomingMessage } from 'node:http';
import { stringify } from 'yaml';
import { SECRET_KEY, insertBusiness, insertCaller, insertUser } from '../identity/support/world.js';
import { query, startServer } from '../support/server.js';
import { httpUpstream, type Upstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { registerPlatform, updatePlatform } from './support.js';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '2' },
  servers: [{ url: 'https://elsewhere.example/api/v3' }],
  security: [{ key: [] }],
  paths: {
    '/pets/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {
        operationId: 'showPet',
        summary: 'Shows a pet',
        tags: ['pets'],
        parameters: [
          { name: 'fields', in: 'query', schema: { type: 'array', items: { enum: ['name', 'age'] } } },
        ],
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
        },
      },
      put: {
        operationId: 'replacePet',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: {},
      },
    },
    '/open': { get: { operationId: 'open', security: [], responses: {} } },
    '/either': {
      get: { operationId: 'either', security: [{ user: [] }, { query: [], cookie: [] }], responses: {} },
    },
    '/token': { get: { operationId: 'token', security: [{ token: [] }, {}], responses: {} } },
  },
  components: {
    schemas: {
      Pet: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          age: { type: 'integer' },
          parent: { $ref: '#/components/schemas/Pet' },
        },
      },
    },
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      user: { type: 'http', scheme: 'basic' },
      query: { type: 'apiKey', in: 'query', name: 'the key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
};
const TEXT = JSON.stringify(DOCUMENT);
const KEY = 'a-very-secret-key';

/** Also where others keep the machine busy. */
const PATIENT = { documentLimits: { ...DOCUMENT_LIMITS, time: 60_000 } };
const server = useServer(async () => startServer({ SECRET_KEY, GRAPHQL_MAX_ALIASES: '100' }, PATIENT));
/** What the platform was asked. */
const asked: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer: { status: number; type: string; body: string };
const upstream: Upstream & { stop: () => Promise<void> } = useServer(async () => {
  const started = await httpUpstream((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      response.writeHead(answer.status, { 'Content-Type': answer.type }).end(answer.body);
    });
  });
  return Object.assign(started, { stop: started.close });
});
let token: string;
beforeAll(async () => {
  token = await server.adminToken();
});

function answers(status: number, body: string, type = 'application/json'): void {
  asked.length = 0;
  answer = { status, type, body };
}

const GENERIC = { name: 'Pets', kind: 'GENERIC', region: null, projectId: null };
const register = async (more: Record<string, unknown> = {}) =>
  registerPlatform(server, upstream.port, { ...GENERIC, openapi: TEXT, credentials: { key: KEY }, ...more });

interface Asked {
  platform: Record<string, unknown> | null;
}

const ask = async (id: string, selection: string, variables: Record<string, unknown> = {}, types = '') =>
  query<Asked>(server.url, `query ($id: ID!${types}) { platform(id: $id) { ${selection} } }`, {
    variables: { id, ...variables },
    token,
  });

const read = async (id: string, operation: string, args: unknown = null) =>
  ask(
    id,
    'call(operation: $operation, arguments: $arguments) { status body }',
    { operation, arguments: args },
    ', $operation: String!, $arguments: JSON',
  );

const call = async (platformId: string, operation: string, args: unknown, as = token) =>
  query<{ callPlatform: { status: number; body: unknown } }>(
    server.url,
    'mutation ($input: CallPlatformInput!) { callPlatform(input: $input) { status body } }',
    { variables: { input: { platformId, operation, arguments: args } }, token: as },
  );

interface Failure {
  message: string;
  extensions?: { code?: string; fields?: { path: string; message: string }[] };
}
const faultsOf = ({ errors }: { errors: readonly unknown[] }) =>
  (errors as Failure[]).flatMap(({ extensions }) => [
    extensions?.code,
    ...(extensions?.fields ?? []).map(({ path, message }) => `${path}: ${message}`),
  ]);

const change = async (input: Record<string, unknown>) =>
  query(
    server.url,
    'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { id openapi } } }',
    { variables: { input }, token },
  );

test('a call leaves the graph as it is', async () => {
  const id = await register();
  answers(200, '{"name":"Rex"}');
  expect((await read(id, 'open')).errors).toEqual([]);
  const { 'schema.graphql': now } = await emitSchemas();
  expect(now).toBe(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
});

describe('the operations of a platform', () => {
  test('are those of its document', async () => {
    const id = await register();
    const { data, errors } = await ask(
      id,
      `openapi
       operations(first: 2, filter: {isRead: {eq: true}}, orderBy: [{field: PATH}]) {
         totalCount pageInfo { hasNextPage }
         nodes { id method path summary tags isRead arguments answer } }
       operation(id: "replacePet") { id arguments answer }
       none: operation(id: "other") { id }`,
    );
    expect(errors).toEqual([]);
    expect(data?.platform).toEqual({
      openapi: TEXT,
      operations: {
        totalCount: 4,
        pageInfo: { hasNextPage: true },
        nodes: [
          expect.objectContaining({
            id: 'either',
            path: '/api/v3/either',
            arguments: expect.anything() as unknown,
          }),
          expect.objectContaining({
            id: 'open',
            method: 'GET',
            summary: '',
            tags: [],
            isRead: true,
            answer: null,
          }),
        ],
      },
      operation: {
        id: 'replacePet',
        arguments: {
          type: 'object',
          properties: { id: { type: 'integer' }, body: { $ref: '#/components/schemas/Pet' } },
          required: ['id', 'body'],
          additionalProperties: false,
          components: { schemas: { Pet: DOCUMENT.components.schemas.Pet } },
        },
        answer: null,
      },
      none: null,
    });
  });

  test('are none without a document', async () => {
    const id = await register({ openapi: null, credentials: null });
    const { data } = await ask(id, 'openapi operations { nodes { id } } operation(id: "showPet") { id }');
    expect(data?.platform).toEqual({ openapi: null, operations: null, operation: null });
    expect(faultsOf(await read(id, 'showPet'))).toEqual(['NOT_CONFIGURED']);
  });

  test('change with the document, and go with it', async () => {
    const id = await register();
    const other = stringify({
      ...DOCUMENT,
      paths: { '/new': { get: { operationId: 'new', responses: {} } } },
    });
    const { data } = await change({ id, openapi: other });
    expect(data).toEqual({ updatePlatform: { platform: { id, openapi: other } } });
    expect((await ask(id, 'operations { nodes { id } }')).data?.platform).toEqual({
      operations: { nodes: [{ id: 'new' }] },
    });
    await updatePlatform(server, id, { name: 'Other' });
    expect((await ask(id, 'operations { nodes { id } }')).data?.platform).toEqual({
      operations: { nodes: [{ id: 'new' }] },
    });
    await updatePlatform(server, id, { openapiFile: null, credentials: null });
    expect((await ask(id, 'openapi operations { nodes { id } }')).data?.platform).toEqual({
      openapi: null,
      operations: null,
    });
    await change({ id, openapi: TEXT });
    expect((await ask(id, 'operation(id: "showPet") { id }')).data?.platform).toEqual({
      operation: { id: 'showPet' },
    });
  });
});

describe('an operation is called', () => {
  test('for reading, by a query', async () => {
    const id = await register();
    answers(200, '{"name":"Rex","id":9007199254740993}');
    const { data, errors } = await read(id, 'showPet', { id: 7, fields: ['name', 'age'] });
    expect(errors).toEqual([]);
    expect(JSON.stringify(data?.platform)).toBe(
      '{"call":{"status":200,"body":{"name":"Rex","id":9007199254740992}}}',
    );
    expect(asked).toMatchObject([
      { line: 'GET /api/v3/pets/7?fields=name&fields=age', headers: { 'x-key': KEY } },
    ]);
    answers(404, 'nothing there', 'text/plain');
    expect((await read(id, 'showPet', { id: 8 })).data?.platform).toEqual({
      call: { status: 404, body: 'nothing there' },
    });
  });

  test('for anything, by a mutation', async () => {
    const id = await register();
    answers(204, '');
    const { data, errors } = await call(id, 'replacePet', { id: 7, body: { name: 'é', age: 3 } });
    expect(errors).toEqual([]);
    expect(data).toEqual({ callPlatform: { status: 204, body: null } });
    expect(asked).toMatchObject([
      {
        line: 'PUT /api/v3/pets/7',
        headers: { 'content-type': 'application/json', 'x-key': KEY },
        body: '{"name":"é","age":3}',
      },
    ]);
  });

  test('with all digits of its arguments', async () => {
    const id = await register();
    answers(204, '');
    const body = JSON.stringify({
      query: 'mutation ($input: CallPlatformInput!) { callPlatform(input: $input) { status } }',
      variables: {
        input: { platformId: id, operation: 'replacePet', arguments: { id: 7, body: { name: '', age: 0 } } },
      },
    }).replace('"age":0', '"age":9007199254740993');
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    expect(await response.json()).toEqual({ data: { callPlatform: { status: 204 } } });
    expect(asked).toMatchObject([{ body: '{"name":"","age":9007199254740993}' }]);
  });

  test('with wrong arguments never', async () => {
    const id = await register();
    answers(200, '{}');
    expect(faultsOf(await read(id, 'showPet', { id: '7', fields: ['size'], more: 1 }))).toEqual([
      'BAD_USER_INPUT',
      'arguments.more: is unknown',
      'arguments.fields.0: must be one of name, age',
      'arguments.id: must be a whole number',
    ]);
    expect(faultsOf(await read(id, 'showPet', [1]))).toEqual([
      'BAD_USER_INPUT',
      'arguments: must be an object',
    ]);
    expect(faultsOf(await read(id, 'none'))).toEqual([
      'BAD_USER_INPUT',
      'operation: is no operation of the platform',
    ]);
    expect(faultsOf(await read(id, 'replacePet', { id: 7, body: { name: '' } }))).toEqual([
      'BAD_USER_INPUT',
      'operation: does not only read; call it by the mutation callPlatform',
    ]);
    expect(faultsOf(await call(id, 'replacePet', { id: 7, body: { age: 'x' } }))).toEqual([
      'BAD_USER_INPUT',
      'input.arguments.body.name: is required',
      'input.arguments.body.age: must be a whole number',
    ]);
    expect(asked).toEqual([]);
  });

  test('not without bounds in one request', async () => {
    const id = await register();
    answers(200, '{}');
    const calls = Array.from({ length: 51 }, (_, index) => `c${index}: call(operation: "open") { status }`);
    const { data, errors } = await ask(id, calls.join(' '));
    expect(errors).toMatchObject([{ message: 'operation: a request may call 50 operations' }]);
    expect(asked).toHaveLength(50);
    expect(data?.platform).toMatchObject({ c0: { status: 200 }, c50: null });
  });
});

describe('credentials go where the document says', () => {
  const credentials = {
    user: { user: 'me', password: 'pass wörd' },
    query: 'a&b key',
    cookie: 'crumbs-of-it',
    token: 'token-of-mine',
  };
  test.each<[string, object, string, object]>([
    [
      'either',
      { user: credentials.user },
      'GET /api/v3/either',
      { authorization: `Basic ${btoa('me:pass w\xc3\xb6rd')}` },
    ],
    [
      'either',
      { query: credentials.query, cookie: credentials.cookie },
      'GET /api/v3/either?the%20key=a%26b%20key',
      { cookie: 'session=crumbs-of-it' },
    ],
    ['token', { token: credentials.token }, 'GET /api/v3/token', { authorization: 'Bearer token-of-mine' }],
    ['token', { key: KEY }, 'GET /api/v3/token', {}],
    ['open', { key: KEY }, 'GET /api/v3/open', {}],
  ])('%s with %j', async (operation, given, line, headers) => {
    const id = await register({ credentials: given });
    answers(200, '{}');
    expect((await read(id, operation)).errors).toEqual([]);
    expect(asked).toMatchObject([{ line, headers }]);
    const [{ headers: sent } = { headers: {} }] = asked;
    const told = ['authorization', 'cookie', 'x-key'].filter((name) => name in sent);
    expect(told).toEqual(Object.keys(headers));
  });

  test('where they are lacking nothing is sent', async () => {
    const id = await register({ credentials: null });
    answers(200, '{}');
    expect(await read(id, 'either')).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('needs user, or query and cookie') as unknown,
          extensions: { code: 'NOT_CONFIGURED' },
        },
      ],
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['{"sent":{"x-key":"a-very-secret-key"},"n":9007199254740993}', 'application/json'],
    ['your key is a-very-secret-key', 'text/plain'],
  ])('what a platform repeats of them is hidden: %s', async (body, type) => {
    const id = await register();
    answers(200, body, type);
    const { data } = await read(id, 'showPet', { id: 1 });
    expect(JSON.stringify(data)).toContain('[redacted]');
    expect(JSON.stringify(data)).not.toContain(KEY);
  });

  test('wrong ones are refused', async () => {
    const id = await register();
    expect(
      faultsOf(
        await change({
          id,
          credentials: { nobody: 'x', key: 'a\nb', user: { user: 'a:b' }, token: 7, cookie: 'a;b' },
        }),
      ),
    ).toEqual([
      'BAD_USER_INPUT',
      'input.credentials.nobody: is no security scheme of the document: cookie, key, query, token, user',
      'input.credentials.key: must be visible ASCII characters',
      'input.credentials.user.user: must not contain a colon',
      'input.credentials.user.password: must be a text',
      'input.credentials.token: must be a text',
      'input.credentials.cookie: must be what a cookie can hold',
    ]);
  });

  test('where a call is tried again, those of where the platform is by then', async () => {
    const [keys, busyKeys]: unknown[][] = [[], []];
    const changed = Promise.withResolvers<void>();
    const busy = await httpUpstream((request, response) => {
      busyKeys?.push(request.headers['x-key']);
      void changed.promise.then(() => response.writeHead(503).end());
    });
    onTestFinished(async () => busy.close());
    const other = await httpUpstream((request, response) => {
      keys?.push(request.headers['x-key']);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
    onTestFinished(async () => other.close());
    const id = await register({ port: busy.port });
    const answered = read(id, 'showPet', { id: 1 });
    await expect.poll(() => busyKeys).toEqual([KEY]);
    await updatePlatform(server, id, { port: other.port, credentials: { key: 'another-secret-key' } });
    changed.resolve();
    expect((await answered).data?.platform).toEqual({ call: { status: 200, body: {} } });
    expect(keys).toEqual(['another-secret-key']);
  });

  test('stored ones are not sent in another way', async () => {
    const id = await register();
    const { securitySchemes } = DOCUMENT.components;
    const other = {
      ...DOCUMENT,
      components: {
        ...DOCUMENT.components,
        securitySchemes: { ...securitySchemes, key: { type: 'apiKey', in: 'query', name: 'title' } },
      },
    };
    const openapi = JSON.stringify(other);
    expect(faultsOf(await change({ id, openapi }))[0]).toBe('BAD_USER_INPUT');
    expect(faultsOf(await change({ id, openapi: null }))[0]).toBe('BAD_USER_INPUT');
    expect((await change({ id, openapi, credentials: { key: KEY } })).errors).toEqual([]);
  });
});

describe('a document that is wrong is refused with its places', () => {
  test('when a platform is registered, and when it changes', async () => {
    const openapi = stringify({ ...DOCUMENT, info: {}, paths: { pets: {} } });
    const places = [
      'BAD_USER_INPUT',
      'input.openapi/info/title: is required',
      'input.openapi/info/version: is required',
      'input.openapi/paths/pets: must start with / and have neither ? nor #',
    ];
    const input = { name: 'a', protocol: 'HTTP', host: '127.0.0.1', openapi };
    const refused = await query(
      server.url,
      'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
      { variables: { input }, token },
    );
    expect(faultsOf(refused)).toEqual(places);
    const id = await register();
    expect(faultsOf(await change({ id, openapi }))).toEqual(places);
    expect((await ask(id, 'openapi')).data?.platform).toEqual({ openapi: TEXT });
  });

  test('for a platform of another kind', async () => {
    const id = await registerPlatform(server, upstream.port);
    expect(faultsOf(await change({ id, openapi: TEXT }))).toEqual([
      'BAD_USER_INPUT',
      'input.openapi: is for platforms of kind GENERIC alone',
    ]);
    expect(faultsOf(await call(id, 'showPet', {}))).toEqual([
      'BAD_USER_INPUT',
      'platformId: must be a platform of kind GENERIC',
    ]);
  });

  test('that is a NUL character', async () => {
    const id = await register();
    expect(faultsOf(await change({ id, openapi: '\0' }))).toEqual([
      'BAD_USER_INPUT',
      'input.openapi: must not contain the NUL character',
    ]);
  });
});

describe('a document comes as a file', () => {
  async function upload(id: string, content: Uint8Array<ArrayBuffer>, more: object = {}): Promise<unknown> {
    const form = new FormData();
    const variables = { input: { id, openapiFile: null, ...more } };
    form.set(
      'operations',
      JSON.stringify({
        query:
          'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { openapi } } }',
        variables,
      }),
    );
    form.set('map', JSON.stringify({ 0: ['variables.input.openapiFile'] }));
    form.set('0', new File([content], 'pets.yaml'));
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    return response.json();
  }

  test('in the form of the multipart request specification', async () => {
    const id = await register();
    const text = stringify(DOCUMENT);
    expect(await upload(id, Buffer.from(text))).toEqual({
      data: { updatePlatform: { platform: { openapi: text } } },
    });
    expect(await upload(id, Buffer.from([0xff, 0xfe]))).toMatchObject({
      errors: [{ extensions: { fields: [{ path: 'input.openapiFile', message: 'is no text in UTF-8' }] } }],
    });
    expect(await upload(id, Buffer.from(text), { openapi: text })).toMatchObject({
      errors: [{ extensions: { fields: [{ path: 'input.openapiFile' }] } }],
    });
    expect(await upload(id, Buffer.from('x'.repeat(8_388_609)))).toMatchObject({
      errors: [
        { extensions: { fields: [{ path: 'input.openapiFile', message: 'is larger than 8388608 bytes' }] } },
      ],
    });
  });
});

test('operations of a platform of a business are called by its members alone', async () => {
  const administrator = async () => {
    const creator = await insertUser(server, { isAdmin: true });
    const { id: businessId } = await insertBusiness(server, creator.id);
    return insertCaller(server, { businessId, isAdmin: true });
  };
  const [owner, foreigner] = [await administrator(), await administrator()];
  const id = await registerPlatform(
    server,
    upstream.port,
    { ...GENERIC, openapi: TEXT, credentials: { key: KEY } },
    owner.token,
  );
  answers(200, '{}');
  const reading = async (as: string) =>
    query<Asked>(
      server.url,
      'query ($id: ID!) { platform(id: $id) { call(operation: "open") { status } } }',
      {
        variables: { id },
        token: as,
      },
    );
  for (const as of [owner.token, token]) {
    expect((await reading(as)).data?.platform).toEqual({ call: { status: 200 } });
    expect(await call(id, 'open', null, as)).toMatchObject({ data: { callPlatform: { status: 200 } } });
  }
  expect(faultsOf(await reading(foreigner.token))).toEqual(['NOT_FOUND']);
  expect(faultsOf(await call(id, 'open', null, foreigner.token))).toEqual(['NOT_FOUND']);
  expect(asked).toHaveLength(4);
  for (const fields of ['openapi', 'operations { totalCount }', 'operation(id: "open") { path }']) {
    const seen = async (as: string) =>
      query<Asked>(server.url, `query ($id: ID!) { platform(id: $id) { ${fields} } }`, {
        variables: { id },
        token: as,
      });
    expect((await seen(owner.token)).errors).toEqual([]);
    const { data, errors } = await seen(foreigner.token);
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(JSON.stringify(data)).not.toContain('open"');
  }
});

test('the trail tells that the document changed, and neither what it says nor secrets', async () => {
  const id = await register();
  await updatePlatform(server, id, { openapi: TEXT.replace('Pets', 'Cats') });
  const { rows } = await server.database.query(
    `select "before", "after" from audit_events where "after"->>'openapi' is not null and object_id = $1 order by id`,
    [id],
  );
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain('showPet');
  expect(JSON.stringify(rows)).not.toContain(KEY);
});

describe('what is too much stalls nobody', () => {
  const object = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `field${index}`,
      { type: 'string', description: 'what it is' },
    ]),
  );
  const indices = Array.from({ length: 1900 }, (_, index) => index);
  const large = {
    ...DOCUMENT,
    paths: Object.fromEntries(
      indices.map((index) => [
        `/things${index}`,
        {
          post: {
            operationId: `thing${index}`,
            requestBody: {
              content: { 'application/json': { schema: { $ref: `#/components/schemas/S${index}` } } },
            },
            responses: {},
          },
        },
      ]),
    ),
    components: {
      ...DOCUMENT.components,
      schemas: Object.fromEntries(
        indices.map((index) => [
          `S${index}`,
          {
            type: 'object',
            properties: { ...object, all: { $ref: `#/components/schemas/S${(index + 1) % 1900}` } },
          },
        ]),
      ),
    },
  };

  async function give(id: string, text: string): Promise<unknown> {
    const form = new FormData();
    const document =
      'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { id } } }';
    form.set(
      'operations',
      JSON.stringify({ query: document, variables: { input: { id, openapiFile: null } } }),
    );
    form.set('map', JSON.stringify({ 0: ['variables.input.openapiFile'] }));
    form.set('0', new File([text], 'document'));
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: form });
    return response.json();
  }

  test('a large document', async () => {
    const id = await register();
    const text = JSON.stringify(large);
    expect(text.length).toBeGreaterThan(2_500_000);
    expect(
      await longestStall(async () => {
        expect(await give(id, text)).toEqual({ data: { updatePlatform: { platform: { id } } } });
      }),
    ).toBeLessThan(1000);
    const few = await ask(
      id,
      'operations(first: 1, filter: {path: {contains: "/things1899"}}) { nodes { id arguments } }',
    );
    expect(few.errors).toEqual([]);
    // Each schema refers to all others.
    const many = await ask(id, 'operations(first: 3) { nodes { id arguments } }');
    expect(faultsOf(many)).toContain('arguments: the schemas have more than 4194304 characters in all');
  });

  test.each([
    ['levels', `a: ${'['.repeat(500_000)}`],
    ['keys', Array.from({ length: 150_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ])('%s', { timeout: 180_000 }, async (_what, text) => {
    const id = await register();
    const stall = await longestStall(async () => {
      expect(await give(id, text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    });
    expect(stall).toBeLessThan(1000);
    expect((await ask(id, 'openapi')).data?.platform).toEqual({ openapi: TEXT });
  });
});

test('the document of a platform whose credentials cannot be read is told, and nothing is called', async () => {
  const id = await register();
  await server.database.query('update platforms set credentials = $1 where id = $2', ['garbage', id]);
  answers(200, '{}');
  const { data, errors } = await ask(
    id,
    'kind operations { nodes { id } } operation(id: "open") { id } call(operation: "open") { status }',
  );
  expect(data?.platform).toMatchObject({ kind: 'GENERIC', operation: { id: 'open' }, call: null });
  expect(errors).toMatchObject([{ path: ['platform', 'call'], extensions: { code: 'INTERNAL' } }]);
  expect(asked).toEqual([]);
});
