import { type OperationDefinitionNode, buildSchema, parse } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { RequestContext } from '../../src/kernel/context.js';
import { DomainError } from '../../src/kernel/errors.js';
import { CompiledQueries } from '../../src/graphql/execution/compiledQueries.js';
import { writtenOperation } from '../../src/graphql/execution/written.js';
import { KnownRequests } from '../../src/graphql/knownRequests.js';

const QUERY = '{ a }';

test('a query that was forgotten and parsed anew is known by what was compiled of it since', () => {
  const schema = buildSchema('type Query { a: String }');
  const known = new KnownRequests(
    schema,
    readConfig({}),
    new CompiledQueries(schema, pino({ level: 'silent' }), () => true),
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

test('while the database cannot work, nothing is asked of it that would be asked again', async () => {
  const schema = buildSchema('type Query { a: String }');
  const asked: unknown[] = [];
  const away = {
    write: async (operation: unknown) => {
      asked.push(operation);
      throw new DomainError('UNAVAILABLE', 'the database is away', { retryAfter: 2 });
    },
  } as unknown as CompiledQueries;
  const known = new KnownRequests(schema, readConfig({}), away);
  const document = parse(QUERY);
  known.learn(QUERY, document, document.definitions[0] as OperationDefinitionNode);
  const find = () => known.find({ method: 'POST', headers: {} }, { query: QUERY });
  const found = find();
  if (!found) throw new Error('it was learnt');

  const ctx = { readLate: async () => undefined } as unknown as RequestContext;
  await expect(known.answer(found, ctx)).rejects.toThrow('the database is away');
  expect(asked).toHaveLength(1);
  expect(find()).toBeUndefined();
  await expect.poll(find).toBeDefined();
});

test('only rows are asked of the database', () => {
  const schema = buildSchema(
    'type Row { id: ID } type RowConnection { nodes: [Row!]! } type Other { id: ID } type Query { rows: RowConnection! row: Row other: Other }',
  );
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const field of Object.values(fields)) field.resolve = () => null;
  const isWritten = (query: string) => {
    const document = parse(query);
    const operation = document.definitions[0] as OperationDefinitionNode;
    const isStored = (type: string) => type === 'Row';
    return writtenOperation(schema, document, operation, { conditions: {}, isStored }) !== undefined;
  };
  expect(isWritten('{ row { id } rows { nodes { id } } }')).toBe(true);
  expect(isWritten('{ row { id } other { id } }')).toBe(false);
});
