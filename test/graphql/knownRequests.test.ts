import { type OperationDefinitionNode, buildSchema, parse } from 'graphql';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { RequestContext } from '../../src/kernel/context.js';
import { DomainError } from '../../src/kernel/errors.js';
import { CompiledQueries } from '../../src/graphql/execution/compiledQueries.js';
import { FailedQuery } from '../../src/graphql/execution/failedQuery.js';
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

const CONTEXT = { readLate: async () => undefined } as unknown as RequestContext;

/** One query that is known, as the database answers it. */
function knownAs(write: (operation: unknown) => Promise<string>) {
  const schema = buildSchema('type Query { a: String }');
  const known = new KnownRequests(schema, readConfig({}), { write } as unknown as CompiledQueries);
  const document = parse(QUERY);
  known.learn(QUERY, document, document.definitions[0] as OperationDefinitionNode);
  const find = () => known.find({ method: 'POST', headers: {} }, { query: QUERY });
  const found = find();
  if (!found) throw new Error('it was learnt');
  return { find, found, answer: known.answer.bind(known) };
}

test('while the database cannot work, nothing is asked of it that would be asked again', async () => {
  const asked: unknown[] = [];
  const known = knownAs(async (operation) => {
    asked.push(operation);
    throw new DomainError('UNAVAILABLE', 'the database is away', { retryAfter: 2 });
  });
  const { find, found } = known;

  await expect(known.answer(found, CONTEXT)).rejects.toThrow('the database is away');
  expect(asked).toHaveLength(1);
  expect(find()).toBeUndefined();
  await expect.poll(find).toBeDefined();
});

test.each([
  [10, 'asked again'],
  [60_000, 'told'],
])('after %d ms without the database a query is %s', async (took, what) => {
  const result = { data: null };
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const known = knownAs(async () => {
    now += took;
    throw new FailedQuery(result, new DomainError('UNAVAILABLE', 'the database took too long'));
  });
  const answering = known.answer(known.found, CONTEXT).catch(() => 'asked again');
  expect(await answering).toBe(what === 'told' ? result : what);
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
