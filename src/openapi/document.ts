import { z } from 'zod';
import { badInput } from '../kernel/errors.js';
import { Faults } from './faults.js';
import { OperationReader } from './operationReader.js';
import type { ApiDocument, SecurityScheme } from './operation.js';
import { isRecord } from '../kernel/isRecord.js';
import { below } from './pointer.js';
import { References } from './references.js';
import { SchemaReader } from './schemaReader.js';
import { readText } from './text.js';
import { mustBe } from './words.js';

const Version = z.object({
  openapi: z.string().regex(/^3\.[01](?:\.|$)/, 'must be a version 3.0 or 3.1'),
});

const Info = z.object({ title: z.string(), version: z.string() });

/** RFC 9110 5.6.2, of which the names of headers and cookies are. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const Scheme = z.discriminatedUnion(
  'type',
  [
    z
      .object({
        type: z.literal('apiKey'),
        in: z.enum(['header', 'query', 'cookie'], 'must be header, query or cookie'),
        name: z.string().min(1, 'must not be empty'),
      })
      .refine(({ in: place, name }) => place === 'query' || TOKEN.test(name), {
        path: ['name'],
        message: 'is no name of a header or cookie',
      }),
    z.object({ type: z.literal('http'), scheme: z.string() }),
    z.object({ type: z.literal('oauth2') }),
    z.object({ type: z.literal('openIdConnect') }),
    z.object({ type: z.literal('mutualTLS') }),
  ],
  'must be one of apiKey, http, oauth2, openIdConnect, mutualTLS',
);

function schemeOf(scheme: z.output<typeof Scheme>): SecurityScheme {
  if (scheme.type === 'apiKey') return { kind: 'apiKey', in: scheme.in, name: scheme.name };
  if (scheme.type === 'mutualTLS') return { kind: 'other', is: scheme.type };
  const is = scheme.type === 'http' ? scheme.scheme.toLowerCase() : 'bearer';
  return is === 'basic' || is === 'bearer' ? { kind: is } : { kind: 'other', is };
}

/** What a part of the document has, by name; nothing, and told, where it is no object. */
function entriesAt(value: unknown, place: string, faults: Faults): [string, unknown][] {
  if (value === undefined) return [];
  if (isRecord(value)) return Object.entries(value);
  faults.add(place, mustBe('object'));
  return [];
}

function read(root: Readonly<Record<string, unknown>>, faults: Faults): ApiDocument | undefined {
  if (!faults.check(Version, root, '')) return undefined;
  const info = faults.check(Info, root.info, '/info') ?? { title: '', version: '' };
  const components = isRecord(root.components) ? root.components : {};
  const references = new References(root, faults);
  const schemas = new SchemaReader(root, faults);
  for (const [name, schema] of entriesAt(components.schemas, '/components/schemas', faults))
    schemas.add(name, schema, below('/components/schemas', name));
  const schemes = entriesAt(components.securitySchemes, '/components/securitySchemes', faults).flatMap(
    ([name, value]): [string, SecurityScheme][] => {
      const found = references.follow(value, below('/components/securitySchemes', name));
      const scheme = found && faults.check(Scheme, found.node, found.place);
      return scheme ? [[name, schemeOf(scheme)]] : [];
    },
  );
  const securitySchemes = Object.fromEntries(schemes);
  const reader = new OperationReader(root, { faults, references, schemas, securitySchemes });
  const operations = reader.read();
  return { ...info, operations, schemas: schemas.schemas(), securitySchemes };
}

/** A document that has been parsed. BAD_INPUT names each place that is wrong, as a JSON pointer. */
export function apiDocumentOf(value: unknown): ApiDocument {
  const faults = new Faults();
  if (!isRecord(value)) throw badInput([{ path: '', message: 'must be an OpenAPI document' }]);
  const document = read(value, faults);
  if (!document || !faults.isEmpty) throw faults.error();
  return document;
}

/** A document in JSON or YAML, from whomever. BAD_INPUT names each place that is wrong, as a JSON pointer. */
export function readApiDocument(text: string): ApiDocument {
  const reading = readText(text);
  if ('fault' in reading) throw badInput([{ path: '', message: reading.fault }]);
  return apiDocumentOf(reading.value);
}
