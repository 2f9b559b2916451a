import { quoted } from '../curl.js';
import { resolved, type Document, type Operation, type Parameter, type Schema } from './openapi.js';

/** Levels of a sample, since schemas may hold themselves. */
const DEPTH = 6;

/** Something that the schema allows, by its examples where it has any. */
export function sample(given: Schema, document: Document, depth = DEPTH): unknown {
  const schema = resolved(given, document);
  const told = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (told !== undefined) return told;
  if (depth === 0) return null;
  const [first] = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (first) return sample(first, document, depth - 1);
  if (schema.properties) {
    const properties = Object.entries(schema.properties);
    return Object.fromEntries(properties.map(([name, inner]) => [name, sample(inner, document, depth - 1)]));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array') return schema.items ? [sample(schema.items, document, depth - 1)] : [];
  if (type === 'integer' || type === 'number') return 0;
  if (type === 'boolean') return false;
  return type === 'object' ? {} : '';
}

function valueOf({ name, example, schema = {} }: Parameter, document: Document): string {
  const value = example ?? sample({ ...schema, type: 'string' }, document);
  return typeof value === 'string' ? value || `{${name}}` : JSON.stringify(value);
}

/** What a form holds, file after file; JSON as it is. */
function bodyOf({ requestBody }: Operation, document: Document): string[] {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type === undefined || !content?.schema) return [];
  const value = sample(content.schema, document);
  if (type === 'multipart/form-data') {
    const fields = Object.entries(value as Record<string, unknown>);
    return fields.map(([name, field]) => `-F ${quoted(`${name}=${String(field) || '@FILE'}`)}`);
  }
  if (type !== 'application/json') return [`-H ${quoted('Content-Type: text/plain')} --data-binary @FILE`];
  return [`-H ${quoted(`Content-Type: ${type}`)}`, `-d ${quoted(JSON.stringify(value))}`];
}

/** Headers that say who asks; the shell puts the token in. */
function keysOf({ security }: Operation, document: Document): string[] {
  const needed = (security ?? document.security ?? []).flatMap((scheme) => Object.keys(scheme));
  const names = [...new Set(needed)].flatMap(
    (key) => document.components?.securitySchemes?.[key]?.name ?? [],
  );
  return names.map((name) => `-H "${name}: $TOKEN"`);
}

/** An operation as a command, with what it needs and samples for that. */
export function curlOf(document: Document, path: string, method: string, origin: string): string {
  const operation = document.paths[path]?.[method];
  if (!operation) return '';
  const needed = (operation.parameters ?? []).filter(({ required }) => required);
  const values = (place: string) =>
    needed
      .filter((parameter) => parameter.in === place)
      .map((parameter) => [parameter.name, valueOf(parameter, document)] as const);
  let address = path;
  for (const [name, value] of values('path')) address = address.replace(`{${name}}`, value);
  const query = values('query').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url =
    origin +
    (document.servers?.[0]?.url ?? '') +
    [address, ...(query.length > 0 ? [query.join('&')] : [])].join('?');
  const verb = { get: '', head: ' -I' }[method] ?? ` -X ${method.toUpperCase()}`;
  return [
    `curl -s${verb} ${quoted(url)}`,
    ...values('header').map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...keysOf(operation, document),
    ...bodyOf(operation, document),
  ].join(' \\\n  ');
}
