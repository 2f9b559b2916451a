import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exactNumber } from '../../src/kernel/exactJson.js';
import { argumentFaults } from '../../src/openapi/arguments.js';
import { apiDocumentOf } from '../../src/openapi/document.js';
import { documentWith } from './support/documents.js';

function faultsOf(operation: Record<string, unknown>, args: Record<string, unknown>, parts = {}): string[] {
  const document = apiDocumentOf(documentWith(operation, { method: 'post', ...parts }));
  const found = document.operations.get('it');
  if (!found) throw new Error('no operation');
  return argumentFaults(document, found, args).map(({ path, message }) => `${path}: ${message}`);
}

const bodyOf = (schema: unknown, required = true) => ({
  requestBody: { required, content: { 'application/json': { schema } } },
});
const bodyFaults = (schema: unknown, body: unknown, schemas: Record<string, unknown> = {}) =>
  faultsOf(bodyOf(schema), { body }, { components: { schemas } });

const VOLUME = {
  type: 'object',
  required: ['size', 'id'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', readOnly: true },
    size: { type: 'integer', format: 'int32', minimum: 1 },
    kind: { type: 'string', enum: ['EVS', 'EFS'] },
    parts: { type: 'array', maxItems: 2, items: { $ref: '#/components/schemas/Volume' } },
  },
};

describe('what is wrong with arguments is told by name', () => {
  test('of parameters', () => {
    const operation = {
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'limit', in: 'query', required: true, schema: { type: 'integer', maximum: 100 } },
        { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string', minLength: 2 } } },
        { name: 'X-Note', in: 'header', schema: { type: 'string' } },
      ],
    };
    const faults = (args: Record<string, unknown>) => faultsOf(operation, args, { path: '/things/{id}' });
    expect(faults({ id: 'a', limit: 100, tags: ['ab'], 'X-Note': 'caf\u00e9' })).toEqual([]);
    expect(faults({ id: 'a', limit: 1, tags: null })).toEqual([]);
    expect(faults({ limit: null, limits: 1, body: {} })).toEqual([
      'limits: is unknown',
      'id: is required',
      'limit: is required',
      'body: is not what this operation takes',
    ]);
    expect(faults({ id: '..', limit: '5', tags: ['ab', 'c', 1], 'X-Note': 'a\r\nb' })).toEqual([
      'id: must be neither . nor ..',
      'limit: must be a whole number',
      'tags.1: must have at least 2 characters',
      'tags.2: must be a text',
      'X-Note: must be text that fits a header',
    ]);
    expect(faults({ id: '', limit: 101, tags: ['\ud800a'], 'X-Note': '\u20ac' })).toEqual([
      'id: must not be empty',
      'limit: must be at most 100',
      'tags: must not contain half of a surrogate pair',
      'X-Note: must be text that fits a header',
    ]);
  });

  test('of a body', () => {
    const faults = (body: unknown) =>
      bodyFaults({ $ref: '#/components/schemas/Volume' }, body, { Volume: VOLUME });
    expect(faults({ size: 1, kind: 'EVS', parts: [{ size: 2 }] })).toEqual([]);
    expect(faults({ size: 0, kind: 'OBS', parts: [{ size: 2 ** 31 }, { colour: 1 }] })).toEqual([
      'body.size: must be at least 1',
      'body.kind: must be one of EVS, EFS',
      'body.parts.0.size: must be a whole number of 32 bits',
      'body.parts.1.size: is required',
      'body.parts.1.colour: is unknown',
    ]);
    expect(faults([])).toEqual(['body: must be an object']);
    expect(faults(null)).toEqual(['body: is required']);
    expect(faultsOf(bodyOf({}, false), {})).toEqual([]);
  });

  test.each<[string, unknown, unknown, string[]]>([
    ['digits that a number would lose', { format: 'int64' }, exactNumber('9223372036854775807'), []],
    [
      'one more',
      { format: 'int64' },
      exactNumber('9223372036854775808'),
      ['body: must be a whole number of 64 bits'],
    ],
    ['a bigint', { type: 'integer', format: 'int64' }, 2n ** 63n - 1n, []],
    ['a whole number in another spelling', { type: 'integer' }, exactNumber('1e2'), []],
    ['a fraction', { type: 'integer' }, 1.5, ['body: must be a whole number']],
    ['what may be null', { type: ['string', 'null'] }, null, []],
    ['alternatives', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 7, ['body: must be a text']],
    [
      'alternatives of which one is meant',
      { oneOf: [{ type: 'string' }, { type: 'object', properties: { a: { type: 'string' } } }] },
      { a: 1 },
      ['body.a: must be a text'],
    ],
    [
      'alternatives of which none is',
      { oneOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'array' }] },
      1,
      ['body: must be one of the 3 forms that are described'],
    ],
    [
      'alternatives of which two are',
      { oneOf: [{ type: 'string' }, { minLength: 1 }] },
      'a',
      ['body: must be only one of the forms that are described'],
    ],
    ['a pattern, which is the platform’s to judge', { pattern: '^(a+)+$' }, `${'a'.repeat(50)}!`, []],
    ['characters, not halves of them', { maxLength: 2 }, '\u{1f600}\u{1f600}', []],
    [
      'the same twice',
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ['body: must not have the same item twice'],
    ],
    ['what is never right', false, 1, ['body: must not be what is described']],
  ])('%s', (_what, schema, body, faults) => {
    expect(bodyFaults(schema, body)).toEqual(faults);
  });
});

