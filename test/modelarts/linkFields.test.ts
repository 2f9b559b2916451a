import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { read, registerModelArts } from './support/graph.js';

const JOBS = 100;

const fake = await FakeModelArts.start({ counts: { trainingJobs: JOBS, algorithms: 7, pools: 5 } });
afterAll(() => fake.close());
const server = useServer(() => startServer());
let caller: { token: string; id: string };
beforeAll(async () => {
  const token = await server.adminToken();
  caller = { token, id: await registerModelArts(server, fake, { token }) };
});
beforeEach(() => fake.reset());

interface Job {
  metadata: { id: string };
  algorithm: { id: string };
  spec: { resource: { poolId: string } };
  linkedAlgorithm: { metadata: { id: string; name: string } } | null;
  linkedPool: { metadata: { name: string } } | null;
}

const JOB = `metadata { id } algorithm { id } spec { resource { poolId } }
  linkedAlgorithm { metadata { id name } } linkedPool { metadata { name } }`;

const listJobs = async (fields: string, first = JOBS) =>
  read<{ trainingJobs: { list: { nodes: Job[] } } }>(
    server,
    `trainingJobs { list(first: ${first}) { nodes { ${fields} } } }`,
    caller,
  );

describe('a training job', () => {
  test('a hundred with their algorithms and pools are three calls', async () => {
    const { data, errors } = await listJobs(JOB);
    expect(errors).toEqual([]);
    const nodes = data?.trainingJobs.list.nodes ?? [];
    expect(nodes).toHaveLength(JOBS);
    for (const { algorithm, spec, linkedAlgorithm, linkedPool } of nodes) {
      expect(linkedAlgorithm?.metadata.id).toBe(algorithm.id);
      expect(linkedPool?.metadata.name).toBe(spec.resource.poolId);
    }
    expect(fake.requests.map(({ operation = '' }) => operation).toSorted()).toEqual([
      'listAlgorithms',
      'listPools',
      'listTrainingJobs',
    ]);
    expect(fake.refusals).toEqual([]);
  });

  test('alone asks for its own, and for its image and workspace too', async () => {
    const fields = 'metadata { workspaceId } linkedAlgorithm { metadata { id } } linkedImage { swrPath }';
    const { data, errors } = await read<{ trainingJobs: { showDetails: Record<string, unknown> } }>(
      server,
      `trainingJobs { showDetails(trainingJobId: "job-3") { ${fields} linkedWorkspace { id } } }`,
      caller,
    );
    expect(errors).toEqual([]);
    const { metadata, ...links } = data?.trainingJobs.showDetails ?? {};
    expect(links).toEqual({
      linkedAlgorithm: { metadata: { id: 'algorithm-3' } },
      linkedImage: { swrPath: 'swr_path-3' },
      linkedWorkspace: { id: (metadata as { workspaceId: string }).workspaceId },
    });
    expect(fake.asked('showAlgorithmByUuid')).toBe(1);
    expect(fake.asked('listAlgorithms')).toBe(0);
  });

  test('whose algorithm is gone has none', async () => {
    fake.world.algorithms.splice(2, 1);
    const { data, errors } = await listJobs('algorithm { id } linkedAlgorithm { metadata { id } }', 14);
    expect(errors).toEqual([]);
    const gone = data?.trainingJobs.list.nodes.filter(({ linkedAlgorithm }) => linkedAlgorithm === null);
    expect(gone?.map(({ algorithm }) => algorithm.id)).toEqual(['algorithm-2', 'algorithm-2']);
    expect(fake.asked('showAlgorithmByUuid')).toBe(1);
  });

  test('keeps what it has where a link fails', async () => {
    fake.instead('listPools', { status: 500, body: { error_code: 'ModelArts.0001', error_msg: 'sorry' } });
    const { data, errors } = await listJobs('metadata { id } linkedPool { metadata { name } }', 3);
    expect(data?.trainingJobs.list.nodes.map(({ linkedPool }) => linkedPool)).toEqual([null, null, null]);
    expect(data?.trainingJobs.list.nodes.map(({ metadata }) => metadata.id)).toEqual([
      'job-0',
      'job-1',
      'job-2',
    ]);
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(Array(3).fill('UPSTREAM_ERROR'));
  });

  test('has its events, in pages', async () => {
    const { data, errors } = await listJobs(
      'metadata { id } linkedEvents(first: 1) { nodes { message } pageInfo { hasNextPage } }',
      2,
    );
    expect(errors).toEqual([]);
    expect(data?.trainingJobs.list.nodes).toHaveLength(2);
    expect(fake.asked('listTrainingJobEvents')).toBe(2);
    expect(fake.refusals).toEqual([]);
  });
});

test('a service leads to its models', async () => {
  const [service] = fake.world.services;
  const value = service?.value as { config: object };
  value.config = [{ model_id: 'model-1' }, { model_id: 'model-0' }, { model_id: 'gone' }];
  const { data, errors } = await read(
    server,
    `services { show(serviceId: "service-0") {
       linkedModels { modelId } config { linkedModel { modelId } }
     } }`,
    caller,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    services: {
      show: {
        linkedModels: [{ modelId: 'model-1' }, { modelId: 'model-0' }],
        config: [
          { linkedModel: { modelId: 'model-1' } },
          { linkedModel: { modelId: 'model-0' } },
          { linkedModel: null },
        ],
      },
    },
  });
  expect(fake.asked('listModels')).toBe(1);
  expect(fake.asked('showModel')).toBe(1);
});

test('a pool leads to its nodes, node pools, plug-ins and jobs, and to the jobs of these', async () => {
  const { data, errors } = await read<{ pools: { show: Record<string, unknown> } }>(
    server,
    `pools { show(poolName: "pool-1") {
       linkedNodes(first: 2) { nodes { metadata { name } } totalCount }
       linkedNodePools { items { metadata { name } } }
       linkedPlugins { items { metadata { name } } }
       linkedWorkloads(first: 2, status: Running) { nodes { jobUUID linkedTrainingJob { metadata { id } } } }
       linkedNetwork { metadata { name } }
       linkedWorkspace { id }
     } }`,
    caller,
  );
  expect(errors).toEqual([]);
  expect(fake.refusals).toEqual([]);
  expect(data?.pools.show).toMatchObject({
    linkedNetwork: { metadata: { name: 'network-1' } },
    linkedWorkspace: { id: 'workspace-1' },
    linkedNodes: { nodes: [{}, {}] },
  });
  const of = (operation: string) => fake.requests.find((asked) => asked.operation === operation)?.target;
  expect(of('listPoolNodes')).toContain('/pools/pool-1/nodes?');
  expect(of('listWorkloads')).toContain('status=Running');
});
