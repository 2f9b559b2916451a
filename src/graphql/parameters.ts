import type { IncomingMessage } from 'node:http';
import { badInput } from '../kernel/errors.js';
import { searchOf } from './http.js';
import type { Payload } from './operation.js';

export type Parameters = Readonly<Record<string, unknown>>;

/** In a link, these are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput([{ path: name, message: 'is not JSON' }]);
  }
}

export const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What GraphQL over HTTP is asked with: a body, or a link. Undefined for a body that is no object. */
export function parametersOf({ method, url = '' }: IncomingMessage, body: unknown): Parameters | undefined {
  if (method !== 'GET') return isObject(body) ? body : undefined;
  const pairs = [...new URLSearchParams(searchOf(url))];
  return Object.fromEntries(
    pairs.map(([name, text]) => [name, JSON_PARAMETERS.includes(name) ? jsonOf(name, text) : text]),
  );
}

/** The part of a link behind its path, with these parameters. */
export function searchWith(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string') search.set(name, value);
    else if (value !== undefined && value !== null) search.set(name, JSON.stringify(value));
  }
  return `?${search.toString()}`;
}

/** An operation as it is read where Apollo does not. BAD_INPUT for what is none. */
export function payloadOf(parameters: Parameters = {}): Payload {
  const { query = '', variables, operationName, documentId, extensions } = parameters;
  const wrong = (path: string, what: string) => badInput([{ path, message: `must be ${what}` }]);
  if (typeof query !== 'string') throw wrong('query', 'a text');
  if (variables != null && !isObject(variables)) throw wrong('variables', 'an object');
  if (operationName != null && typeof operationName !== 'string') throw wrong('operationName', 'a text');
  return { query, variables, operationName, documentId, extensions };
}
