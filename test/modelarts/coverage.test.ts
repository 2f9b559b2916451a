import { getNullableType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, operationOf } from '../support/modelarts/catalogue.js';
import { exampleArguments } from '../support/modelarts/examples.js';
import type { Json, JsonObject } from '../support/modelarts/samples.js';
import { useServer } from '../support/useServer.js';
import { differences } from './support/compare.js';
import { documentFor, fieldArguments, placeOf } from './support/fields.js';
import { startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());

const IDS = OPERATIONS.map(({ operationId }) => operationId);

/** Items of a page, when none asks for a number. */
const USUAL = 20;

type Answer = Record<string, Record<string, Record<string, unknown>>>;

/** What the field answered, and what the stand-in was asked and said. */
async function call(id: string, isFull: boolean, platform = world.platformId) {
  world.fake.reset();
  const operation = operationOf(id);
  const place = placeOf(operation);
  const given = exampleArguments(operation, world.fake.projectId, isFull);
  const variables = fieldArguments(place, operation, given);
  const { data, errors } = await world.ask<Answer>(documentFor(place, variables), { ...variables, platform });
  const root = place.isRead ? data?.['platform']?.['modelArts'] : data?.['modelArts'];
  const answer = (root?.[place.group] as Record<string, unknown> | undefined)?.['answer'];
  return { operation, place, given, answer, errors };
}

describe.each([
  ['with all that they take', true],
  ['with what they need', false],
])('in GraphQL, %s', (_, isFull) => {
  test.each(IDS)('%s', async (id) => {
    const { operation, place, given, answer, errors } = await call(id, isFull);
    expect(world.fake.refusals).toEqual([]);
    expect(errors).toEqual([]);
    const [asked, ...more] = world.fake.requests;
    expect(more).toEqual([]);
    expect(asked?.operation).toBe(id);
    const isPaged = place.items.length > 0;
    if (!isPaged) {
      expect(asked?.body).toEqual(given.body);
      expect([...(asked?.query ?? [])].toSorted()).toEqual(pairs(given.query));
    }
    const sent = asked?.answer === '' ? true : (JSON.parse(asked?.answer ?? '') as JsonObject);
    if (sent === true) expect(answer).toBe(true);
    else if (!isPaged) expect(differences(sent, answer, place.field.type, id)).toEqual([]);
    else {
      const type = getNullableType(place.field.type);
      if (!isObjectType(type)) throw new Error(`${operation.operationId} is no connection`);
      const items = place.items.map((name) => sent[name]).find((each) => each !== undefined) as Json[];
      // All filters at once leave nothing of some lists.
      if (!isFull) expect(items.length).toBeGreaterThan(0);
      // Where nobody tells how many there are, one more than wanted is asked for.
      const wanted = items.slice(0, USUAL);
      const nodes = type.getFields()['nodes'];
      if (!nodes) throw new Error('a connection has nodes');
      expect(differences(wanted, (answer as JsonObject)['nodes'], nodes.type, id)).toEqual([]);
    }
  });
});

const pairs = (query: Readonly<Record<string, Json>>): [string, string][] =>
  Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, textOf(each)]))
    .toSorted();

const textOf = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
