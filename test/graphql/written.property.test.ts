import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installQueue } from '../../src/domains/jobs/index.js';
// Loaded here too, so that no query waits for them.
import '../../src/graphql/execution/compiled.js';
import {
  CompiledQueries,
  EXECUTIONS_BEFORE_COMPILATION,
} from '../../src/graphql/execution/compiledQueries.js';
import '../../src/graphql/execution/written.js';
import { type List, registeredLists } from '../lists/lists.js';
import { Seed } from '../lists/seed.js';
import { newBusiness } from '../support/people.js';
import { type TestServer, startServer } from '../support/server.js';

const RUNS = 20;
const DEPTH = 3;

const lists = await registeredLists();

let server: TestServer;
/** The system administrator and administrators of two tenants. */
const tokens: string[] = [];
/** Tells which queries the database has answered. */
const writing = vi.spyOn(CompiledQueries.prototype, 'write');

beforeAll(async () => {
  server = await startServer({
    GRAPHQL_MAX_COST: '100000',
    GRAPHQL_MAX_DEPTH: '20',
    GRAPHQL_MAX_ALIASES: '100',
  });
  const [one, two] = [await newBusiness(server), await newBusiness(server)];
  tokens.push(await server.adminToken(), one.admin.token, two.admin.token);
  await installQueue(server.database.native, pino({ level: 'silent' }));
  const seed = new Seed(server.database);
  const all = [...server.database.fork().getMetadata().getAll().values()];
  for (const { node } of lists) {
    // Rows of the queue are its own.
    const meta = all.find(({ className }) => className === node.name);
    if (meta && !meta.schema) await seed.fill(meta);
  }
  await server.database.query('update deployments set is_living = false');
  for (const table of ['deployments', 'deployment_audits', 'data_centers'])
    await server.database.query(
      `update ${table} as t set business_id = case n.place % 3 when 0 then $1 when 1 then $2 else business_id end
        from (select id, row_number() over (order by id) as place from ${table}) as n where n.id = t.id`,
      [one.id, two.id],
    );
});
afterAll(async () => {
  writing.mockRestore();
  await server.stop();
});

const isPlain = (field: GraphQLField<unknown, unknown>) => {
  const type = getNullableType(field.type);
  return !field.resolve && field.args.length === 0 && (isScalarType(type) || isEnumType(type));
};

/** Whether the database knows values of it: not JSON, lists or objects. */
const isWritten = (field: GraphQLField<unknown, unknown>) =>
  isPlain(field) && !['JSON', 'JSONObject', 'Port'].includes(getNamedType(field.type).name);

/** Fields of a type with what leads to others. */
function fieldsOf(type: GraphQLObjectType, depth: number): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter(
    (field) => isWritten(field) || (depth > 0 && 'related' in field.extensions),
  );
}

const condition = fc.constantFrom('', '', '', '@include(if: $yes)', '@skip(if: $yes)', '@include(if: true)');

function object(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = fieldsOf(type, depth);
  return fc
    .tuple(
      fc.shuffledSubarray(fields, { minLength: 1, maxLength: Math.min(6, fields.length) }),
      fc.boolean(),
      fc.boolean(),
    )
    .chain(([chosen, isFragment, isTold]) =>
      fc
        .tuple(
          ...chosen.map((field, index) => {
            const below = getNamedType(field.type);
            const inner = isObjectType(below) ? value(below, depth - 1) : fc.constant('');
            const alias = fc.constantFrom('', '', index === 0 ? 'row: ' : `a${index}: `);
            return fc.tuple(alias, condition, inner).map(([as, given, set]) => {
              const args = field.args.some(({ name }) => name === 'first') ? '(first: $first)' : '';
              return `${as}${field.name}${args} ${given} ${set}`;
            });
          }),
        )
        .map((all) => [...(isTold ? ['type: __typename'] : []), ...all].join(' '))
        .map((all) =>
          isFragment ? `{ __typename ... on ${type.name} { ${all} } }` : `{ __typename ${all} }`,
        ),
    );
}

/** What is selected of an object, or of a page within an answer. */
function value(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const nodes = type.getFields()['nodes'];
  const item = nodes && getNamedType(nodes.type);
  if (!isObjectType(item) || !isListType(getNullableType(nodes?.type))) return object(type, depth);
  const parts = fc.subarray(['totalCount', '__typename']);
  return fc.tuple(parts, object(item, depth)).map(([all, set]) => `{ ${all.join(' ')} nodes ${set} }`);
}

const info = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename }';

/** A list as frontends ask for it. */
function listed(list: List, key: string): fc.Arbitrary<string> {
  const ordered = fc.option(fc.tuple(fc.constantFrom(...list.orders), fc.constantFrom('ASC', 'DESC')));
  const sizes = fc.constantFrom('first: $first', 'last: $last', 'first: 30', '');
  const parts = fc.subarray([info, 'totalCount', '__typename']);
  return fc.tuple(ordered, sizes, parts, object(list.node, DEPTH)).map(([order, page, all, set]) => {
    const by = order ? `orderBy: [{field: ${order[0].name}, direction: ${order[1]}}]` : '';
    const args = `${page} ${by}`.trim();
    return `${key}: ${list.name}${args && `(${args})`} { ${all.join(' ')} nodes ${set} }`;
  });
}

const queries = fc
  .array(fc.constantFrom(...lists), { minLength: 1, maxLength: 2 })
  .chain((chosen) => fc.tuple(...chosen.map((list, index) => listed(list, `l${index}`))))
  .map((roots) => {
    const text = roots.join(' ');
    const declared = [
      ...(text.includes('$yes') ? ['$yes: Boolean!'] : []),
      '$first: Int = 2',
      '$last: Int = 2',
    ];
    return `query (${declared.join(', ')}) { ${text} l: clusters(first: $first) { totalCount nodes { id } }
      m: clusters(last: $last) { nodes { id } } }`;
  });

const size = fc.integer({ min: 0, max: 4 });
const variables = fc.record({ yes: fc.boolean(), first: size, last: size });

async function ask(token: string, query: string, given: object) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token, 'x-request-id': 'same' },
    body: JSON.stringify({ query, variables: given }),
  });
  const { date: _when, 'content-length': _size, ...headers } = Object.fromEntries(response.headers);
  const answer: unknown = await response.json();
  // As a text, so that the order of keys counts.
  return JSON.stringify({ status: response.status, headers, answer });
}

async function askAll(query: string, given: object): Promise<string[]> {
  const answers: string[] = [];
  for (const token of tokens) answers.push(await ask(token, query, given));
  return answers;
}

const writtenSoFar = () => writing.mock.settledResults.filter(({ type }) => type === 'fulfilled').length;

test('what the database writes is what graphql-js and compiled queries answer, to each caller', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(queries, variables, async (query, given) => {
      const expected = await askAll(query, given);
      expect(expected[0]).not.toContain('"errors"');
      for (let asked = tokens.length; asked <= EXECUTIONS_BEFORE_COMPILATION; asked += tokens.length)
        await askAll(query, given);
      const before = writtenSoFar();
      // The first may be those of the compiled query.
      for (let round = 0; round < 3; round += 1) expect(await askAll(query, given)).toEqual(expected);
      answered += Math.min(1, writtenSoFar() - before);
      // Other variables are other answers, and no errors.
      const other = { ...given, first: 5 };
      const [mine, ...others] = await askAll(query, other);
      expect(await askAll(query, other)).toEqual([mine, ...others]);
    }),
    { numRuns: RUNS },
  );
  expect(answered).toBeGreaterThan(RUNS / 2);
});
