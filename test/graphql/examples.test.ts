import { readFileSync } from 'node:fs';
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../src/site/playground/client/examples/index.js';

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

const parsed = EXAMPLES.map(({ query, variables = {} }) => {
  const document = parse(query);
  const operation = getOperationAST(document);
  return {
    name: operation?.name?.value,
    query,
    document,
    definitions: operation?.variableDefinitions ?? [],
    variables,
  };
});

describe.each(parsed)('the example $name', ({ query, document, definitions, variables }) => {
  test('is valid', () => {
    expect(validate(schema, document)).toEqual([]);
  });

  test('says what it shows', () => {
    expect(query).toMatch(/^# \S/);
  });

  test('has variables that fit', () => {
    expect(getVariableValues(schema, definitions, variables).errors).toBeUndefined();
  });
});
