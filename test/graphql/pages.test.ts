import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, query, startServer } from '../support/server.js';
import { codeOf, dataOf, execute } from './client.js';
import type { PlatformOrder, PlatformsQueryVariables } from './generated/graphql.js';
import { Platforms } from './operations.js';

const COUNT = 120;
const COLUMNS = {
  NAME: 'name',
  HOST: 'host',
  KIND: 'kind',
  PROTOCOL: 'protocol',
  CREATED_AT: 'created_at',
} as const;

let server: TestServer;
let token: string;

/** Rows of which many are equal in everything but their key. */
const insert = (count: number, description: string) =>
  server.database.query(
    `insert into platforms (id, created_at, updated_at, name, kind, protocol, host, description)
      select gen_random_uuid(), timestamptz '2026-01-01' + n % 3 * interval '1 ms', now(),
        (array['a', 'B', 'b', 'é', '🚀', ' ', '"'])[1 + n % 7],
        (array['GENERIC', 'MODELARTS'])[1 + n % 2], (array['http', 'https'])[1 + n % 2], 'host' || n % 5, $2
      from generate_series(1, $1::int) n`,
    [count, description],
  );

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
  await insert(COUNT, 'kept');
});
afterAll(() => server.stop());

const pageOf = async (variables: PlatformsQueryVariables) =>
  (await dataOf(server.url, Platforms, variables, token)).platforms;

/** The keys in the order of plain SQL; ties run the way of the last column. */
async function keysBy(orderBy: readonly PlatformOrder[]): Promise<string[]> {
  const columns = orderBy.map(
    ({ field, direction }) => `${COLUMNS[field as keyof typeof COLUMNS]} ${direction}`,
  );
  const { rows } = await server.database.query(
    `select id from platforms where description = 'kept' order by ${[...columns, `id ${orderBy.at(-1)?.direction ?? 'ASC'}`].join()}`,
  );
  return rows.map(({ id }) => String(id));
}

type Walk = (
  orderBy: PlatformOrder[],
  sizes: readonly number[],
  between?: () => Promise<unknown>,
) => Promise<string[]>;

/** All keys, page by page; the sizes are taken in turn. */
const forward: Walk = async (orderBy, sizes, between = async () => {}) => {
  const keys: string[] = [];
  let after: string | null = null;
  for (let step = 0; ; step += 1) {
    const first = sizes[step % sizes.length] ?? 1;
    const { nodes, pageInfo }: Awaited<ReturnType<typeof pageOf>> = await pageOf({ orderBy, first, after });
    keys.push(...nodes.map(({ id }) => id));
    expect(nodes.length).toBeLessThanOrEqual(first);
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    if (!pageInfo.hasNextPage) return keys;
    after = pageInfo.endCursor ?? null;
    await between();
  }
};

const backward: Walk = async (orderBy, sizes, between = async () => {}) => {
  const keys: string[] = [];
  let before: string | null = null;
  for (let step = 0; ; step += 1) {
    const last = sizes[step % sizes.length] ?? 1;
    const { nodes, pageInfo }: Awaited<ReturnType<typeof pageOf>> = await pageOf({ orderBy, last, before });
    keys.unshift(...nodes.map(({ id }) => id));
    expect(nodes.length).toBeLessThanOrEqual(last);
    expect(pageInfo.hasNextPage).toBe(before !== null);
    if (!pageInfo.hasPreviousPage) return keys;
    before = pageInfo.startCursor ?? null;
    await between();
  }
};

const orders = fc.uniqueArray(
  fc.record({
    field: fc.constantFrom('NAME', 'HOST', 'KIND', 'PROTOCOL', 'CREATED_AT'),
    direction: fc.constantFrom('ASC', 'DESC'),
  }),
  { maxLength: 3, selector: ({ field }) => field },
);
const sizes = fc.array(fc.integer({ min: 7, max: 70 }), { minLength: 1, maxLength: 4 });
const walks = fc.constantFrom(forward, backward);

describe('a walk', () => {
  test('meets every row once and in order, whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(orders, sizes, walks, async (orderBy, pages, walk) => {
        expect(await walk(orderBy, pages)).toEqual(await keysBy(orderBy));
      }),
      { numRuns: 15 },
    );
  });

  test('meets every row once and in order while others come', async () => {
    await fc.assert(
      fc.asyncProperty(orders, sizes, walks, async (orderBy, pages, walk) => {
        const kept = await keysBy(orderBy);
        const met = await walk(orderBy, pages, () => insert(2, 'new'));
        expect(new Set(met).size).toBe(met.length);
        const known = new Set(kept);
        expect(met.filter((key) => known.has(key))).toEqual(kept);
        await server.database.query(`delete from platforms where description = 'new'`);
      }),
      { numRuns: 15 },
    );
  });

  test('goes on where it was when its last row is gone', async () => {
    await insert(1, 'new');
    const orderBy: PlatformOrder[] = [{ field: 'UPDATED_AT', direction: 'DESC' }];
    const { nodes, pageInfo } = await pageOf({ orderBy, first: 1 });
    await server.database.query(`delete from platforms where description = 'new'`);
    const rest = await pageOf({ orderBy, first: 500, after: pageInfo.endCursor ?? null });
    expect(nodes).toHaveLength(1);
    expect(rest.nodes).toHaveLength(COUNT);
  });
});

