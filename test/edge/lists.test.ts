import { beforeAll, describe, expect, test } from 'vitest';
import { recordStatements } from '../graphql/statements.js';
import { ote } from '../support/people.js';
import { ask, insertCluster, insertLabel, insertNode, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const GIB = 2 ** 30;
const CLUSTERS = 20;
const NODES = 12;

const server = useServer(() => startEdge({ GRAPHQL_MAX_COST: '100000' }, { background: false }));
beforeAll(async () => {
  for (let index = 0; index < CLUSTERS; index += 1) {
    const id = await insertCluster(server, {
      name: `c${String(index).padStart(2, '0')}`,
      seen: index % 2 === 0,
    });
    for (let node = 0; node < NODES; node += 1) {
      await insertNode(server, id, `n${String(node).padStart(2, '0')}`, {
        memory: ((node * 7) % 5) * GIB,
        cpu: node,
        isReady: node !== 0,
        ip: node === 1 ? null : `192.0.2.${node}`,
      });
    }
  }
  await insertLabel(server, 'odd', `right(name, 1) in ('1', '3', '5', '7', '9')`);
  await insertLabel(server, 'xa', `name = 'n01'`);
  await server.database.query(
    `insert into cluster_labels select id, 'first', now() from clusters where name < 'c05'`,
  );
});

interface NodePage {
  nodes: Record<string, unknown>[];
  edges: { cursor: string }[];
  totalCount?: number;
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    endCursor: string | null;
    startCursor: string | null;
  };
}

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ClusterNodeFilter, $orderBy: [ClusterNodeOrder!]) {
  clusterNodes(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    nodes { id name clusterName memory cpu isReady } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage endCursor startCursor } totalCount } }`;

async function page(variables: object): Promise<NodePage> {
  const { data, errors } = await ask<{ clusterNodes: NodePage }>(server, PAGE, variables);
  expect(errors).toEqual([]);
  if (!data) throw new Error('no data');
  return data.clusterNodes;
}

describe('pages of nodes', () => {
  test.each([
    [[{ field: 'MEMORY', direction: 'DESC' }]],
    [[{ field: 'MEMORY', direction: 'ASC' }]],
    [
      [
        { field: 'MEMORY', direction: 'DESC' },
        { field: 'NAME', direction: 'ASC' },
      ],
    ],
    [[{ field: 'CREATED_AT', direction: 'DESC' }]],
    [
      [
        { field: 'CLUSTER_NAME', direction: 'DESC' },
        { field: 'CPU', direction: 'DESC' },
      ],
    ],
  ])('ordered by %j, forwards and backwards, name each node once', async (orderBy) => {
    const whole = await page({ first: 500, orderBy });
    const all = whole.nodes.map(({ id }) => id);
    expect(new Set(all).size).toBe(CLUSTERS * NODES);
    const forwards: unknown[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const { nodes, pageInfo } = await page({ first: 50, orderBy, after });
      forwards.push(...nodes.map(({ id }) => id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    }
    expect(forwards).toEqual(all);
    const backwards: unknown[] = [];
    for (let before: string | null | undefined; before !== null;) {
      const { nodes, pageInfo } = await page({ last: 70, orderBy, before });
      backwards.unshift(...nodes.map(({ id }) => id));
      before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    }
    expect(backwards).toEqual(all);
  });

  test('ordered by memory, descending', async () => {
    const { nodes } = await page({ first: 500, orderBy: [{ field: 'MEMORY', direction: 'DESC' }] });
    const memory = nodes.map((node) => Number(node['memory']));
    expect(memory).toEqual(memory.toSorted((a, b) => b - a));
    expect(memory[0]).toBe(4 * GIB);
  });

  test.each([
    [{ label: { eq: 'odd' } }, 6 * CLUSTERS],
    [{ not: { label: { eq: 'odd' } } }, 6 * CLUSTERS],
    [{ label: { in: ['odd', 'even'] }, clusterName: { eq: 'c03' } }, 6],
    [{ label: { eq: 'ODD' } }, 0],
    // Of the same label.
    [{ label: { startsWith: 'od', contains: 'xa' } }, 0],
    [{ label: { startsWith: 'od', contains: 'dd' } }, 6 * CLUSTERS],
    [{ and: [{ label: { startsWith: 'od' } }, { label: { contains: 'xa' } }] }, CLUSTERS],
    [{ name: { in: ['n01', 'n02'] } }, 2 * CLUSTERS],
    [{ name: { in: [] } }, 0],
    [{ name: { contains: 'N1' } }, 2 * CLUSTERS],
    [{ name: { contains: '%' } }, 0],
    [{ memory: { gte: 4 * GIB } }, 2 * CLUSTERS],
    [{ memory: { gte: String(4 * GIB) } }, 2 * CLUSTERS],
    [{ cpu: { lt: 1.5 } }, 2 * CLUSTERS],
    [{ or: [{ cpu: { eq: 3 } }, { cpu: { eq: 4 } }] }, 2 * CLUSTERS],
    [{ or: [] }, 0],
    [{ and: [] }, CLUSTERS * NODES],
    [{ ip: { eq: null } }, CLUSTERS],
    [{ not: { ip: { eq: '192.0.2.2' } } }, (NODES - 1) * CLUSTERS],
    // Nodes of a cluster that is dead are dead.
    [{ isReady: { eq: true } }, ((NODES - 1) * CLUSTERS) / 2],
    [{ createdAt: { gt: '2027-01-01T00:00:00Z' } }, 0],
  ])('filter %j', async (filter, count) => {
    const { totalCount, nodes } = await page({ first: 500, filter });
    expect(totalCount).toBe(count);
    expect(nodes).toHaveLength(count);
  });

  test.each([
    [{ filter: { id: { eq: 'x' } } }, 'filter.id.eq'],
    [{ filter: { clusterId: { eq: '99999999999' } } }, 'filter.clusterId.eq'],
    [{ after: 'nonsense' }, 'after'],
    [{ first: 501 }, 'first'],
    [{ filter: { name: { eq: 'nul\0' } } }, 'filter.name.eq'],
    [{ filter: { memory: { gt: 1.5 } } }, 'filter.memory.gt'],
    [{ filter: { memory: { gt: '9223372036854775808' } } }, 'filter.memory.gt'],
  ])('%j is refused', async (variables, path) => {
    const { errors } = await ask(server, PAGE, variables);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
  });
});

describe('statements', () => {
  async function statementsOf(document: string): Promise<[string[], Record<string, unknown>]> {
    const statements = recordStatements(server.database);
    const { data, errors } = await ask(server, document);
    expect(errors).toEqual([]);
    return [statements, data ?? {}];
  }

  test('20 clusters with their first 10 nodes are one statement for each level', async () => {
    const [statements, data] = await statementsOf(
      '{ clusters(first: 20) { nodes { name nodeCount isReady nodes(first: 10, orderBy: [{ field: MEMORY, direction: DESC }]) { nodes { id name ip memory cpu isReady } pageInfo { hasNextPage } } } } }',
    );
    expect(statements).toHaveLength(2);
    const { nodes } = data['clusters'] as {
      nodes: { nodes: { nodes: { memory: number }[]; pageInfo: object } }[];
    };
    expect(nodes).toHaveLength(CLUSTERS);
    for (const cluster of nodes) {
      expect(cluster.nodes.pageInfo).toEqual({ hasNextPage: true });
      const memory = cluster.nodes.nodes.map((node) => node.memory);
      expect(memory).toHaveLength(10);
      expect(memory).toEqual(memory.toSorted((a, b) => b - a));
    }
  });

  test('counts and labels of nodes are one more each, their clusters none', async () => {
    const [counted] = await statementsOf(
      '{ clusters(first: 20) { nodes { nodes(first: 1) { totalCount nodes { id } } } } }',
    );
    expect(counted).toHaveLength(3);
    const [related] = await statementsOf(
      '{ clusterNodes(first: 100) { nodes { labels kubernetesLabels cluster { name labels capacity { allocatable { cpu } } } } } }',
    );
    expect(related).toHaveLength(4);
  });

  test('entities by either key are one statement each', async () => {
    const { rows } = await server.database.query('select id, name from clusters order by id');
    const statements = recordStatements(server.database);
    const of = rows.flatMap(({ id, name }) => [
      { __typename: 'Cluster', id: String(id) },
      { __typename: 'Cluster', name },
    ]);
    const document = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Cluster { name } } }';
    const { data, errors } = await ask<{ _entities: { name: string }[] }>(server, document, { of });
    expect(errors).toEqual([]);
    expect(data?._entities.map(({ name }) => name)).toEqual(rows.flatMap(({ name }) => [name, name]));
    expect(statements).toHaveLength(2);
  });
});

describe('REST', () => {
  const get = async (path: string) => ote(server, 'GET', path, server.token);

  test('the cluster list has no limit unless asked for, and filters by label', async () => {
    const names = async (search: string) =>
      ((await get(`/cluster${search}`)).data as { clusterName: string }[]).map(
        ({ clusterName }) => clusterName,
      );
    expect(await names('')).toHaveLength(CLUSTERS);
    expect(await names('?pageSize=0')).toHaveLength(CLUSTERS);
    expect(await names('?page=2&pageSize=15')).toEqual(['c15', 'c16', 'c17', 'c18', 'c19']);
    expect(await names('?clusterLabel=first')).toHaveLength(5);
    expect(await names('?clusterLabel=none')).toEqual([]);
    expect(await names('?clusterLabel=')).toHaveLength(CLUSTERS);
    expect(await get('/cluster?clusterLabel=first&pageSize=2')).toMatchObject({ total: 5 });
  });

  test('the node list pages by 10, counts under the filter and presents the fields asked for', async () => {
    const all = await get('/node');
    expect(all).toMatchObject({
      total: CLUSTERS * NODES,
      meta: { readyNodeCount: ((NODES - 1) * CLUSTERS) / 2 },
    });
    expect(all.data).toHaveLength(10);
    expect(await get('/node?clusterName=c02&pageSize=0')).toMatchObject({
      total: NODES,
      meta: { readyNodeCount: NODES - 1 },
    });
    expect(await get('/node?clusterName=c03')).toMatchObject({ total: NODES, meta: { readyNodeCount: 0 } });
    expect(await get('/node?clusterName=nowhere')).toMatchObject({ total: 0, data: [] });
    expect(await get('/node?nodeLabel=odd&clusterName=c02&nodeName=n01&field=ip,nodeName')).toMatchObject({
      total: 1,
      data: [{ nodeName: 'n01', ip: '' }],
      meta: { readyNodeCount: 1 },
    });
    const { data } = await get('/node?field=%20cpu%20,memory&pageSize=1');
    expect(data).toEqual([{ memory: 0, cpu: 0 }]);
  });

  test.each([
    ['/node?field=name', 'field'],
    ['/node?field=__proto__', 'field'],
    ['/node?page=0', 'page'],
    ['/node?pageSize=-1', 'pageSize'],
    ['/node?nodeName=%00', 'nodeName'],
    ['/cluster?page=x', 'page'],
    ['/cluster?clusterLabel=%00', 'clusterLabel'],
  ])('%s is refused', async (path, field) => {
    const { status, message } = await get(path);
    expect(status).toBe(422);
    expect(message).toMatch(new RegExp(`^${field}: `));
  });
});
