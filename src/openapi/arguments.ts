import type { FieldError } from '../kernel/errors.js';
import { kindOf } from './kinds.js';
import { isJson } from './mediaTypes.js';
import type { ApiDocument, Operation, Parameter } from './operation.js';
import { resolved } from './schemas.js';
import { ValueCheck } from './valueCheck.js';

/** The arguments of an operation: parameters by `argument`, the body as `body`. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What is given under a name; null says the same as nothing. */
export const givenAs = (args: Arguments, name: string): unknown =>
  Object.hasOwn(args, name) ? (args[name] ?? undefined) : undefined;

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The texts that a parameter is written with. */
function textsOf(value: unknown): string[] {
  const kind = kindOf(value);
  if (kind.is === 'string') return [kind.text];
  if (kind.is === 'array') return kind.items.flatMap(textsOf);
  return kind.is === 'object'
    ? Object.entries(kind.properties).flatMap(([key, inner]) => [key, ...textsOf(inner)])
    : [];
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

/** What JSON Schema does not know of: how the value is written into a request. */
function writingFault({ in: place, isJson: isText }: Parameter, value: unknown): string | undefined {
  const texts = textsOf(value);
  if (!texts.every((text) => text.isWellFormed())) return 'must not contain half of a surrogate pair';
  if (place === 'header' && !isText && !texts.every((text) => HEADER_VALUE.test(text)))
    return 'must be text that fits a header';
  if (place !== 'path') return undefined;
  if (texts.includes('') || isEmptyList(value)) return 'must not be empty';
  // Servers and proxies take them out, with what stands before them.
  return texts.some((text) => text === '.' || text === '..') ? 'must be neither . nor ..' : undefined;
}

function parameterFaults(check: ValueCheck, parameter: Parameter, args: Arguments): FieldError[] {
  const path = parameter.argument;
  const value = givenAs(args, path);
  if (value === undefined) return parameter.required ? [{ path, message: 'is required' }] : [];
  const message = writingFault(parameter, value);
  return message === undefined ? check.faults(parameter.schema, value, path) : [{ path, message }];
}

function bodyFaults(
  check: ValueCheck,
  document: Pick<ApiDocument, 'schemas'>,
  { body }: Operation,
  args: Arguments,
) {
  const path = 'body';
  const value = Object.hasOwn(args, path) ? args[path] : undefined;
  if (!body) return value == null ? [] : [{ path, message: 'is not what this operation takes' }];
  const [type] = [resolved(document, body.schema).type ?? []];
  const isNull = value === null && [type].flat().includes('null');
  if (value == null && !isNull) return body.required ? [{ path, message: 'is required' }] : [];
  const isText = !isJson(body.mediaType);
  if (isText && !textsOf(value).every((text) => text.isWellFormed()))
    return [{ path, message: 'must not contain half of a surrogate pair' }];
  return check.faults(body.schema, value, path);
}

/** What is wrong with the arguments of an operation, each with its path: `limit`, `body.volume.size`. */
export function argumentFaults(
  document: Pick<ApiDocument, 'schemas'>,
  operation: Operation,
  args: Arguments,
): FieldError[] {
  const known = new Set(['body', ...operation.parameters.map(({ argument }) => argument)]);
  const unknown = Object.keys(args).filter((name) => !known.has(name));
  const check = new ValueCheck(document);
  return [
    ...unknown.map((path) => ({ path, message: 'is unknown' })),
    ...operation.parameters.flatMap((parameter) => parameterFaults(check, parameter, args)),
    ...bodyFaults(check, document, operation, args),
  ];
}
