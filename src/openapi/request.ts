import { stringifyExactly } from '../kernel/exactJson.js';
import { givenAs, type Arguments } from './arguments.js';
import { kindOf } from './kinds.js';
import { isForm, isJson } from './mediaTypes.js';
import type { Body, Operation, Parameter } from './operation.js';
import { encoded, headerOf, literal, pathOf, plain, queryOf } from './styles.js';

/** What is sent to a platform. */
export interface OperationRequest {
  method: string;
  /** With its query, percent-encoded. */
  path: string;
  headers: Record<string, string>;
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown;
}

/** A form of one level; what is deeper stands there as JSON. */
function formOf(value: unknown): string {
  const kind = kindOf(value);
  if (kind.is === 'string') return kind.text;
  if (kind.is !== 'object') return plain(value);
  return Object.entries(kind.properties)
    .flatMap(([name, inner]) => {
      const own = kindOf(inner);
      return own.is === 'array' ? own.items.map((item) => [name, item] as const) : [[name, inner] as const];
    })
    .map(([name, inner]) => `${encoded(name)}=${encoded(plain(inner))}`)
    .join('&');
}

function sentAs({ mediaType }: Body, value: unknown): unknown {
  if (isJson(mediaType)) return typeof value === 'object' && value !== null ? value : stringifyExactly(value);
  return isForm(mediaType) ? formOf(value) : plain(value);
}

/** The request that an operation is with these arguments, which `argumentFaults` finds nothing wrong with. */
export function requestOf({ method, path, parameters, body }: Operation, args: Arguments): OperationRequest {
  const given = (place: Parameter['in']) =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map((parameter) => ({ parameter, value: givenAs(args, parameter.argument) }))
      .filter(({ value }) => value !== undefined);
  const inPath = new Map(
    given('path').map(({ parameter, value }) => [parameter.name, pathOf(parameter, value)]),
  );
  const filled = path
    .split(/\{([^{}]*)\}/)
    .map((part, index) => (index % 2 === 0 ? literal(part) : (inPath.get(part) ?? '')))
    .join('');
  const query = given('query').flatMap(({ parameter, value }) => queryOf(parameter, value));
  const headers = Object.fromEntries(
    given('header').map(({ parameter, value }) => [parameter.name.toLowerCase(), headerOf(parameter, value)]),
  );
  const hasBody = body !== null && args.body !== undefined && (args.body !== null || body.required);
  return {
    method,
    path: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
    headers: hasBody ? { ...headers, 'content-type': body.mediaType } : headers,
    ...(hasBody && { body: sentAs(body, args.body) }),
  };
}
