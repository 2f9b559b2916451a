import { type OperationDefinitionNode, buildSchema, parse } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { CompiledQueries } from '../../src/graphql/execution/compiledQueries.js';
import { KnownRequests } from '../../src/graphql/knownRequests.js';

const QUERY = '{ a }';

test('a query that was forgotten and parsed anew is known by what was compiled of it since', () => {
  const schema = buildSchema('type Query { a: String }');
  const known = new KnownRequests(
    schema,
    readConfig({}),
    new CompiledQueries(schema, pino({ level: 'silent' })),
  );
  const learn = () => {
    const document = parse(QUERY);
    const [operation] = document.definitions as OperationDefinitionNode[];
    known.learn(QUERY, document, operation as OperationDefinitionNode);
    return operation;
  };
  const find = () => known.find({ method: 'POST', headers: {} }, { query: QUERY })?.operation;
  const first = learn();
  expect(find()).toBe(first);
  const second = learn();
  expect(second).not.toBe(first);
  expect(find()).toBe(second);
});
