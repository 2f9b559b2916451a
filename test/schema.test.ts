import { composeServices } from '@apollo/composition';
import { Validator } from '@seriousme/openapi-schema-validator';
import { composeServices as composeByGuild, compositionHasErrors } from '@theguild/federation-composition';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emitSchemas } from '../src/emit.js';

const emitted = await emitSchemas();
const sdl = emitted['schema.graphql'] ?? '';
const documents = Object.entries(emitted).filter(([name]) => name.startsWith('openapi/'));

test.each(Object.keys(emitted))('schema/%s is what the code says', (name) => {
  expect(readFileSync(new URL(`../schema/${name}`, import.meta.url), 'utf8')).toBe(emitted[name]);
});

describe('the subgraph', () => {
  test("composes without errors or hints by Apollo's composition", () => {
    const { errors, hints } = composeServices([
      { name: 'isthmus', typeDefs: parse(sdl), url: 'http://isthmus/graphql' },
    ]);
    expect(errors ?? []).toEqual([]);
    expect(hints ?? []).toEqual([]);
  });

  test("composes by The Guild's composition", () => {
    const result = composeByGuild([{ name: 'isthmus', typeDefs: parse(sdl), url: 'http://isthmus/graphql' }]);
    expect(compositionHasErrors(result) ? result.errors : []).toEqual([]);
  });

  test('composes beside another subgraph that refers to its entities', () => {
    const other = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
      type Query { notes: [Note!]! }
      type Note { text: String! about: Platform! by: User! }
      type Platform @key(fields: "id", resolvable: false) { id: ID! }
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
    `);
    const { errors } = composeServices([
      { name: 'isthmus', typeDefs: parse(sdl), url: 'http://isthmus/graphql' },
      { name: 'notes', typeDefs: other, url: 'http://notes/graphql' },
    ]);
    expect(errors ?? []).toEqual([]);
  });

  test('describes every type, field, argument and enum value', () => {
    const schema = buildSchema(sdl, { assumeValidSDL: true });
    const own = Object.values(schema.getTypeMap()).filter(
      (type) => !isSpecifiedScalarType(type) && !/^(_|link__|federation__)/.test(type.name),
    );
    expect(own.length).toBeGreaterThan(10);
    expect(own.flatMap(undescribed)).toEqual([]);
  });
});

function undescribed(type: GraphQLNamedType): string[] {
  const missing = type.description ? [] : [type.name];
  const inArguments = (path: string, args: readonly GraphQLArgument[]) =>
    args.filter(({ description }) => !description).map(({ name }) => `${path}(${name})`);
  if (isEnumType(type)) {
    return [
      ...missing,
      ...type
        .getValues()
        .filter(({ description }) => !description)
        .map(({ name }) => `${type.name}.${name}`),
    ];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(({ description }) => !description);
    return [...missing, ...fields.map(({ name }) => `${type.name}.${name}`)];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
    return [
      ...missing,
      ...fields.filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`),
      ...fields.flatMap(({ name, args }) => inArguments(`${type.name}.${name}`, args)),
    ];
  }
  return missing;
}

describe.each(documents)('%s', (_name, text) => {
  const document = JSON.parse(text) as {
    paths: Record<string, Record<string, { operationId: string; summary: string; responses: object }>>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

  test('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(document);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('gives every operation a summary, answers and an id of its own', () => {
    expect(operations.length).toBeGreaterThan(0);
    expect(
      operations.filter(({ summary, responses }) => !summary || Object.keys(responses).length === 0),
    ).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
