import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const MAX_PORT = 65_535;

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
