import { beforeEach, expect, test } from 'vitest';
import { query } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts({}, { GRAPHQL_MAX_ALIASES: '200' }));
beforeEach(() => world.fake.reset());

const TOO_LARGE = 'more is answered than one request may ask of platforms; ask for less';
const LARGE = 'x'.repeat(8 * 1_048_576);
const THINGS = Array.from({ length: 50_000 }, () => ({ name: 'n' }));

/** The same field under so many names. */
const named = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `name${index}: ${field}`).join(' ');

async function messagesOf(fields: string, platform = world.platformId): Promise<string[]> {
  const document = `query ($platform: ID!) { platform(id: $platform) { ${fields} } }`;
  const { errors } = await query(world.server.url, document, {
    variables: { platform },
    token: world.token,
  });
  return errors.map(({ message }) => message);
}

test.each([
  ['a text', { description: LARGE }, (count: number) => `metadata { ${named(count, 'description')} }`],
  [
    'the object around a text',
    { description: LARGE },
    (count: number) => named(count / 2, 'metadata { description again: description }'),
  ],
  ['a list of objects', {}, (count: number) => `jobConfig { ${named(count, 'inputs { name }')} }`],
])('%s is not shown under very many names', async (_what, metadata, fields) => {
  const body = { metadata, job_config: { inputs: THINGS } };
  world.fake.instead('showAlgorithmByUuid', { status: 200, body });
  const ask = async (count: number) =>
    messagesOf(`modelArts { algorithms { show(algorithmId: "x") { ${fields(count)} } } }`);
  expect(await ask(2)).toEqual([]);
  expect(await ask(20)).toEqual([TOO_LARGE]);
});

test('nor is a page, where very many lead to it', async () => {
  const jobs = Array.from({ length: 100 }, (_, index) => ({
    metadata: { id: `job-${index}` },
    spec: { resource: { pool_id: 'the-pool' } },
  }));
  world.fake.instead('listTrainingJobs', { status: 200, body: { total: jobs.length, items: jobs } });
  world.fake.instead('showPool', { status: 200, body: { metadata: { name: 'the-pool' } } });
  const items = Array.from({ length: 50 }, (_, index) => ({ metadata: { name: `node-${index}` } }));
  world.fake.instead('listPoolNodes', { status: 200, body: { items } });
  const ask = async (count: number) =>
    messagesOf(`modelArts { trainingJobs { list(first: 100) { nodes { linkedPool {
      linkedNodes(first: 50) { ${named(count, 'nodes { metadata { name } }')} } } } } } }`);
  expect(await ask(1)).toEqual([]);
  expect(new Set(await ask(28))).toEqual(new Set([TOO_LARGE]));
});

test('nor is anything of a platform with a document', async () => {
  const openapi = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: {
      '/things': {
        get: {
          operationId: 'things',
          description: 'x'.repeat(900_000),
          responses: { 200: { description: 'Things' } },
        },
      },
    },
  });
  const generic = { kind: 'GENERIC', region: null, projectId: null, credentials: null, openapi };
  const platform = await register(world.server, world.token, { ...draftOf(world.fake), ...generic });
  world.fake.instead('*', { status: 200, body: JSON.stringify(LARGE) });

  const body = 'call(operation: "things") ';
  expect(await messagesOf(`${body} { ${named(2, 'body')} }`, platform)).toEqual([]);
  expect(await messagesOf(`${body} { ${named(20, 'body')} }`, platform)).toEqual([TOO_LARGE]);

  const described = (count: number) => `{ ${named(count, 'description')} }`;
  for (const field of [
    (count: number) => named(count, 'openapi'),
    (count: number) => named(count, `operation(id: "things") { description }`),
    (count: number) => `operation(id: "things") ${described(count)}`,
    (count: number) => `operations { nodes ${described(count)} }`,
  ]) {
    expect(await messagesOf(field(4), platform)).toEqual([]);
    expect(new Set(await messagesOf(field(100), platform))).toEqual(new Set([TOO_LARGE]));
  }
});
