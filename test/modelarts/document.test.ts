import { Validator } from '@seriousme/openapi-schema-validator';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../.config/modelarts/catalogue.js';
import { modelArtsText } from '../../.config/modelarts/document.js';
import { modelArtsDocument } from '../../src/domains/modelarts/document.js';

const catalogue = readCatalogue();
const generated = modelArtsText(catalogue);
const document = modelArtsDocument();
const operations = [...document.operations.values()];

describe('schema/openapi/modelarts.json', () => {
  test('is what npm run generate:modelarts makes of the catalogue', () => {
    const file = new URL('../../schema/openapi/modelarts.json', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(generated);
  });

  test('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(
      JSON.parse(generated) as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('has every operation of the catalogue, and no other', () => {
    const written = catalogue.operations.map(
      ({ operationId, method, path }) => `${operationId} ${method} ${path}`,
    );
    expect(written).toHaveLength(182);
    const read = operations.map(({ id, method, path }) => `${id} ${method} ${path}`);
    expect(read.toSorted()).toEqual(written.toSorted());
  });

  test('has what each takes and answers', () => {
    for (const { operationId, query, body, response, path } of catalogue.operations) {
      const found = document.operations.get(operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const names = found?.parameters.map(({ name }) => name);
      expect(names, operationId).toEqual([...inPath, ...query.map(({ name }) => name)]);
      expect(Boolean(found?.body), operationId).toBe(body.length > 0);
      expect(Boolean(found?.answer), operationId).toBe(response.length > 0);
    }
  });

  test('names each operation once in its group', () => {
    const names = operations.map(({ extensions }) =>
      [extensions['x-isthmus-group'], extensions['x-isthmus-field']].join('.'),
    );
    expect(new Set(names).size).toBe(operations.length);
    expect(names.filter((name) => !/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining([
        'notebooks.list',
        'notebooks.show',
        'notebooks.create',
        'trainingJobs.showDetails',
      ]),
    );
  });

  test('takes for reads what changes nothing, whatever the method', () => {
    const reads = operations.filter(({ extensions }) => extensions['x-isthmus-read'] === true);
    const posts = reads.filter(({ method }) => method !== 'GET').map(({ id }) => id);
    expect(posts.toSorted()).toEqual(catalogue.notes.reads.toSorted());
    expect(
      operations.filter((operation) => operation.method === 'GET' && !reads.includes(operation)),
    ).toEqual([]);
  });

  test('describes every operation, parameter and property', () => {
    const poor = operations.flatMap(({ id, summary, description, parameters }) => [
      ...(summary && description ? [] : [id]),
      ...parameters.filter((parameter) => !parameter.description).map(({ name }) => `${id} ${name}`),
    ]);
    expect(poor).toEqual([]);
    for (const [name, { description, properties = {} }] of Object.entries(document.schemas)) {
      const parts = Object.values(properties as Record<string, { description?: string }>);
      expect([description, ...parts.map((part) => part.description)].every(Boolean), name).toBe(true);
    }
  });
});

describe('what is wrong in graph.yaml is told', () => {
  test('a group that is missing', () => {
    const groups = { ...catalogue.notes.groups };
    delete groups['Order Management'];
    const broken = { ...catalogue, notes: { ...catalogue.notes, groups } };
    expect(() => modelArtsText(broken)).toThrow('graph.yaml has no group "Order Management"');
  });

  test('a name that means nothing', () => {
    const fields = { ...catalogue.notes.fields, listNothing: 'nothing' };
    const broken = { ...catalogue, notes: { ...catalogue.notes, fields } };
    expect(() => modelArtsText(broken)).toThrow('graph.yaml names what is not there: listNothing');
  });
});
