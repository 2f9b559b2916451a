import { readFileSync } from 'node:fs';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type CatalogueOperation, pathParameters } from '../../support/modelarts/catalogue.js';
import { type Json, type JsonObject } from '../../support/modelarts/samples.js';

const read = (name: string) => readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

const schema: GraphQLSchema = buildSchema(read('schema.graphql'), { assumeValidSDL: true });

interface Documented {
  operationId: string;
  'x-isthmus-group': string;
  'x-isthmus-field': string;
  'x-isthmus-read': boolean;
  'x-isthmus-paging'?: { by: string; in?: string; items: string[] };
}

const { paths } = JSON.parse(read('openapi/modelarts.json')) as {
  paths: Record<string, Record<string, Documented>>;
};
const documented = new Map(
  Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => [operation.operationId, operation] as const),
  ),
);

/** Where an operation stands in the graph. */
export interface Place {
  group: string;
  name: string;
  isRead: boolean;
  field: GraphQLField<unknown, unknown>;
  /** The fields of an answer of which a connection shows the first that is there; empty where it shows all. */
  items: readonly string[];
}

const typeOf = (parent: GraphQLObjectType, name: string): GraphQLObjectType => {
  const field = parent.getFields()[name];
  const type = field && getNamedType(field.type);
  if (!isObjectType(type)) throw new Error(`${parent.name}.${name} is no object`);
  return type;
};

export function placeOf({ operationId }: CatalogueOperation): Place {
  const known = documented.get(operationId);
  if (!known) throw new Error(`the document has no ${operationId}`);
  const { 'x-isthmus-group': group, 'x-isthmus-field': name, 'x-isthmus-read': isRead } = known;
  const root = isRead ? schema.getType('Platform') : schema.getMutationType();
  if (!isObjectType(root)) throw new Error('the schema has no such root');
  const field = typeOf(typeOf(root, 'modelArts'), group).getFields()[name];
  if (!field) throw new Error(`the schema has no ${group}.${name}`);
  return { group, name, isRead, field, items: known['x-isthmus-paging']?.items ?? [] };
}

/** `os.modelarts/name` as GraphQL has it. */
export const camel = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part, index) => (index === 0 ? part[0]?.toLowerCase() : part[0]?.toUpperCase()) + part.slice(1))
    .join('');

/** How an enum says which value is meant. */
export const quoted = (value: Json | undefined): string =>
  `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** What is given to GraphQL for it to send this. Throws where a field or a value has no place there. */
export function toInput(type: GraphQLInputType, value: Json): unknown {
  if (isNonNullType(type)) return toInput(type.ofType, value);
  if (isListType(type)) return (value as Json[]).map((item) => toInput(type.ofType, item));
  if (isEnumType(type)) {
    const named = type.getValues().find(({ description }) => description === quoted(value));
    if (!named) throw new Error(`${type.name} has no value for ${quoted(value)}`);
    return named.name;
  }
  if (!isInputObjectType(type)) return value;
  const fields = type.getFields();
  const entries = Object.entries(value as JsonObject).map(([name, inner]) => {
    const field = fields[camel(name)];
    if (!field) throw new Error(`${type.name} has no field for ${name}`);
    return [field.name, toInput(field.type, inner)] as const;
  });
  return Object.fromEntries(entries);
}

/** Arguments that page instead of the upstream's own. */
const PAGING = new Set(['limit', 'offset', 'continue']);

export interface Arguments {
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, Json>>;
  body: Json | undefined;
}

/** Arguments of the field by its names. */
export function fieldArguments(place: Place, operation: CatalogueOperation, given: Arguments): JsonObject {
  const isPaged = place.items.length > 0;
  const find = (name: string): GraphQLArgument => {
    const argument = place.field.args.find((each) => each.name === name);
    if (!argument) throw new Error(`${place.group}.${place.name} has no argument ${name}`);
    return argument;
  };
  const args: Record<string, unknown> = {};
  for (const name of pathParameters(operation.path))
    if (name !== 'project_id') args[camel(name)] = given.path[name];
  for (const [name, value] of Object.entries(given.query))
    if (!isPaged || !PAGING.has(name)) args[camel(name)] = toInput(find(camel(name)).type, value);
  if (given.body !== undefined) {
    const own = isPaged
      ? Object.fromEntries(Object.entries(given.body as JsonObject).filter(([name]) => !PAGING.has(name)))
      : given.body;
    args['input'] = toInput(find('input').type, own);
  }
  return args as JsonObject;
}

/** Everything below a type, but what leads to other operations and what would never end. */
export function selection(type: GraphQLOutputType, within: readonly string[] = []): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) throw new Error(`${named.name} is not to be selected`);
  const fields = Object.values(named.getFields())
    .filter(({ name, args }) => !name.startsWith('linked') && args.length === 0)
    .filter((field) => !within.includes(getNamedType(field.type).name))
    .map((field) => `${field.name}${selection(field.type, [...within, named.name])}`);
  return ` { ${fields.join(' ')} }`;
}

/** The operation as a request to our door. */
export function documentFor(
  { group, name, isRead, field }: Place,
  args: JsonObject,
  selected?: string,
): string {
  const given = Object.keys(args).map((each) => ({
    name: each,
    type: String(field.args.find((argument) => argument.name === each)?.type ?? 'String'),
  }));
  const variables = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map((each) => `${each.name}: $${each.name}`).join(', ');
  const call = `${name}${passed === '' ? '' : `(${passed})`}${selected ?? selection(field.type)}`;
  return isRead
    ? `query ($platform: ID!, ${variables}) { platform(id: $platform) { modelArts { ${group} { answer: ${call} } } } }`
    : `mutation ($platform: ID!, ${variables}) { modelArts(platformId: $platform) { ${group} { answer: ${call} } } }`;
}

export const isRequired = ({ type, defaultValue }: GraphQLArgument): boolean =>
  type instanceof GraphQLNonNull && defaultValue === undefined;
