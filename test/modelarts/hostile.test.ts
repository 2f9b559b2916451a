import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { useServer } from '../support/useServer.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts({ counts: { trainingJobs: 60 } }));
beforeEach(() => world.fake.reset());

const query = (fields: string) =>
  `query ($platform: ID!) { platform(id: $platform) { modelArts { ${fields} } } }`;
const NAMES = query('notebooks { list(first: 1) { nodes { name } } }');

describe('the clock of a platform', () => {
  test.each(['Sat, 13 Sep 275760 00:00:00 GMT', 'Tue, 01 Jan 2999 00:00:00 GMT', 'yesterday', ''])(
    'that says %j is not believed',
    async (date) => {
      const platform = await register(world.server, world.token, draftOf(world.fake));
      world.fake.instead('*', { status: 401, headers: { Date: date }, body: {} });
      await world.ask(NAMES, { platform });
      world.fake.asUsual();
      expect((await world.ask(NAMES, { platform })).errors).toEqual([]);
    },
  );
});

describe('an answer', () => {
  test('that is wrong in very many places tells some of them', async () => {
    const items = Array.from({ length: 500 }, (_, index) => ({ id: index, name: [], status: 7, feature: 1 }));
    world.fake.instead('listNotebooks', { status: 200, body: { data: items, total: 500 } });
    const { data, errors } = await world.ask<object>(
      query('notebooks { list(first: 500) { nodes { id name status feature } } }'),
    );
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(data).match(/"name":null/g)).toHaveLength(500);
  });

  test('of more parts than anybody reads is refused', async () => {
    const body = JSON.stringify({ items: Array.from({ length: 400_000 }, () => ({ kind: 1 })) });
    world.fake.instead('listPools', { status: 200, body });
    const { errors } = await world.ask(query('pools { list { items { kind } } }'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
  });

  test('with a number for an object says so', async () => {
    world.fake.instead('showNotebook', { status: 200, body: '{"lease":1.0}' });
    const { errors } = await world.ask(query('notebooks { show(id: "x") { lease { duration } } }'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
  });

  test('that repeats the token is told without it', async () => {
    const { fake } = world;
    let sent = '';
    fake.instead('showNotebook', (response, { headers }) => {
      sent = String(headers['x-auth-token']);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: sent, name: `token ${sent}`, status: sent, duration: 12 }));
    });
    const credentials = { ...fake.user, iamEndpoint: fake.url };
    const platform = await register(world.server, world.token, draftOf(fake, credentials));
    const answer = await world.ask(query('notebooks { show(id: "x") { id name status } }'), { platform });
    expect(sent.length).toBeGreaterThan(12);
    expect(JSON.stringify(answer)).toContain('token [redacted]');
    expect(JSON.stringify(answer)).not.toContain(sent.slice(0, 30));
  });
});

test('one request asks a platform for few things at the same time', async () => {
  const jobs =
    'trainingJobs { list(first: 60) { nodes { linkedEvents(first: 1) { nodes { __typename } } } } }';
  let now = 0;
  let most = 0;
  world.fake.instead('listTrainingJobEvents', async (response) => {
    now += 1;
    most = Math.max(most, now);
    // Until all that come at the same time are there.
    await setTimeout(20);
    now -= 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const { errors } = await world.ask(query(jobs));
  expect(errors).toEqual([]);
  expect(world.fake.asked()).toBeGreaterThan(60);
  expect(most).toBeLessThanOrEqual(8);
});

test('and not for things without number', async () => {
  const ids = Array.from({ length: 4_000 }, (_, index) => ({ model_id: `m${index}` }));
  world.fake.instead('showService', { status: 200, body: { config: ids } });
  world.fake.instead('listModels', { status: 200, body: { models: [], total_count: 0 } });
  world.fake.instead('showModel', { status: 404, body: {} });
  const { errors } = await world.ask(query('services { show(serviceId: "x") { linkedModels { modelId } } }'));
  expect(errors).not.toEqual([]);
  expect(world.fake.asked('showModel')).toBeLessThanOrEqual(1_000);
});
