import { beforeEach, expect, test } from 'vitest';
import { useServer } from '../support/useServer.js';
import { query } from '../support/server.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () =>
  startModelArts(
    {},
    { GRAPHQL_MAX_ALIASES: '500', GRAPHQL_MAX_ROOT_FIELDS: '500', GRAPHQL_MAX_TOKENS: '50000' },
  ),
);
beforeEach(() => world.fake.reset());

/** The same field so many times, each asked anew. */
const aliased = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `f${index}: ${field}`).join(' ');

const LARGE = { pools: Array.from({ length: 30_000 }, () => 1) };
const TEXT = 'x'.repeat(4 * 1_048_576);

test.each([
  ['values', { items: [], ...LARGE }, 50],
  ['characters', { items: [], text: TEXT }, 30],
])('the answers to one request have so many %s together', async (_what, body, most) => {
  const { fake } = world;
  fake.instead('listPools', { status: 200, body: JSON.stringify(body) });
  const document = `query ($platform: ID!) { platform(id: $platform) { modelArts {
    ${aliased(150, 'pools { list { kind } }')} } } }`;
  const { errors } = await world.ask(document);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.map(({ message }) => message)).toContain(
    'more is answered than one request may ask of platforms; ask for less',
  );
  // Nobody is asked for what there is no room for, but for what is under way.
  expect(fake.asked('listPools')).toBeLessThan(most);
  fake.asUsual();
  expect((await world.ask(document.replaceAll(/f1\d+: pools { list { kind } }/g, ''))).errors).toEqual([]);
});

test('of whatever kind the platforms are', async () => {
  const { fake, server, token } = world;
  const openapi = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: {
      '/v1/{project}/pools': {
        get: {
          operationId: 'things',
          parameters: [{ name: 'project', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: 'Things' } },
        },
      },
    },
  });
  const generic = { kind: 'GENERIC', region: null, projectId: null, credentials: null, openapi };
  const platform = await register(server, token, { ...draftOf(fake), ...generic });
  fake.instead('*', { status: 200, body: JSON.stringify(LARGE) });
  const field = 'call(operation: "things", arguments: { project: "p" }) { status }';
  const ask = async (count: number) =>
    query(server.url, `query ($platform: ID!) { platform(id: $platform) { ${aliased(count, field)} } }`, {
      variables: { platform },
      token,
    });
  expect((await ask(20)).errors).toEqual([]);
  const { errors } = await ask(50);
  expect(errors.map(({ message }) => message)).toContain(
    'more is answered than one request may ask of platforms; ask for less',
  );
});
