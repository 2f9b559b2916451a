import { composeServices } from '@apollo/composition';
import { Validator } from '@seriousme/openapi-schema-validator';
import { composeServices as composeByGuild, compositionHasErrors } from '@theguild/federation-composition';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLObjectType,
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
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

  test('answers mutations with payloads, and those that hold the same with one', () => {
    const fields = buildSchema(sdl, { assumeValidSDL: true }).getMutationType()?.getFields() ?? {};
    // Below which the mutations of ModelArts stand, which answer what the platform does.
    const { modelArts, ...mutations } = fields;
    expect(String(modelArts?.type)).toBe('ModelArtsMutation!');
    const types = Object.values(mutations).map(({ type }) => type);
    expect(types.filter((type) => !isNonNullType(type) || !String(type).endsWith('Payload!'))).toEqual([]);
    const payloads = [...new Set(types.map(getNamedType))].filter(isObjectType);
    const twins = Object.values(Object.groupBy(payloads, contentOf)).filter((group) => group?.length !== 1);
    // Released before payloads were shared.
    const released = ['DeletePlatformPayload', 'RegisterPlatformPayload', 'UpdatePlatformPayload'];
    expect(twins.map((group) => group?.map(({ name }) => name).toSorted())).toEqual([released]);
  });
});

const contentOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields())
    .map((field) => `${field.name}: ${String(field.type)}`)
    .join();

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

interface Parameter {
  name: string;
  example?: unknown;
  schema: { example?: unknown; format?: string; pattern?: string; enum?: string[]; const?: string };
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, unknown> };
  responses: Record<string, { description: string }>;
}

interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

const operationsOf = ({ paths }: Document) => Object.values(paths).flatMap((path) => Object.values(path));

test('no operation has the id of another, in whatever document', () => {
  const ids = documents.flatMap(([, text]) =>
    operationsOf(JSON.parse(text) as Document).map(({ operationId }) => operationId),
  );
  expect(ids.length).toBe(new Set(ids).size);
  expect(ids).toEqual(expect.arrayContaining(['oteLogin', 'optimusLogin', 'registerPlatform']));
});

test('failures of the registry and of forwarding are told by the codes that the wire carries', () => {
  const { paths } = JSON.parse(emitted['openapi/platform.json'] ?? '') as Document;
  const told = Object.values(paths['/v1/routes/{id}'] ?? {}).map(
    ({ responses }) => responses[400]?.description,
  );
  for (const description of told) expect(description).toMatch(/`BAD_PARAMETER`.*`PLATFORM_NOT_FOUND`/s);
  const internal =
    /\b(BAD_INPUT|NOT_FOUND|ADDRESS_DENIED|UPSTREAM_\w+|ROUTE_ID_REQUIRED|TOO_LARGE|UNSUPPORTED_MEDIA_TYPE)\b/;
  for (const [, text] of documents) {
    const descriptions = operationsOf(JSON.parse(text) as Document).flatMap(({ responses }) =>
      Object.values(responses).map(({ description }) => description),
    );
    expect(descriptions.filter((description) => internal.test(description))).toEqual([]);
  }
});

describe.each(documents)('%s', (_name, text) => {
  const document = JSON.parse(text) as Document;
  const operations = operationsOf(document);

  test('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('gives every operation a summary, a description, a tag that is declared, and answers', () => {
    expect(operations.length).toBeGreaterThan(0);
    const tags = document.tags.map(({ name }) => name);
    const poor = operations.filter(
      ({ summary, description, tags: own, responses }) =>
        !summary ||
        !description ||
        !own.every((tag) => tags.includes(tag)) ||
        Object.keys(responses).length < 2,
    );
    expect(poor).toEqual([]);
  });

  test('gives every parameter an example, and the form of what it takes', () => {
    const parameters = operations.flatMap((operation) => operation.parameters ?? []);
    const poor = parameters.filter(({ example, schema }) => {
      const form = schema.format ?? schema.pattern ?? schema.enum ?? schema.const;
      return (example ?? schema.example) === undefined || form === undefined;
    });
    expect(poor).toEqual([]);
  });

  test('says of every body that is JSON whether it must be there', () => {
    const bodies = operations.flatMap(({ requestBody }) =>
      requestBody && 'application/json' in requestBody.content ? [requestBody.required] : [],
    );
    expect(bodies).not.toContain(undefined);
    expect(bodies).toContain(true);
  });

  test('has null where a failure has no data, and nowhere else', () => {
    const places: string[] = [];
    JSON.stringify(document, function collect(this: object, key: string, value: unknown) {
      if (value === 'null' && key === 'type') places.push(Object.keys(this).join(','));
      return value;
    });
    expect(places.length).toBeLessThanOrEqual(1);
    expect(text).not.toContain('"anyOf"');
  });
});
