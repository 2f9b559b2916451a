import { beforeEach, describe, expect, test } from 'vitest';
import { useServer } from '../support/useServer.js';
import { startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());
beforeEach(() => world.fake.reset());

const JOBS = 500;
const TOO_LARGE = 'more is answered than one request may ask of platforms; ask for less';

/** Pools with two lists of nodes, as jobs lead to them. */
interface Pools {
  platform: {
    modelArts: {
      trainingJobs: {
        list: { nodes: { linkedPool: Record<'one' | 'two', { nodes: object[] }> }[] };
      };
    };
  };
}

const ask = async <T>(fields: string) =>
  world.ask<T>(`query ($platform: ID!) { platform(id: $platform) { modelArts { ${fields} } } }`);

/** So many training jobs of one algorithm and one pool. */
const jobs = (fields: string) => `trainingJobs { list(first: ${JOBS}) { nodes { ${fields} } } }`;

function answerJobs(): void {
  const items = Array.from({ length: JOBS }, (_, index) => ({
    metadata: { id: `job-${index}` },
    algorithm: { id: 'the-algorithm' },
    spec: { resource: { pool_id: 'the-pool' } },
  }));
  world.fake.instead('listTrainingJobs', { status: 200, body: { total: JOBS, items } });
}

describe('an object that very many name', () => {
  beforeEach(answerJobs);

  const algorithm = (more: object) =>
    world.fake.instead('showAlgorithmByUuid', {
      status: 200,
      body: { metadata: { id: 'the-algorithm', name: 'a', ...more }, ...more },
    });

  test.each([
    ['a long text', { description: 'x'.repeat(4_194_304) }, 'metadata { description }'],
    ['a text that is long as JSON', { description: '\u0001'.repeat(60_000) }, 'metadata { description }'],
    [
      'a long list',
      { job_config: { inputs: Array.from({ length: 30_000 }, () => ({ name: 'n' })) } },
      'jobConfig { inputs { name } }',
    ],
  ])('is shown often without %s, and not with it', async (_what, more, fields) => {
    algorithm(more);
    const small = await ask(jobs('linkedAlgorithm { metadata { name } }'));
    expect(small.errors).toEqual([]);
    expect(JSON.stringify(small.data).match(/"name":"a"/g)).toHaveLength(JOBS);
    expect(world.fake.asked('showAlgorithmByUuid')).toBe(1);

    const large = await ask(jobs(`linkedAlgorithm { ${fields} }`));
    expect(large.errors.map(({ message }) => message)).toEqual([TOO_LARGE]);
    const single = await ask(`algorithms { show(algorithmId: "the-algorithm") { ${fields} } }`);
    expect(single.errors).toEqual([]);
  });

  test('is asked for its list once, at each place of the document', async () => {
    const items = [{ metadata: { name: 'node-0' } }, { metadata: { name: 'node-1' } }];
    world.fake.instead('showPool', { status: 200, body: { metadata: { name: 'the-pool' } } });
    world.fake.instead('listPoolNodes', { status: 200, body: { items } });
    const nodes = 'nodes { metadata { name } }';
    const { data, errors } = await ask(
      jobs(`linkedPool { one: linkedNodes(first: 1) { ${nodes} } two: linkedNodes(first: 2) { ${nodes} } }`),
    );
    expect(errors).toEqual([]);
    expect(world.fake.asked('listPoolNodes')).toBe(2);
    const { trainingJobs } = (data as Pools).platform.modelArts;
    const pools = trainingJobs.list.nodes.map(({ linkedPool }) => linkedPool);
    expect(pools).toHaveLength(JOBS);
    expect(new Set(pools.map(({ one, two }) => `${one.nodes.length} ${two.nodes.length}`))).toEqual(
      new Set(['1 2']),
    );
  });

  test('is not shown as often with a list that is long', async () => {
    const items = Array.from({ length: 200 }, (_, index) => ({ metadata: { name: `node-${index}` } }));
    world.fake.instead('showPool', { status: 200, body: { metadata: { name: 'the-pool' } } });
    world.fake.instead('listPoolNodes', { status: 200, body: { items } });
    const { errors } = await ask(
      jobs('linkedPool { linkedNodes(first: 200) { nodes { metadata { name } } } }'),
    );
    expect(new Set(errors.map(({ message }) => message))).toEqual(new Set([TOO_LARGE]));
    expect(world.fake.asked('listPoolNodes')).toBe(1);
  });
});

test('an object that one other names very often is shown as often as there is room', async () => {
  const model = { model_id: 'the-model', description: 'x'.repeat(2_000) };
  const naming = (count: number) => ({
    config: Array.from({ length: count }, () => ({ model_id: 'the-model' })),
  });
  world.fake.instead('showModel', { status: 200, body: model });
  const field = 'services { show(serviceId: "x") { linkedModels { description } } }';
  world.fake.instead('showService', { status: 200, body: naming(1_000) });
  const few = await ask(field);
  expect(few.errors).toEqual([]);
  expect(JSON.stringify(few.data).match(/"description"/g)).toHaveLength(1_000);
  world.fake.instead('showService', { status: 200, body: naming(50_000) });
  expect((await ask(field)).errors.map(({ message }) => message)).toEqual([TOO_LARGE]);
});

test('a failure at very many places is not told at all of them', async () => {
  const config = Array.from({ length: 50_000 }, () => ({ model_id: 'the-model' }));
  world.fake.instead('showService', { status: 200, body: { config } });
  world.fake.instead('showModel', { status: 500, body: { error_msg: 'broken' } });
  const { errors } = await ask('services { show(serviceId: "x") { config { linkedModel { modelId } } } }');
  expect(errors.map(({ message }) => message)).toEqual([TOO_LARGE]);
});
