import { beforeAll, describe, expect, test } from 'vitest';
import { recordStatements } from '../graphql/statements.js';
import { nodeState } from '../support/clusters.js';
import { ote } from '../support/people.js';
import { insertCluster, intakeOf, insertLabel, insertNode, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

/** Nodes of each cluster; the second one is dead. */
const SIZES = [3, 4, 0, 12, 1, 7];
const TOTAL = SIZES.reduce((sum, size) => sum + size, 0);

const server = useServer(() => startEdge());
beforeAll(async () => {
  const ids: number[] = [];
  for (const index of SIZES.keys())
    ids.push(await insertCluster(server, { name: `c${index}`, seen: index !== 1 }));
  // Not one cluster after the other, as nodes become known.
  for (let node = 0; node < Math.max(...SIZES); node += 1) {
    for (const [index, id] of ids.entries()) {
      if (node >= (SIZES[index] ?? 0)) continue;
      await insertNode(server, id, `n${node}`, { isReady: node % 3 !== 0 });
    }
  }
  await insertLabel(server, 'even', `right(name, 1) in ('0', '2', '4', '6', '8')`);
});

interface Listed {
  names: string[];
  ready: boolean[];
  total: number;
  readyNodeCount: number;
}

async function list(search: string): Promise<Listed> {
  const answer = await ote(server, 'GET', `/node?${search}`, server.token);
  const { status, data, total, meta } = answer as typeof answer & { meta: { readyNodeCount: number } };
  expect(status).toBe(200);
  const nodes = data as { clusterName: string; nodeName: string; isReady: boolean }[];
  return {
    names: nodes.map(({ clusterName, nodeName }) => `${clusterName}/${nodeName}`),
    ready: nodes.map(({ isReady }) => isReady),
    total: total ?? Number.NaN,
    readyNodeCount: meta.readyNodeCount,
  };
}

describe('numbered pages', () => {
  test('list cluster by cluster, in the order in which the nodes became known', async () => {
    const { names, total } = await list('pageSize=0');
    const expected = SIZES.flatMap((size, index) =>
      Array.from({ length: size }, (_, node) => `c${index}/n${node}`),
    );
    expect(names).toEqual(expected);
    expect(total).toBe(TOTAL);
  });

  test.each(['', 'nodeLabel=even', 'clusterName=c3', 'nodeLabel=even&clusterName=c3', 'nodeName=n0'])(
    'of %j, of any size, are parts of the whole with its counts',
    async (filter) => {
      const whole = await list(`${filter}&pageSize=0`);
      expect(whole.total).toBe(whole.names.length);
      expect(whole.readyNodeCount).toBe(whole.ready.filter(Boolean).length);
      expect(whole.total).toBeGreaterThan(0);
      const { total, readyNodeCount } = whole;
      for (const size of [1, 2, 3, 5, 10, 1000]) {
        const names: string[] = [];
        for (let page = 1; names.length < total; page += 1) {
          const part = await list(`${filter}&pageSize=${size}&page=${page}`);
          expect(part).toMatchObject({ total, readyNodeCount });
          expect(part.names).toHaveLength(Math.min(size, total - names.length));
          names.push(...part.names);
        }
        expect(names).toEqual(whole.names);
        const beyond = await list(`${filter}&pageSize=${size}&page=${Math.ceil(total / size) + 1}`);
        expect(beyond).toEqual({ names: [], ready: [], total, readyNodeCount });
      }
    },
  );

  test.each(['nodeLabel=none', 'clusterName=c2', 'clusterName=nowhere', 'nodeName=nobody'])(
    'of %j are empty',
    async (filter) => {
      expect(await list(filter)).toEqual({ names: [], ready: [], total: 0, readyNodeCount: 0 });
    },
  );

  test('far beyond the end are empty', async () => {
    expect(await list('page=1000000&pageSize=1000')).toMatchObject({ names: [], total: TOTAL });
  });

  test('are one statement with their counts', async () => {
    await list('');
    const statements = recordStatements(server.database);
    await list('page=2&pageSize=5&nodeLabel=even');
    expect(statements.filter((statement) => statement.includes('"nodes"'))).toHaveLength(1);
  });

  test.each([
    ['page=1000001', 'page'],
    ['page=99999999999999999999', 'page'],
    ['pageSize=9223372036854775808', 'pageSize'],
    ['page=1e3', 'page'],
    ['nodeLabel=%00', 'nodeLabel'],
    ['clusterName=a%00', 'clusterName'],
    ['nodeName=%00b', 'nodeName'],
  ])('with %j are refused', async (search, field) => {
    const { status, message } = await ote(server, 'GET', `/node?${search}`, server.token);
    expect([status, message]).toEqual([422, expect.stringMatching(new RegExp(`^${field}: `))]);
  });
});

describe('counts by label', () => {
  const label = async (method: string, nodeLabel: string, nodeName: string[]) =>
    ote(server, method, '/node/label', server.token, { nodeLabel, clusterName: 'counted', nodeName });

  async function expectExact(): Promise<void> {
    for (const name of ['red', 'blue']) {
      const { total, readyNodeCount } = await list(`nodeLabel=${name}&pageSize=1`);
      const whole = await list(`nodeLabel=${name}&pageSize=0`);
      expect([name, total, readyNodeCount]).toEqual([name, whole.total, whole.readyNodeCount]);
    }
  }

  test('follow labels and nodes, also when they change at once', async () => {
    const id = await insertCluster(server, { name: 'counted' });
    const intake = intakeOf(server);
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const nodes = names.map((name) => nodeState(name));
    await intake.ingest(id, { kind: 'all', nodes });
    await label('POST', 'red', names);
    await label('POST', 'blue', ['n1', 'n2']);
    await expectExact();
    await Promise.all([
      ...nodes.map(async (node, index) =>
        intake.ingest(id, { kind: 'set', node: { ...node, isReady: index % 2 === 0 } }),
      ),
      label('DELETE', 'red', ['n1', 'n2', 'n3']),
      label('POST', 'blue', ['n3', 'n4']),
      label('POST', 'red', ['n1']),
      intake.ingest(id, { kind: 'gone', name: 'n9' }),
    ]);
    await expectExact();
    expect(await list('nodeLabel=blue')).toMatchObject({ total: 4, readyNodeCount: 2 });
    await intake.ingest(id, { kind: 'all', nodes: nodes.slice(0, 2) });
    await expectExact();
    expect(await list('nodeLabel=blue')).toMatchObject({ total: 1, names: ['counted/n1'] });
    await label('DELETE', 'blue', ['n1']);
    expect(await ote(server, 'GET', '/node/label?clusterName=counted', server.token)).toMatchObject({
      data: ['red'],
    });
  });
});

describe('numbered lists of ote-stack', () => {
  test.each(['/cluster', '/node', '/cluster/label/c0', '/admin/user', '/business'])(
    '%s: without limit there is one page, and pages may be large',
    async (path) => {
      const get = async (search: string) => ote(server, 'GET', `${path}?${search}`, server.token);
      const whole = await get('pageSize=0');
      expect(await get('page=2&pageSize=0')).toMatchObject({ status: 200, data: [], total: whole.total });
      expect(await get('pageSize=5000')).toMatchObject({ status: 200, total: whole.total });
      expect(await get('pageSize=100001')).toMatchObject({ status: 422 });
    },
  );

  test('a name with the NUL character is no name', async () => {
    expect(await ote(server, 'GET', '/cluster/label/%00', server.token)).toMatchObject({ status: 422 });
  });
});
