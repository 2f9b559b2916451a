import { fileURLToPath } from 'node:url';
import { getNullableType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, operationOf } from '../support/modelarts/catalogue.js';
import { exampleArguments, exampleOf } from '../support/modelarts/examples.js';
import type { Json, JsonObject } from '../support/modelarts/samples.js';
import { useServer } from '../support/useServer.js';
import { differences } from './support/compare.js';
import { type Place, documentFor, fieldArguments, placeOf } from './support/fields.js';
import { README, readmeWith, tableOf } from './support/table.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => {
  const started = await startModelArts();
  const { server, token, fake } = started;
  const byKey = started.platformId;
  const byUser = await register(server, token, draftOf(fake, { ...fake.user, iamEndpoint: fake.url }));
  return { ...started, byKey, byUser };
});

const IDS = OPERATIONS.map(({ operationId }) => operationId);
/** Items of a page, when none asks for a number. */
const USUAL = 20;

/** How the operations are called: with all that they take by a key, and with what they need by a user. */
const WAYS = [
  { way: 'with all that it takes, by an access key', isFull: true, platform: 'byKey', by: 'signature' },
  { way: 'with what it needs, by an IAM user', isFull: false, platform: 'byUser', by: 'token' },
] as const;

/** Operations that did as they should, in every way. */
const passed = { graphql: [] as string[], rest: [] as string[] };

type Answer = Record<string, Record<string, Record<string, unknown>>>;

const inOrder = (pairs: [string, string][]) =>
  pairs.map((pair) => JSON.stringify(pair)).toSorted((a, b) => (a < b ? -1 : 1));

const pairsOf = (query: Readonly<Record<string, Json>>): [string, string][] =>
  Object.entries(query).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((each): [string, string] => [name, typeof each === 'string' ? each : JSON.stringify(each)]),
  );

/** What of a sent answer the field shows, and as what. */
function shown({ field, items, group, name }: Place, sent: JsonObject) {
  const type = getNullableType(field.type);
  if (items.length === 0) return { value: sent, type };
  const nodes = isObjectType(type) ? type.getFields()['nodes'] : undefined;
  if (!nodes) throw new Error(`${group}.${name} is no connection`);
  const list = items.map((each) => sent[each]).find((each) => each !== undefined) as Json[];
  // Where nobody tells how many there are, one more than wanted is asked for.
  return { value: list.slice(0, USUAL), type: nodes.type };
}

describe.each(WAYS)('in GraphQL, $way', ({ isFull, platform, by }) => {
  test.each(IDS)('%s', async (id) => {
    const { fake } = world;
    fake.reset();
    const operation = operationOf(id);
    const place = placeOf(operation);
    const isPaged = place.items.length > 0;
    const given = exampleArguments(operation, fake.projectId, isFull);
    const variables = fieldArguments(place, operation, given);
    const asked = { ...variables, platform: world[platform] };
    const { data, errors } = await world.ask<Answer>(documentFor(place, variables), asked);
    expect(fake.refusals).toEqual([]);
    expect(errors).toEqual([]);
    expect(fake.requests).toMatchObject([{ operation: id, by }]);
    const [request] = fake.requests;
    if (!isPaged) {
      expect(request?.body).toEqual(given.body);
      expect(inOrder([...(request?.query ?? [])])).toEqual(inOrder(pairsOf(given.query)));
    }
    const root = place.isRead ? data?.['platform']?.['modelArts'] : data?.['modelArts'];
    const answer = (root?.[place.group] as Record<string, unknown> | undefined)?.['answer'];
    if (request?.answer === '') expect(answer).toBe(true);
    else {
      const { value, type } = shown(place, JSON.parse(request?.answer ?? '') as JsonObject);
      // All filters at once leave nothing of some lists.
      if (isPaged && !isFull) expect(value).not.toEqual([]);
      expect(differences(value, isPaged ? (answer as JsonObject)['nodes'] : answer, type, id)).toEqual([]);
    }
    passed.graphql.push(id);
  });
});

async function forwarded(
  id: string,
  { isFull, platform }: Pick<(typeof WAYS)[number], 'isFull' | 'platform'>,
  headers: Record<string, string> = {},
) {
  world.fake.reset();
  const { method, target, mediaType, body } = exampleOf(operationOf(id), world.fake.projectId, isFull);
  const response = await fetch(`${world.server.url}/sys/transmit${target}`, {
    method,
    headers: {
      'Plat-Route-Id': world[platform],
      'X-Access-Token': world.token,
      ...(mediaType !== undefined && { 'Content-Type': mediaType }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), target };
}

describe.each(WAYS)('through forwarding, $way', (way) => {
  test.each(IDS)('%s', async (id) => {
    const { status, text, target } = await forwarded(id, way);
    expect(world.fake.refusals).toEqual([]);
    expect(world.fake.requests).toMatchObject([{ operation: id, target, by: way.by, status, answer: text }]);
    expect(status).toBeLessThan(300);
    passed.rest.push(id);
  });
});

test('one token serves them all', () => {
  expect(world.fake.iam.logIns).toBe(1);
});

test.each([
  { 'X-Auth-Token': 'of-the-caller' },
  {
    'X-Sdk-Date': '20260101T000000Z',
    Authorization: 'SDK-HMAC-SHA256 Access=mine, SignedHeaders=x-sdk-date, Signature=00',
  },
])("a caller's own %o goes on as it stands", async (own) => {
  const { status } = await forwarded('listNotebooks', WAYS[0], own);
  expect(status).toBe(401);
  const lower = Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]);
  expect(world.fake.requests).toMatchObject([{ by: 'nobody', headers: Object.fromEntries(lower) as object }]);
});

test('README tells how many do', async () => {
  const times = (list: readonly string[], id: string) => list.filter((each) => each === id).length;
  const covered = OPERATIONS.map((operation) => ({
    group: placeOf(operation).group,
    inGraphql: times(passed.graphql, operation.operationId) === WAYS.length,
    byRest: times(passed.rest, operation.operationId) === WAYS.length,
  }));
  await expect(readmeWith(tableOf(covered))).toMatchFileSnapshot(fileURLToPath(README));
});
