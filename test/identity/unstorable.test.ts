import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNBUILT } from '../../src/modules.js';
import { restSystems } from '../../src/surfaces.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { send } from '../support/rest.js';
import { upload } from '../yamlgen/support/uploads.js';
import { CALLERS, type CallerKind, type Scene, createScene, createTenants } from './support/callers.js';
import { GRAPH_MATRIX, type GraphRow } from './support/matrix.graphql.js';
import { REST_MATRIX } from './support/matrix.rest.js';
import { SECRET_KEY } from './support/world.js';

/** Texts that PostgreSQL or UTF-8 cannot hold. */
const UNSTORABLE = {
  NUL: 'a\0b',
  'half a surrogate pair': 'Aa1-aaaa\ud83d',
  'the other half': '\ude00Aa1-aaaa',
};

/** As bytes in a URL. */
const ENCODED = { NUL: 'a%00b', 'half a surrogate pair': '%ED%A0%BD', 'a byte of no text': '%ff' };

let server: TestServer;
/** One of each caller: what is refused changes nothing. */
const scenes = new Map<CallerKind, Scene>();
beforeAll(async () => {
  server = await startServer({ SECRET_KEY, TRUSTED_NETWORKS: '10.9.9.0/24', LOGIN_FAILURES: '1000' });
  const tenants = await createTenants(server);
  for (const kind of CALLERS) scenes.set(kind, await createScene(server, tenants, kind));
});
afterAll(() => server.stop());

function sceneOf(kind: CallerKind | undefined): Scene {
  const scene = kind && scenes.get(kind);
  if (!scene) throw new Error('nobody may');
  return scene;
}

const systemAdministrator = () => sceneOf('system administrator');

/** Of the last caller that may do what the row of a matrix asks for. */
const allowed = ({ expected }: { expected: string }): Scene =>
  sceneOf(CALLERS[expected.split(' ').lastIndexOf('+')]);

/** Every text within a value, with a copy in which it is another. */
function spoilt(value: unknown, by: string, path = ''): { path: string; copy: unknown }[] {
  if (typeof value === 'string') return [{ path, copy: by }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    spoilt(inner, by, path === '' ? key : `${path}.${key}`).map(({ path: place, copy }) => ({
      path: place,
      copy: Array.isArray(value) ? value.with(Number(key), copy) : { ...value, [key]: copy },
    })),
  );
}

const systems = Object.entries(restSystems(UNBUILT, { ADMIN_AUTO_DEPLOY: false, SIGN_AUTO_APPROVE: false }));

async function ask(operation: string, path: string, { token }: Scene, body?: unknown) {
  const [system = '', method = ''] = operation.split(' ');
  const prefix = systems.find(([name]) => name === system)?.[1].dialect.prefixes[0] ?? '';
  const headers = { [system === 'platform' ? 'x-access-token' : 'authorization']: token ?? '' };
  const response = await send(server.url + prefix + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, message: (JSON.parse(text) as { message: string }).message };
}

const routes = Object.entries(REST_MATRIX).filter(([operation]) => !operation.includes('{uri}'));

describe('REST', () => {
  const withBody = routes.filter(([, { body }]) => body);

  test.each(withBody)('%s: every text of the body', async (operation, row) => {
    const { params, body } = row;
    for (const text of Object.values(UNSTORABLE)) {
      const scene = allowed(row);
      const values = params?.(scene) ?? {};
      const path = (operation.split(' ')[2] ?? '')
        .replace(/:.*/, '')
        .replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
      for (const { path: field, copy } of spoilt(body?.(scene), text)) {
        const { status, message } = await ask(operation, path, scene, copy);
        expect([400, 422], `${field}: ${message}`).toContain(status);
        expect(message).toContain(field);
      }
    }
  });

  const withParams = routes.filter(([, { params }]) => params);

  test.each(withParams)('%s: the path', async (operation, row) => {
    // Optimus has it that nothing has a badly formed id.
    const refusals = operation.startsWith('optimus ') ? [400, 404] : [400, 422];
    for (const text of Object.values(ENCODED)) {
      const scene = allowed(row);
      const path = (operation.split(' ')[2] ?? '').replace(/:.*/, '').replaceAll(/\{\w+\}/g, text);
      const { status, message } = await ask(operation, path, scene, row.body?.(scene));
      expect(refusals, message).toContain(status);
    }
  });

  const withQuery = systems.flatMap(([name, { endpoints }]) =>
    endpoints.flatMap(({ route, query: schema }) =>
      Object.keys(schema?.shape ?? {}).map((field) => [`${name} ${route}`, field] as const),
    ),
  );

  test.each(withQuery)('%s: %s in the query', async (operation, field) => {
    for (const text of Object.values(ENCODED)) {
      const path = (operation.split(' ')[2] ?? '').replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
        name.endsWith('Id') ? '1' : 'somewhere',
      );
      const { status, message } = await ask(operation, `${path}?${field}=${text}`, systemAdministrator());
      expect([400, 422], message).toContain(status);
      expect(message).toContain(field);
    }
  });
});

