import { beforeEach, describe, expect, test } from 'vitest';
import { EXECUTIONS_BEFORE_COMPILATION } from '../../src/graphql/execution/compiledQueries.js';
import { useServer } from '../support/useServer.js';
import { startModelArts } from './support/world.js';

const world = useServer(async () =>
  startModelArts({ counts: { trainingJobs: 6, algorithms: 3, pools: 2, workspaces: 2 } }),
);
beforeEach(() => world.fake.reset());

/** Until after the document is compiled: both executions have to answer the same. */
async function ask(fields: string, more = '', variables = ''): Promise<unknown> {
  const document = `query ($platform: ID!${variables}) {
    platform(id: $platform) { modelArts { ${fields} } } } ${more}`;
  const answers: unknown[] = [];
  for (let times = 0; times < EXECUTIONS_BEFORE_COMPILATION + 3; times += 1)
    answers.push(await world.ask(document));
  const [first] = answers;
  for (const answer of answers) expect(answer).toEqual(first);
  const { data, errors } = first as { data: { platform: { modelArts: unknown } }; errors: unknown[] };
  expect(errors).toEqual([]);
  return data.platform.modelArts;
}

const NOTEBOOK = { id: 'n', name: 'name', image: { id: 'i', name: 'image' }, lease: { duration: 5 } };

describe('what is selected in several places', () => {
  beforeEach(() => world.fake.instead('showNotebook', { status: 200, body: NOTEBOOK }));

  test('is all answered, under the names that were asked for', async () => {
    const answer = await ask(
      `notebooks { show(id: "x") { ...A id image { id } } show(id: "x") { ... on ModelArtsNotebookResp { image { name } } } }
       again: notebooks { one: show(id: "x") { own: image { id } other: image { name } } }`,
      'fragment A on ModelArtsNotebookResp { lease { duration } image { __typename } }',
    );
    expect(answer).toEqual({
      notebooks: {
        show: {
          lease: { duration: 5 },
          image: { __typename: 'ModelArtsImage', id: 'i', name: 'image' },
          id: 'n',
        },
      },
      again: { one: { own: { id: 'i' }, other: { name: 'image' } } },
    });
  });

  test('is left out where a directive says so', async () => {
    const answer = await ask(
      'notebooks { show(id: "x") { id @skip(if: $yes) name @include(if: $yes) image @skip(if: $yes) { id } } }',
      '',
      ', $yes: Boolean = true',
    );
    expect(answer).toEqual({ notebooks: { show: { name: 'name' } } });
  });
});

test('items are answered below edges and nodes', async () => {
  const answer = await ask(
    'pools { list { items { metadata { name } } } } trainingJobs { list(first: 2) { edges { node { metadata { id } } } nodes { kind metadata { name } } } }',
  );
  expect(answer).toMatchObject({
    trainingJobs: {
      list: {
        edges: [{ node: { metadata: { id: 'job-0' } } }, { node: { metadata: { id: 'job-1' } } }],
        nodes: [{ metadata: { name: expect.any(String) as string } }, {}],
      },
    },
  });
});

describe('links', () => {
  test('lead on from what links lead to, each asked for once', async () => {
    const jobs = `trainingJobs { list(first: 6) { nodes {
      algorithm { id } linkedPool { metadata { name } linkedWorkspace { id } }
      linkedAlgorithm { ...Id } again: linkedAlgorithm { metadata { name } } } } }`;
    const more = 'fragment Id on ModelArtsAlgorithmResponse { metadata { id } }';
    world.fake.reset();
    const { data, errors } = await world.ask<{ platform: { modelArts: never } }>(
      `query ($platform: ID!) { platform(id: $platform) { modelArts { ${jobs} } } } ${more}`,
    );
    expect(errors).toEqual([]);
    expect(world.fake.asked('listAlgorithms')).toBe(1);
    expect(world.fake.asked('listPools')).toBe(1);
    expect(await ask(jobs, more)).toEqual(data?.platform.modelArts);
    expect(JSON.stringify(data)).toContain('"linkedWorkspace":{"id":"workspace-');
  });
});
