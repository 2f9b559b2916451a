import { type Field, type Shape, allowedBy, fieldsOf, shapeOf } from './catalogue.js';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Milliseconds of the first instant that anything was made here. */
const EPOCH = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const INSTANT = /(^|_)(time|at)$|Time(stamp)?$/;

/** What texts of these names name: one of the first three, which are always there. */
const NOUNS: Readonly<Record<string, string>> = {
  workspace_id: 'workspace',
  pool_id: 'pool',
  pool_name: 'pool',
  service_id: 'service',
  model_id: 'model',
  cluster_id: 'cluster',
};

/** The same for the same name and number, and another for the next number. */
function scalar(kind: 'string' | 'integer' | 'number' | 'boolean', name: string, number: number): Json {
  if (kind === 'boolean') return number % 2 === 0;
  if (kind === 'number') return number + 0.5;
  if (kind === 'integer') return INSTANT.test(name) ? EPOCH + number * MINUTE : number + 1;
  const noun = NOUNS[name];
  return noun === undefined ? `${name}-${number}` : `${noun}-${number % 3}`;
}

function sampleOf(shape: Shape, field: Field, name: string, number: number, within: readonly string[]): Json {
  if (shape.kind === 'anything') return { [`${name}-key`]: number };
  if (shape.kind === 'map') return { [`${name}-key`]: sampleOf(shape.of, field, name, number, within) };
  if (shape.kind === 'object') return objectOf(shape.name, number, within);
  if (shape.kind === 'array') {
    // Two only near the top, or everything is large.
    const places = within.length < 2 ? [0, 1] : [0];
    return places.map((place) => sampleOf(shape.of, field, name, number + place, within));
  }
  const allowed = shape.kind === 'string' ? allowedBy(field) : undefined;
  return allowed?.[number % allowed.length] ?? scalar(shape.kind, name, number);
}

/** A type within itself ends there: what is nested in it is left out. */
const isEndless = (shape: Shape, within: readonly string[]): boolean => {
  if (shape.kind === 'array' || shape.kind === 'map') return isEndless(shape.of, within);
  return shape.kind === 'object' && within.includes(shape.name);
};

/** Every field of those given, filled. */
export function membersSample(
  members: Readonly<Record<string, Field>>,
  number: number,
  within: readonly string[] = [],
): JsonObject {
  const entries = Object.entries(members)
    .map(([name, field]) => ({ name, field, shape: shapeOf(field.type) }))
    .filter(({ shape }) => !isEndless(shape, within))
    .map(({ name, field, shape }) => [name, sampleOf(shape, field, name, number, within)] as const);
  return Object.fromEntries(entries);
}

/** An object of a named type with every field filled. */
export function objectOf(type: string, number: number, within: readonly string[] = []): JsonObject {
  return membersSample(fieldsOf(type), number, [...within, type]);
}

export const fieldSample = (name: string, field: Field, number: number): Json =>
  sampleOf(shapeOf(field.type), field, name, number, []);