/** Texts that are looked up or compared, never stored: as unknown as any other. */
const LOOKED_UP = /(^|[.])(id|ids[.]\d+|platformId|cid|refreshToken|oldPassword)$/;
/** Sent on as JSON, which has a spelling for each of them. */
const FORWARDED = /^input[.]path$/;
/** Of an enum, which graphql-js refuses. */
const ENUM = /(^|[.])(protocol|status|method)$/;

interface Refusal {
  code: unknown;
  fields: { path: string }[];
}

describe('GraphQL', () => {
  async function refusals(
    document: string,
    variables: object,
    { token }: Scene,
    files?: GraphRow['files'],
  ): Promise<Refusal[]> {
    const { errors } = files
      ? await upload(server.url, { document, variables, files, token })
      : await query(server.url, document, { variables, token });
    return errors.map(({ extensions }) => ({
      code: extensions.code,
      fields: (extensions['fields'] ?? []) as Refusal['fields'],
    }));
  }

  const rows = Object.entries(GRAPH_MATRIX).filter(([, { variables }]) => variables);

  test.each(rows)('%s: every text of the variables', async (_field, row) => {
    for (const text of Object.values(UNSTORABLE)) {
      const scene = allowed(row);
      for (const { path, copy } of spoilt(row.variables?.(scene), text)) {
        const found = await refusals(row.document, copy as object, scene, row.files);
        const codes = found.map(({ code }) => code);
        expect(codes, path).not.toContain('INTERNAL');
        if (LOOKED_UP.test(path) || path.startsWith('of.')) continue;
        expect(codes, path).toEqual(['BAD_USER_INPUT']);
        if (!FORWARDED.test(path) && !ENUM.test(path))
          expect(
            found[0]?.fields.map((field) => field.path),
            path,
          ).toContain(path);
      }
    }
  });

  test.each([
    ['platforms', 'platforms(filter: { name: { eq: $text } })', 'filter.name.eq'],
    [
      'platforms, among others',
      'platforms(filter: { not: { host: { in: ["a", $text] } } })',
      'filter.not.host.in.1',
    ],
    ['users', 'users(filter: { name: { contains: $text } })', 'filter.name.contains'],
    ['businesses', 'businesses(filter: { name: { startsWith: $text } })', 'filter.name.startsWith'],
    ['auditEvents', 'auditEvents(filter: { objectType: { eq: $text } })', 'filter.objectType.eq'],
    ['clusters', 'clusters(filter: { name: { eq: $text } })', 'filter.name.eq'],
    ['clusterNodes', 'clusterNodes(filter: { name: { eq: $text } })', 'filter.name.eq'],
    ['a cursor', 'platforms(after: $text)', 'after'],
  ])('%s: a text of a filter', async (_name, field, path) => {
    const scene = systemAdministrator();
    for (const text of Object.values(UNSTORABLE)) {
      const document = `query ($text: String!) { ${field} { totalCount nodes { id } } }`;
      expect(await refusals(document, { text }, scene)).toMatchObject([
        { code: 'BAD_USER_INPUT', fields: [{ path }] },
      ]);
    }
  });

  test.each([
    ['cluster(name: $text) { id }', 'name'],
    ['nodeLabels(clusterName: $text)', 'clusterName'],
  ])('%s', async (field, path) => {
    const scene = systemAdministrator();
    for (const text of Object.values(UNSTORABLE)) {
      expect(await refusals(`query ($text: String!) { ${field} }`, { text }, scene)).toMatchObject([
        { code: 'BAD_USER_INPUT', fields: [{ path }] },
      ]);
    }
  });

  test('the values of a cursor', async () => {
    const scene = systemAdministrator();
    const document =
      'query ($after: String) { platforms(after: $after, orderBy: [{ field: NAME }]) { nodes { id } pageInfo { endCursor } } }';
    const { data } = await query<{ platforms: { pageInfo: { endCursor: string } } }>(server.url, document, {
      token: scene.token,
    });
    const [order, , id] = JSON.parse(
      Buffer.from(data?.platforms.pageInfo.endCursor ?? '', 'base64url').toString(),
    ) as string[];
    for (const text of Object.values(UNSTORABLE)) {
      const after = Buffer.from(JSON.stringify([order, text, id])).toString('base64url');
      expect(await refusals(document, { after }, scene)).toMatchObject([
        { code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] },
      ]);
    }
  });

  test('literals: GraphQL knows no half of a pair, and NUL is refused as in variables', async () => {
    const scene = systemAdministrator();
    const document = (name: string) =>
      `mutation { registerPlatform(input: { name: "${name}", protocol: HTTP, host: "h" }) { platform { id } } }`;
    expect(await refusals(document(String.raw`a\u0000`), {}, scene)).toMatchObject([
      { code: 'BAD_USER_INPUT', fields: [{ path: 'input.name' }] },
    ]);
    for (const half of [String.raw`a\ud83d`, 'a\ud83d', String.raw`a\u{d83d}`]) {
      expect(await refusals(document(half), {}, scene)).toMatchObject([{ code: 'GRAPHQL_PARSE_FAILED' }]);
    }
    expect(await refusals(document(String.raw`\ud83d\ude00`), {}, scene)).toEqual([]);
  });
});

test('nothing of all this was taken for a defect', () => {
  const defects = server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{"level":50'));
  expect(defects).toEqual([]);
});
