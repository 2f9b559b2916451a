import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { MAX_PORT } from './ports.js';
import { exactNumber } from './exactJson.js';

/** A TCP port from its number or its digits. */
export function parsePort(value: unknown): number {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= MAX_PORT) return port;
  throw new GraphQLError(`a port is a whole number from 1 to ${MAX_PORT}`);
}

export const PortScalar = new GraphQLScalarType<number, number>({
  name: 'Port',
  description:
    'A TCP port, 1 to 65535. Input may be a number or its digits in a string, as the REST API has it.',
  serialize: parsePort,
  parseValue: parsePort,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT) return parsePort(Number(node.value));
    return parsePort(node.kind === Kind.STRING ? node.value : undefined);
  },
});

const MIN_BIG_INT = -(2n ** 63n);
const MAX_BIG_INT = 2n ** 63n - 1n;

function wholeOf(value: unknown): bigint {
  const text = typeof value === 'number' ? String(value) : value;
  const whole = typeof text === 'string' && /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  if (whole !== undefined && whole >= MIN_BIG_INT && whole <= MAX_BIG_INT) return whole;
  throw new GraphQLError('a BigInt is a whole number of 64 bits');
}

/** A whole number that PostgreSQL's bigint holds, from a number that has lost no digit or from digits. */
function parseBigInt(value: unknown): bigint {
  const whole = wholeOf(value);
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return whole;
  throw new GraphQLError('a BigInt beyond 2^53 is given as a text of its digits');
}

/** Digits where a number would lose some. */
function serializeBigInt(value: unknown): number | string {
  if (Number.isSafeInteger(value)) return value as number;
  const whole = typeof value === 'bigint' ? value : wholeOf(value);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : String(whole);
}

/** Of our own: that of graphql-scalars would warn on the console of a way to write JSON. */
export const BigIntScalar = new GraphQLScalarType({
  name: 'BigInt',
  description:
    'A whole number of 64 bits. It travels as a JSON number, or, where that would lose digits (beyond 2^53 - 1), as a string of its digits; input may be either.',
  serialize: serializeBigInt,
  parseValue: parseBigInt,
  parseLiteral: (node) => parseBigInt('value' in node ? node.value : undefined),
});

/** A number that stands alone has nothing that could hold its digits. */
function parseJson(value: unknown): unknown {
  const isInexact = typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  if (isInexact)
    throw new GraphQLError('a number beyond 2^53 is given within a list or an object, or as a text');
  return value;
}

function jsonOf(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return exactNumber(node.value);
  if (node.kind === Kind.LIST) return node.values.map((value) => jsonOf(value, variables));
  if (node.kind !== Kind.OBJECT) return GraphQLJSON.parseLiteral(node, variables);
  return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, jsonOf(value, variables)]));
}

/** Any JSON; numbers keep the digits that JavaScript would lose, see exactJson.ts. */
export const ExactJSON = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  parseValue: parseJson,
  parseLiteral: jsonOf,
});
