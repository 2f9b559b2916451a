// What the catalogue says, read without anything that the server has for it: the tests' stand-in must not share its faults.
import { readFileSync } from 'node:fs';
import { CORE_SCHEMA, load } from 'js-yaml';

export interface Field {
  type: string;
  required?: boolean;
  /** The only values; of an array, those of its items. */
  enum?: readonly string[];
  /** As `enum`, from a comment. */
  values?: readonly string[];
}

export interface NamedField extends Field {
  name: string;
}

export interface CatalogueOperation {
  group: string;
  operationId: string;
  method: string;
  path: string;
  altPath?: string;
  contentType?: string;
  query: readonly NamedField[];
  body: readonly NamedField[];
  bodyType?: string;
  response: readonly NamedField[];
  responseType?: string;
}

interface ObjectType {
  fields: Readonly<Record<string, Field>>;
}

/** `array<map<string,X>>`, taken apart. */
export type Shape =
  | { kind: 'string' | 'integer' | 'number' | 'boolean' | 'anything' }
  | { kind: 'array' | 'map'; of: Shape }
  | { kind: 'object'; name: string };

const SCALARS = ['string', 'integer', 'number', 'boolean'] as const;

const read = (name: string): unknown =>
  load(readFileSync(new URL(`../../../schema/modelarts/${name}.yaml`, import.meta.url), 'utf8'), {
    schema: CORE_SCHEMA,
  });

/** In Huawei's order. */
export const OPERATIONS = read('operations') as readonly CatalogueOperation[];

const { primary, support } = read('types') as Record<'primary' | 'support', Record<string, ObjectType>>;
const TYPES: Readonly<Record<string, ObjectType>> = { ...primary, ...support };

export function operationOf(id: string): CatalogueOperation {
  const operation = OPERATIONS.find(({ operationId }) => operationId === id);
  if (!operation) throw new Error(`the catalogue has no operation ${id}`);
  return operation;
}

export function fieldsOf(name: string): Readonly<Record<string, Field>> {
  const type = TYPES[name];
  if (!type) throw new Error(`the catalogue has no type ${name}`);
  return type.fields;
}

const shapes = new Map<string, Shape>();

export function shapeOf(type: string): Shape {
  const shape = shapes.get(type) ?? parsedShape(type);
  shapes.set(type, shape);
  return shape;
}

function parsedShape(type: string): Shape {
  const scalar = SCALARS.find((name) => name === type);
  if (scalar) return { kind: scalar };
  if (type === 'object') return { kind: 'anything' };
  if (type === 'array') return { kind: 'array', of: { kind: 'string' } };
  const [, kind, of] = /^(array<|map<string,\s*)(.+)>$/.exec(type) ?? [];
  if (of !== undefined) return { kind: kind === 'array<' ? 'array' : 'map', of: shapeOf(of) };
  fieldsOf(type);
  return { kind: 'object', name: type };
}

export const allowedBy = (field: Field): readonly string[] | undefined => field.enum ?? field.values;

const signature = (fields: readonly (readonly [string, Field])[]): string =>
  fields
    .map(([name, { type }]) => `${name}:${type}`)
    .toSorted()
    .join();

/** Types by their fields: an answer that has exactly those of one is of that type, whether or not it says so. */
const bySignature = new Map(
  Object.entries(TYPES).map(([name, { fields }]) => [signature(Object.entries(fields)), name]),
);

function members(
  named: readonly NamedField[],
  type: string | undefined,
): Readonly<Record<string, Field>> | null {
  if (named[0]?.name === '[items]') return null;
  const own = type ?? bySignature.get(signature(named.map(({ name, ...field }) => [name, field])));
  const inType = own === undefined ? {} : fieldsOf(own);
  return Object.fromEntries(named.map(({ name, ...field }) => [name, { ...inType[name], ...field }]));
}

/** The fields of a body; null where the whole of it is an array. Its type tells more of them than the operation does. */
export const bodyMembers = ({ body, bodyType }: CatalogueOperation) => members(body, bodyType);

/** The fields of an answer. */
export const answerMembers = ({ response, responseType }: CatalogueOperation) =>
  members(response, responseType) ?? {};

const SEGMENT = /^\{(\w+)\}$/;
export const parameterIn = (segment: string): string | undefined => SEGMENT.exec(segment)?.[1];

/** Names of the parameters in a path, in its order. */
export const pathParameters = (path: string): string[] =>
  path.split('/').flatMap((segment) => parameterIn(segment) ?? []);

/** A path with its parameters put in. */
export const filled = (path: string, values: Readonly<Record<string, string>>): string =>
  path
    .split('/')
    .map((segment) => {
      const name = parameterIn(segment);
      return name === undefined ? segment : encodeURIComponent(values[name] ?? '');
    })
    .join('/');