describe('what is too much to check ends', () => {
  test('alternatives in alternatives', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const next = { $ref: `#/components/schemas/s${index + 1}` };
        return [`s${index}`, { anyOf: [next, next] }];
      }),
    );
    expect(
      bodyFaults({ $ref: '#/components/schemas/s0' }, 1, { ...schemas, s40: { type: 'string' } }),
    ).toEqual(['body: cannot be checked: it or its schema is too large']);
  });

  const items = Array.from({ length: 5_000 }, () => 1);
  const text = 'x'.repeat(1_000_000);
  test.each<[string, object, unknown]>([
    ['a list that is nowhere described', {}, items],
    ['a list that is compared with a value', { const: [1] }, items],
    ['a list that is compared with several', { enum: [[1], [2]] }, items],
    ['a list of what must be different', { uniqueItems: true }, items],
    ['a value that is compared with a list', { const: items }, 1],
    ['an object', { minProperties: 0 }, Object.fromEntries(items.entries())],
    ['a text', { maxLength: 1_000 }, text],
    ['a list of objects that lack much', { items: { required: items.map(String) } }, items.map(() => ({}))],
  ])('%s, very often', (_what, schema, body) => {
    expect(bodyFaults({ allOf: Array.from({ length: 2_000 }, () => schema) }, body)).toEqual([
      'body: cannot be checked: it or its schema is too large',
    ]);
  });

  test('what is told of very many faults, and of large values', () => {
    const wrong = Array.from({ length: 150_000 }, () => ({ type: 'string' }));
    const known = { all: { allOf: wrong } };
    expect(bodyFaults({ $ref: '#/components/schemas/all' }, 1, known)).toHaveLength(50);
    const [told = ''] = bodyFaults({ enum: [text] }, 1);
    expect(told).toHaveLength(`body: must be one of …`.length + 1_000);
  });

  test('levels in levels', () => {
    const Tree = { type: 'array', items: { $ref: '#/components/schemas/Tree' } };
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    expect(bodyFaults({ $ref: '#/components/schemas/Tree' }, deep, { Tree })).toEqual([
      'body: nests deeper than 512 levels',
    ]);
  });

  test('many faults', () => {
    const body = Array(10_000).fill(1);
    expect(bodyFaults({ items: { type: 'string' } }, body)).toHaveLength(50);
  });
});

test('what is wrong is the same as another validator finds', () => {
  const leaf = fc.oneof(
    fc.record({ type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null') }),
    fc.record({ type: fc.constant(['string', 'null']), minLength: fc.nat(3), maxLength: fc.nat(5) }),
    fc.record({
      minimum: fc.integer({ min: -3, max: 3 }),
      exclusiveMaximum: fc.integer({ min: -3, max: 3 }),
    }),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom(1, 'a', null, true, 'b'), { minLength: 1 }) }),
    fc.record({ const: fc.constantFrom(1, 'a', null, [1], { a: 1 }) }),
    fc.record({ multipleOf: fc.constantFrom(2, 3) }),
    fc.boolean(),
  );
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({
        type: fc.constantFrom('object', ['object', 'string']),
        properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), tie('schema')),
        required: fc.uniqueArray(fc.constantFrom('a', 'b', 'constructor')),
        additionalProperties: tie('schema'),
        maxProperties: fc.nat(3),
      }),
      fc.record({ propertyNames: fc.record({ maxLength: fc.constant(1) }) }),
      fc.record({
        type: fc.constant('array'),
        items: tie('schema'),
        prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        minItems: fc.nat(2),
        maxItems: fc.nat(4),
        uniqueItems: fc.boolean(),
      }),
      fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('schema') }),
      fc.constantFrom({ $ref: '#/components/schemas/Tree' }),
    ),
  }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(1, 2, 1.5, 'a', 'ab', '', null, true, 6),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'constructor', 'cc'), tie('value')),
    ),
  }));
  const Tree = { type: ['object', 'number'], properties: { a: { $ref: '#/components/schemas/Tree' } } };
  const ajv = new Ajv2020({ strict: false, ownProperties: true, validateSchema: false });
  fc.assert(
    fc.property(schema, value, (schema, body) => {
      fc.pre(body !== null);
      const isRight = ajv.compile({
        $ref: '#/components/schemas/it',
        components: { schemas: { Tree, it: schema } },
      })(body);
      ajv.removeSchema();
      expect(bodyFaults({ $ref: '#/components/schemas/it' }, body, { Tree, it: schema }).length === 0).toBe(
        isRight,
      );
    }),
    { numRuns: 100 },
  );
});

test('many values are compared with many that are allowed, once each', () => {
  const allowed = Array.from({ length: 50_000 }, (_, index) => ({ index }));
  const values = Array.from({ length: 10_000 }, () => ({ index: 49_999 }));
  expect(bodyFaults({ type: 'array', items: { enum: allowed } }, values)).toEqual([]);
});
