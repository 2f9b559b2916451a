import { buildSchema, isObjectType } from 'graphql';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { insertCluster } from '../edge/support/world.js';
import { insertCaller, SECRET_KEY } from '../identity/support/world.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startServer({ SECRET_KEY }));

const admin = async () => (await insertCaller(server, { isSystemAdministrator: true })).token;
const NODE = 'query ($nodeId: ID!) { node(nodeId: $nodeId) { __typename nodeId ... on User { name } } }';
const node = async (nodeId: string, token?: string) =>
  query<{ node: Record<string, unknown> | null }>(server.url, NODE, { token, variables: { nodeId } });

test('every entity has a key of its own in the whole graph', () => {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'), { assumeValidSDL: true });
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const isEntity = ({ astNode }: (typeof types)[number]) =>
    astNode?.directives?.some(({ name }) => name.value === 'key');
  const isNode = (type: (typeof types)[number]) => type.getInterfaces().some(({ name }) => name === 'Node');
  expect(types.filter(isNode).length).toBeGreaterThan(20);
  expect(types.filter(isEntity).map(({ name }) => name)).toEqual(
    types.filter(isNode).map(({ name }) => name),
  );
});

describe('the key of an object', () => {
  test('is not that of an object of another type, which may have the same id', async () => {
    const token = await admin();
    await insertCluster(server, { name: 'edge-1', nodes: ['n1'] });
    const { data } = await query<Record<string, { nodes: { id: string; nodeId: string }[] }>>(
      server.url,
      '{ users { nodes { id nodeId } } clusters { nodes { id nodeId } } clusterNodes { nodes { id nodeId } } }',
      { token },
    );
    const all = Object.values(data ?? {}).flatMap(({ nodes }) => nodes);
    expect(new Set(all.map(({ id }) => id)).size).toBeLessThan(all.length);
    expect(new Set(all.map(({ nodeId }) => nodeId)).size).toBe(all.length);
    for (const { nodeId } of all) expect((await node(nodeId, token)).data?.node?.['nodeId']).toBe(nodeId);
  });

  test('is there when it alone is asked for, in lists, by compiled queries too', async () => {
    const token = await admin();
    for (let time = 0; time < 15; time += 1) {
      const { data, errors } = await query<{ users: { nodes: { nodeId: string; roleName: string }[] } }>(
        server.url,
        '{ users { nodes { nodeId roleName } } }',
        { token },
      );
      expect(errors).toEqual([]);
      const nodeIds = data?.users.nodes.map(({ nodeId }) => nodeId) ?? [];
      expect(data?.users.nodes.map(({ roleName }) => roleName)).toContain('SYSTEM_ADMINISTRATOR');
      const found = await query<{ nodes: { nodeId: string }[] }>(
        server.url,
        'query ($nodeIds: [ID!]!) { nodes(nodeIds: $nodeIds) { __typename nodeId } }',
        { token, variables: { nodeIds: ['unknown', ...nodeIds] } },
      );
      expect(found.data?.nodes).toEqual([null, ...nodeIds.map((nodeId) => ({ __typename: 'User', nodeId }))]);
    }
  });

  test.each(['', 'x', 'User:1', btoa('Nothing:1'), btoa('User:0'), btoa('User:1 '), btoa('constructor:1')])(
    'that is none, %j, finds nothing',
    async (nodeId) => {
      expect(await node(nodeId, await admin())).toMatchObject({ data: { node: null }, errors: [] });
    },
  );

  test('shows nothing that its own field would not', async () => {
    const own = await insertCaller(server);
    const other = await insertCaller(server);
    const key = (id: number) => Buffer.from(`User:${id}`).toString('base64url');
    expect((await node(key(own.id), own.token)).data?.node).toMatchObject({ name: own.name });
    expect((await node(key(other.id), own.token)).data?.node).toBeNull();
    expect((await node(key(own.id))).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('of too many is refused, and each costs', async () => {
    const token = await admin();
    const ask = async (count: number, fields: string) =>
      query(server.url, `query ($nodeIds: [ID!]!) { nodes(nodeIds: $nodeIds) { ${fields} } }`, {
        token,
        variables: { nodeIds: Array.from({ length: count }, () => 'x') },
      });
    expect((await ask(500, 'nodeId')).errors).toEqual([]);
    expect((await ask(501, 'nodeId')).errors[0]?.message).toContain('at most 500');
    const fields = Array.from({ length: 20 }, (_, at) => `f${at}: nodeId`).join(' ');
    expect((await ask(500, fields)).errors[0]?.message).toContain('costs');
  });
});