describe('arguments', () => {
  const orderBy: PlatformOrder[] = [{ field: 'NAME', direction: 'ASC' }];

  test('20 items without a size, in order of creation', async () => {
    const { nodes, pageInfo } = await pageOf({});
    const inOrder = await keysBy([{ field: 'CREATED_AT', direction: 'ASC' }]);
    expect(nodes.map(({ id }) => id)).toEqual(inOrder.slice(0, 20));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  test('a direction is ascending when left out, and a field that is named twice counts once', async () => {
    const document = `{ platforms(first: 500, orderBy: [{ field: NAME }, { field: NAME, direction: DESC }]) { nodes { id } } }`;
    const { data } = await query<{ platforms: { nodes: { id: string }[] } }>(server.url, document, { token });
    expect(data?.platforms.nodes.map(({ id }) => id)).toEqual(await keysBy(orderBy));
  });

  test('nothing at all', async () => {
    expect(await pageOf({ first: 0 })).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    expect((await pageOf({ last: 0 })).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('between two cursors', async () => {
    const all = await keysBy(orderBy);
    const { pageInfo: start } = await pageOf({ orderBy, first: 10 });
    const { pageInfo: end } = await pageOf({ orderBy, last: 10 });
    const bounds = { orderBy, after: start.endCursor ?? null, before: end.startCursor ?? null };
    expect((await pageOf({ ...bounds, first: 500 })).nodes.map(({ id }) => id)).toEqual(all.slice(10, -10));
    expect((await pageOf({ ...bounds, last: 3 })).nodes.map(({ id }) => id)).toEqual(all.slice(-13, -10));
  });

  test('edges carry the cursors of their nodes', async () => {
    const document =
      '{ platforms(first: 3) { edges { cursor node { id } } nodes { id } pageInfo { startCursor endCursor } } }';
    const { data } = await query<{
      platforms: { edges: { cursor: string; node: object }[]; nodes: object[]; pageInfo: object };
    }>(server.url, document, { token });
    const { edges = [], nodes, pageInfo } = data?.platforms ?? {};
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(pageInfo).toEqual({ startCursor: edges[0]?.cursor, endCursor: edges[2]?.cursor });
  });

  test('totalCount counts what the filter takes, whatever the page', async () => {
    const document = '{ platforms(first: 1, filter: { kind: { eq: GENERIC } }) { totalCount } }';
    expect((await query(server.url, document, { token })).data).toEqual({
      platforms: { totalCount: COUNT / 2 },
    });
  });

  test.each<[string, PlatformsQueryVariables, string]>([
    ['more than 500', { first: 501 }, 'first'],
    ['more than 500 from the end', { last: 501 }, 'last'],
    ['less than none', { first: -1 }, 'first'],
    ['both directions', { first: 1, last: 1 }, 'last'],
    ['no cursor', { after: 'nonsense' }, 'after'],
    ['an empty cursor', { before: '' }, 'before'],
    ['JSON that is no cursor', { after: Buffer.from('{"a":1}').toString('base64url') }, 'after'],
  ])('refused: %s', async (_name, variables, path) => {
    const { errors } = await execute(server.url, Platforms, variables, token);
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path, message: expect.any(String) }] } },
    ]);
  });

  test('refused: the cursor of another order', async () => {
    const { pageInfo } = await pageOf({ orderBy, first: 1 });
    const after = pageInfo.endCursor ?? null;
    for (const other of [[], [{ field: 'NAME', direction: 'DESC' }], [{ field: 'HOST', direction: 'ASC' }]]) {
      const variables = { orderBy: other as PlatformOrder[], after };
      expect(codeOf(await execute(server.url, Platforms, variables, token))).toBe('BAD_USER_INPUT');
    }
  });

  test('a forged cursor finds rows or is refused, and is never a defect', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('\0', '2026-01-01', '00000000-0000-4000-8000-000000000000'),
      fc.record({ t: fc.oneof(fc.integer(), fc.maxSafeInteger()) }),
    );
    const forged = fc.tuple(fc.constantFrom('name', 'createdAt'), value, value);
    await fc.assert(
      fc.asyncProperty(forged, async ([property, key, id]) => {
        const cursor = Buffer.from(JSON.stringify([`${property}:ASC,id:ASC`, key, id])).toString('base64url');
        const order: PlatformOrder[] = [
          { field: property === 'name' ? 'NAME' : 'CREATED_AT', direction: 'ASC' },
        ];
        const answer = await execute(server.url, Platforms, { orderBy: order, after: cursor }, token);
        expect(answer.errors.length === 0 || codeOf(answer) === 'BAD_USER_INPUT').toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(server.log().includes('operation failed')).toBe(false);
  });
});
