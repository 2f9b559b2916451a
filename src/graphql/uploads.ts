import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { badInput } from '../kernel/errors.js';
import { FormFile, type FormPart, readForm } from '../kernel/forms.js';
import type { Held } from '../kernel/uploadRoom.js';
import { parse } from '../kernel/validation.js';
import { parseExact } from './exactBody.js';

/** Of one request: files, bytes of each, and of all together. */
const MOST_FILES = 8;
const MOST_OF_FILE = 16_777_216;
const MOST_OF_ALL = 25_165_824;
/** Steps to a place in the variables. */
const MOST_STEPS = 16;
/** Of a name that a message tells. */
const MOST_TOLD = 80;
const OPERATIONS = 'operations';
const MAP = 'map';

/** Of which a browser sends none by itself for another site's page. */
export const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name', 'authorization'];

const Operations = z.looseObject({});
const Places = z.record(z.string(), z.array(z.string()));

/** A page of another site can send a form and open a link, but not with such a header. */
export function requirePreflight({ headers }: IncomingMessage): void {
  if (PREFLIGHTED.some((name) => (headers[name] ?? '') !== '')) return;
  throw badInput([
    {
      path: 'headers',
      message: 'a form, or a link to a stream, needs the header Apollo-Require-Preflight, or Authorization',
    },
  ]);
}

function textOf(parts: readonly FormPart[], field: string): string {
  const found = parts.filter((part) => part.field === field);
  const [first] = found;
  if (found.length !== 1 || typeof first?.value !== 'string')
    throw badInput([{ path: field, message: 'must be there once, as a text' }]);
  return first.value;
}

function jsonOf(parts: readonly FormPart[], field: string): unknown {
  try {
    return parseExact(textOf(parts, field));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badInput([{ path: field, message: 'is not JSON' }]);
  }
}

/** Puts the file where the variables have null for it. */
function place(operations: unknown, path: string, file: FormFile): void {
  const wrong = (message: string) => badInput([{ path: MAP, message: `${JSON.stringify(path)} ${message}` }]);
  const steps = path.split('.');
  if (steps[0] !== 'variables' || steps.length < 2 || steps.length > MOST_STEPS)
    throw wrong('names no place in the variables');
  const last = steps.pop() ?? '';
  const owner = steps.reduce<unknown>((value, step) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, step))
      return (value as Record<string, unknown>)[step];
    throw wrong('names no place in the variables');
  }, operations);
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, last))
    throw wrong('names no place in the variables');
  const values = owner as Record<string, unknown>;
  if (values[last] !== null) throw wrong('does not hold null');
  values[last] = file;
}

/** The body of a request that comes as a form, with its files among the variables. */
export async function readUploads(
  request: IncomingMessage,
  { bodyLimit, held }: { bodyLimit: number; held: Held },
): Promise<unknown> {
  const parts = await readForm(request, {
    texts: 2,
    textSize: bodyLimit,
    files: MOST_FILES,
    bytes: MOST_OF_ALL,
    sizeOf: () => MOST_OF_FILE,
    held,
  });
  const operations = parse(Operations, jsonOf(parts, OPERATIONS), [OPERATIONS]);
  const places = parse(Places, jsonOf(parts, MAP), [MAP]);
  const files = new Map<string, FormFile>();
  for (const { field, value } of parts) {
    if (!(value instanceof FormFile)) continue;
    if (files.has(field))
      throw badInput([{ path: field.slice(0, MOST_TOLD), message: 'must be there once' }]);
    files.set(field, value);
  }
  const paths = Object.entries(places).flatMap(([name, each]) => each.map((path) => ({ name, path })));
  if (paths.length > MOST_FILES)
    throw badInput([{ path: MAP, message: `must not have more than ${MOST_FILES} places` }]);
  for (const { name, path } of paths) {
    const file = files.get(name);
    if (!file)
      throw badInput([
        { path: MAP, message: `there is no file ${JSON.stringify(name.slice(0, MOST_TOLD))}` },
      ]);
    place(operations, path, file);
  }
  return operations;
}
