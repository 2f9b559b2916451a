import {
  type GraphQLInputType,
  type GraphQLNamedInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS, operationOf, pathParameters } from '../support/modelarts/catalogue.js';
import { exampleArguments } from '../support/modelarts/examples.js';
import type { JsonObject } from '../support/modelarts/samples.js';
import { useServer } from '../support/useServer.js';
import { type Place, camel, documentFor, fieldArguments, isRequired, placeOf } from './support/fields.js';
import { startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());
beforeEach(() => world.fake.reset());

interface Wrong {
  /** What the answer must name. */
  named: string;
  why: string;
  document: string;
  variables: JsonObject;
}

/** A value that no type of this name takes. */
function wrongFor(type: GraphQLInputType): unknown {
  if (isListType(getNullableType(type))) return [{ colour: 'red' }];
  const named: GraphQLNamedInputType = getNamedType(type);
  if (isEnumType(named)) return 'NO_SUCH_VALUE';
  if (isInputObjectType(named)) return 'red';
  return named.name === 'String' || named.name === 'ID' ? { colour: 'red' } : 'red';
}

const isFree = (type: GraphQLInputType) => /JSON/.test(getNamedType(type).name);

function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = object;
  return rest;
}

/** Every argument left out that must be there, and every one of another type than it has. */
function wrongs(place: Place, args: JsonObject): Wrong[] {
  const document = (given: JsonObject) => documentFor(place, given);
  const { args: known } = place.field;
  const one = (named: string, why: string, variables: object): Wrong => ({
    named,
    why,
    document: document(variables as JsonObject),
    variables: variables as JsonObject,
  });
  return [
    ...known.filter(isRequired).map(({ name }) => one(name, 'is left out', without(args, name))),
    ...known
      .filter(({ type }) => !isFree(type))
      .map(({ name, type }) => one(name, 'has another type', { ...args, [name]: wrongFor(type) })),
    ...known.flatMap(({ name, type }) =>
      bodyWrongs(type, (args[name] ?? {}) as JsonObject).map(({ field, why, input }) =>
        one(field, why, { ...args, [name]: input }),
      ),
    ),
  ];
}

function bodyWrongs(
  type: GraphQLInputType,
  value: JsonObject,
): { field: string; why: string; input: Record<string, unknown> }[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || isListType(getNullableType(type))) return [];
  const fields = Object.values(named.getFields());
  const required = fields.filter((field) => isNonNullType(field.type));
  const bound = fields.filter((field) => !isFree(field.type));
  return [
    { field: 'noSuchField', why: 'is unknown', input: { ...value, noSuchField: 1 } },
    ...required.map(({ name }) => ({ field: name, why: 'is left out', input: without(value, name) })),
    ...bound.map(({ name, type }) => ({
      field: name,
      why: 'has another type',
      input: { ...value, [name]: wrongFor(type) },
    })),
  ];
}

async function refusal(document: string, variables: object) {
  const { data, errors } = await world.ask(document, variables);
  expect(world.fake.requests).toEqual([]);
  expect(errors, JSON.stringify(data)).not.toEqual([]);
  return errors[0] ?? { message: '', extensions: { code: '' } };
}

const CODES = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'];

describe('are found before anything is asked', () => {
  test.each(OPERATIONS.map(({ operationId }) => operationId))('%s', async (id) => {
    const operation = operationOf(id);
    const place = placeOf(operation);
    const args = fieldArguments(place, operation, exampleArguments(operation, world.fake.projectId, false));
    for (const { named, why, document, variables } of wrongs(place, args)) {
      const error = await refusal(document, { ...args, ...variables });
      expect(CODES, `${named} ${why}: ${JSON.stringify(error)}`).toContain(error.extensions.code);
      expect(JSON.stringify(error), why).toContain(named);
    }
  });
});

describe('of paths', () => {
  const withPath = OPERATIONS.filter(({ path }) =>
    pathParameters(path).some((name) => name !== 'project_id'),
  );

  test.each(withPath.map(({ operationId }) => operationId))('%s', async (id) => {
    const operation = operationOf(id);
    const place = placeOf(operation);
    const args = fieldArguments(place, operation, exampleArguments(operation, world.fake.projectId, false));
    for (const parameter of pathParameters(operation.path).filter((name) => name !== 'project_id')) {
      const name = camel(parameter);
      for (const value of ['', '.', '..']) {
        const error = await refusal(documentFor(place, args), { ...args, [name]: value });
        expect(error.extensions).toMatchObject({
          code: 'BAD_USER_INPUT',
          fields: [{ path: name, message: expect.any(String) as string }],
        });
      }
    }
  });
});

describe('of pages', () => {
  const paged = OPERATIONS.filter((operation) => placeOf(operation).items.length > 0);

  test('there are many', () => {
    expect(paged.length).toBeGreaterThan(25);
  });

  test.each(paged.map(({ operationId }) => operationId))('%s', async (id) => {
    const operation = operationOf(id);
    const place = placeOf(operation);
    const args = fieldArguments(place, operation, exampleArguments(operation, world.fake.projectId, false));
    for (const [name, value] of [
      ['first', -1],
      ['first', 501],
      ['after', 'nonsense'],
      ['after', 'x'.repeat(100_000)],
    ] as const) {
      const given = { ...args, [name]: value };
      const error = await refusal(documentFor(place, given), given);
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: name }] });
    }
  });
});
