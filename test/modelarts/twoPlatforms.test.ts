import { expect, onTestFinished, test } from 'vitest';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';
import { newBusiness } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { put } from '../support/modelarts/world.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());

interface Jobs {
  modelArts: {
    trainingJobs: { list: { nodes: { linkedAlgorithm: { metadata: { name: string } } | null }[] } };
  };
}

const JOBS =
  '{ modelArts { trainingJobs { list(first: 100) { nodes { linkedAlgorithm { metadata { name } } } } } } }';
const names = ({ modelArts }: Jobs) =>
  new Set(modelArts.trainingJobs.list.nodes.map(({ linkedAlgorithm }) => linkedAlgorithm?.metadata.name));

test('the same ids on two platforms are two things, also in one request and with one answer missing', async () => {
  const other = await FakeModelArts.start();
  onTestFinished(async () => other.close());
  for (const [fake, name] of [
    [world.fake, 'ours'],
    [other, 'theirs'],
  ] as const)
    for (const { value } of fake.world.algorithms) put(value, ['metadata', 'name'], name);
  const second = await register(world.server, world.token, draftOf(other));
  const document = `query ($platform: ID!, $other: ID!) { a: platform(id: $platform) ${JOBS} b: platform(id: $other) ${JOBS} }`;
  const ask = async () => world.ask<Record<'a' | 'b', Jobs>>(document, { other: second });

  const { data, errors } = await ask();
  expect(errors).toEqual([]);
  expect(data && [names(data.a), names(data.b)]).toEqual([new Set(['ours']), new Set(['theirs'])]);
  for (const fake of [world.fake, other]) expect(fake.asked()).toBe(2);

  for (const operation of ['listAlgorithms', 'showAlgorithmByUuid'])
    other.instead(operation, { status: 500, body: { error_code: 'ModelArts.0001', error_msg: 'broken' } });
  const partly = await ask();
  expect(partly.data && names(partly.data.a)).toEqual(new Set(['ours']));
  expect(partly.data && names(partly.data.b)).toEqual(new Set([undefined]));
  expect(new Set(partly.errors.map(({ extensions }) => extensions.code))).toEqual(
    new Set(['UPSTREAM_ERROR']),
  );
  expect(new Set(partly.errors.map(({ path }) => path?.[0]))).toEqual(new Set(['b']));
});

test('of a platform whose credentials cannot be read all is told that needs none', async () => {
  const { fake, server, token } = world;
  const broken = await register(server, token, draftOf(fake));
  await server.database.query('update platforms set credentials = $1 where id = $2', ['garbage', broken]);
  const document = `query ($platform: ID!, $broken: ID!) { whole: platform(id: $platform) ${JOBS}
    broken: platform(id: $broken) { kind modelArts { __typename trainingJobs { list { totalCount } } } } }`;
  const { data, errors } = await world.ask<{ whole: Jobs; broken: unknown }>(document, { broken });
  expect(data?.whole.modelArts.trainingJobs.list.nodes.length).toBeGreaterThan(0);
  expect(data?.broken).toEqual({
    kind: 'MODELARTS',
    modelArts: { __typename: 'ModelArts', trainingJobs: { list: null } },
  });
  expect(errors).toMatchObject([
    { path: ['broken', 'modelArts', 'trainingJobs', 'list'], extensions: { code: 'INTERNAL' } },
  ]);
});

test('nothing is signed for another business, whoever knows the id', async () => {
  const [ours, theirs] = [await newBusiness(world.server), await newBusiness(world.server)];
  const platform = await register(world.server, ours.admin.token, draftOf(world.fake));
  const forward = async (headers: Record<string, string>) => {
    world.fake.reset();
    const response = await fetch(`${world.server.url}/sys/transmit/v1/${world.fake.projectId}/workspaces`, {
      headers: { 'Plat-Route-Id': platform, ...headers },
    });
    await response.text();
    return { status: response.status, by: world.fake.requests.map(({ by }) => by) };
  };
  expect(await forward({ 'X-Access-Token': ours.admin.token })).toEqual({ status: 200, by: ['signature'] });
  expect((await forward({ 'X-Access-Token': theirs.admin.token })).by).not.toContain('signature');
  expect((await forward({})).by).not.toContain('signature');
});
