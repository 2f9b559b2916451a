import { type GraphQLField, isObjectType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ClusterService } from '../../src/domains/edge/clusters/cluster.service.js';
import { createGraph } from '../../src/graph.js';
import {
  CompiledQueries,
  EXECUTIONS_BEFORE_COMPILATION,
  SELDOM,
} from '../../src/graphql/execution/compiledQueries.js';
// Loaded here too, so that no query waits for them.
import '../../src/graphql/execution/compiled.js';
import '../../src/graphql/execution/written.js';
import { UNBUILT } from '../../src/modules.js';
import { insertCluster, insertLabel, insertNode, startEdge } from '../edge/support/world.js';
import { newUser } from '../support/people.js';
import { useServer } from '../support/useServer.js';

const FIELDS = 'name ip memory cpu isReady kernelVersion createdAt';

/** Tells which queries the database has answered. */
const writing = vi.spyOn(CompiledQueries.prototype, 'write');
afterAll(() => writing.mockRestore());
beforeEach(() => {
  writing.mockClear();
});

const server = useServer(() => startEdge({}, { background: false }));
beforeAll(async () => {
  for (const name of ['one', 'two', 'three "of" \\ them', 'four ☃ \u2028 <&>']) {
    const id = await insertCluster(server, { name, seen: name !== 'two' });
    for (const node of ['n1', 'n2', 'n3'])
      await insertNode(server, id, node, { ip: node === 'n1' ? null : '192.0.2.1' });
  }
  await insertLabel(server, 'odd', `name = 'n1'`);
});

interface Asked {
  variables?: object;
  headers?: Record<string, string>;
  body?: object;
}

async function send(query: string, { variables = {}, headers = {}, body = {} }: Asked = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: server.token,
      'x-request-id': 'same',
      ...headers,
    },
    body: JSON.stringify({ query, variables, ...body }),
  });
  const { date: _when, 'content-length': size, ...others } = Object.fromEntries(response.headers);
  const text = await response.text();
  expect(Number(size)).toBe(Buffer.byteLength(text));
  // As a text again, so that the order of keys counts.
  return { status: response.status, headers: others, answer: JSON.stringify(JSON.parse(text)), text };
}

/** But for white space. */
const post = async (query: string, asked?: Asked) => {
  const { text: _spaced, ...answer } = await send(query, asked);
  return answer;
};

const isWritten = () => writing.mock.settledResults.some(({ type }) => type === 'fulfilled');

/** Asks as often as others are asked before the database answers. */
async function askOften(query: string, asked?: Asked): Promise<void> {
  for (let index = 0; index < EXECUTIONS_BEFORE_COMPILATION + 3; index += 1) await post(query, asked);
}

/** Asks until the database has answered. */
async function untilWritten(query: string, asked?: Asked): Promise<void> {
  writing.mockClear();
  await askOften(query, asked);
  const again = async () => {
    await post(query, asked);
    return isWritten();
  };
  await expect.poll(again).toBe(true);
}

const WRITTEN: [string, string, Asked?][] = [
  [
    'a list within a list',
    `{ clusters(first: 20) { nodes { name nodes(first: 2) { nodes { ${FIELDS} } } } } }`,
  ],
  [
    'a list with a filter and an order',
    `{ clusterNodes(first: 2, filter: {label: {eq: "odd"}}, orderBy: [{field: MEMORY}]) { nodes { ${FIELDS} } } }`,
  ],
  [
    'one with what it belongs to',
    'query ($id: ID!) { clusterNode(id: $id) { name ip cluster { name } } }',
    { variables: { id: '1' } },
  ],
  ['one that is not there', '{ clusterNode(id: "0") { name cluster { name } } }'],
  [
    'nothing',
    '{ clusters(filter: {name: {eq: "nothing"}}) { nodes { name } totalCount pageInfo { endCursor } } }',
  ],
  [
    'aliases, types and fragments',
    `query Named { __typename: clusters { t: __typename nodes { ...c n: name ... on Cluster { __typename } } } }
     fragment c on Cluster { uid nodes(first: 1) { __typename x: nodes { id } totalCount } }`,
    { body: { operationName: 'Named' } },
  ],
  [
    'aliases that are names within the statement',
    `{ clusters(last: 9) { pageInfo { endCursor } nodes { row: name all: uid e: id text: version } }
       row: clusters { nodes { row: uid e: name nodes { count: totalCount row: nodes { row: name e1: id } } } } }`,
  ],
  [
    'an alias of a row in a row',
    'query ($id: ID!) { clusterNode(id: $id) { row: name cluster { row: name } } }',
    { variables: { id: '2' } },
  ],
  ['an alias that is longer than names of PostgreSQL', `{ clusters { nodes { ${'a'.repeat(64)}: name } } }`],
  [
    'pages forwards and backwards',
    `{ a: clusters(first: 2) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } totalCount }
       b: clusters(last: 2) { nodes { id name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
       c: clusterNodes(last: 3, orderBy: [{field: CREATED_AT, direction: DESC}]) { nodes { id } } }`,
  ],
  [
    'conditions',
    'query ($yes: Boolean!) { clusters { nodes { name @skip(if: $yes) uid @include(if: $yes) } } }',
    { variables: { yes: true } },
  ],
  [
    'another type that is wanted',
    '{ clusterNodes { nodes { id } } }',
    { headers: { accept: 'application/json' } },
  ],
  [
    'the type of its own',
    '{ clusterNodes { nodes { uid } } }',
    { headers: { accept: 'application/graphql-response+json, application/json;q=0.9' } },
  ],
];

test.each(WRITTEN)('the database writes what was answered before: %s', async (_name, query, asked) => {
  const first = await post(query, asked);
  expect(first.answer).not.toContain('"errors"');
  await untilWritten(query, asked);
  expect(await post(query, asked)).toEqual(first);
});

test('whole numbers keep all their digits, for clients that read no others', async () => {
  const query = '{ clusterNodes(first: 1) { nodes { id m: allocatableMemory } } }';
  const digits = [Number.MAX_SAFE_INTEGER, 1_000_000_000_000_000, -1_099_511_627_776_000];
  const { rows } = await server.database.query('select allocatable_memory as "was" from nodes where id = 1');
  await untilWritten(query);
  for (const value of digits) {
    writing.mockClear();
    await server.database.query('update nodes set allocatable_memory = $1 where id = 1', [value]);
    expect((await send(query)).text).toContain(`"m":${value}}`);
    expect(isWritten()).toBe(true);
  }
  await server.database.query('update nodes set allocatable_memory = $1 where id = 1', [rows[0]?.['was']]);
});

const OTHERS: [string, string, Asked?][] = [
  ['a field with a resolver of its own', '{ clusters { nodes { name labels } } }'],
  ['JSON', '{ clusterNodes { nodes { kubernetesLabels } } }'],
  ['cursors of items', '{ clusters { edges { cursor node { name } } } }'],
  ['cursors within an answer', '{ clusters { nodes { nodes { nodes { id } pageInfo { endCursor } } } } }'],
  ['a list that is merged', '{ clusters { nodes { nodes { nodes { id } } nodes { nodes { ip } } } } }'],
  [
    'a list that is too long within an answer',
    '{ clusters { nodes { nodes(first: 501) { nodes { id } } } } }',
  ],
  ['a type that is not ours', '{ clusters { nodes { name id } } }', { headers: { accept: 'text/html' } }],
  ['extensions', '{ clusters { nodes { id name } } }', { body: { extensions: {} } }],
  [
    'variables that do not fit',
    'query ($n: Int!) { clusters(first: $n) { nodes { id } } }',
    { variables: { n: 'x' } },
  ],
];

test.each(OTHERS)('all else is answered as ever: %s', async (_name, query, asked) => {
  const first = await post(query, asked);
  await askOften(query, asked);
  expect(await post(query, asked)).toEqual(first);
  expect(isWritten()).toBe(false);
});

/** What only the common way can tell, in a column that nothing else asks for. */
const STRANGE: [string, string, string][] = [
  ['a number that is none', 'allocatable_cpu', `'NaN'`],
  ['a number without end', 'allocatable_cpu', `'Infinity'`],
  ['a number beyond 2^53', 'allocatable_memory', '9007199254740993'],
  ['a time without end', 'created_at', `'infinity'`],
  ['a year of five digits', 'created_at', `'10000-01-01T00:00:00Z'`],
];

test.each(STRANGE)('what it cannot write is told as ever: %s', async (_name, column, value) => {
  const query = `{ clusterNodes { nodes { id allocatableCpu allocatableMemory created: createdAt s: ${column === 'created_at' ? 'uid' : 'name'} } } }`;
  await untilWritten(query);
  const { rows } = await server.database.query(`select ${column}::text as "was" from nodes where id = 1`);
  await server.database.query(`update nodes set ${column} = ${value} where id = 1`);
  const isOrdered = { headers: { accept: 'application/json;q=0.5' }, body: { extensions: {} } };
  const told = await post(query, isOrdered);
  const quick = await post(query, { headers: { accept: 'application/json;q=0.5' } });
  await server.database.query(`update nodes set ${column} = $1 where id = 1`, [rows[0]?.['was']]);
  expect(quick).toEqual(told);
});

/** The constraint is back afterwards: other tests get the same database. */
async function without(table: string, constraint: string, work: () => Promise<void>): Promise<void> {
  const { rows } = await server.database.query(
    'select pg_get_constraintdef(oid) as "definition" from pg_constraint where conname = $1',
    [constraint],
  );
  await server.database.query(`alter table ${table} drop constraint ${constraint}`);
  await work();
  const definition = String(rows[0]?.['definition']);
  await server.database.query(`alter table ${table} add constraint ${constraint} ${definition}`);
}

test('nothing where nothing may be is told as ever', async () => {
  const query = '{ clusterNodes { nodes { id clusterName } } }';
  await untilWritten(query);
  await without('nodes', 'nodes_cluster_id_fkey', async () => {
    await server.database.query('update nodes set cluster_id = cluster_id + 1000 where id = 1');
    const told = await post(query, { body: { extensions: {} } });
    const quick = await post(query);
    await server.database.query('update nodes set cluster_id = cluster_id - 1000 where id = 1');
    expect(told.answer).toContain('"errors"');
    expect(quick).toEqual(told);
  });
});

test('an enum value that only a newer replica knows is told as ever', async () => {
  const query = '{ deployments { nodes { id status } } }';
  await untilWritten(query);
  await without('deployments', 'deployments_status_check', async () => {
    await server.database.query(
      `insert into deployments (created_at, updated_at, business_id, deploy_name, app_name, version, cluster, node_label,
         comment, deploy_type, status, strategy, drift, rollback_on_failure)
       values (now(), now(), 1, 'd', 'a', '1', '', '', '', 'NEW', 'FUTURE', '{}', 'CORRECT', false)`,
    );
    const told = await post(query, { body: { extensions: {} } });
    expect(told.answer).toContain('"errors"');
    expect(await post(query)).toEqual(told);
    await server.database.query('delete from deployments');
  });
});

test('a row that does not fit slows a query down no longer than it is there', async () => {
  const query = '{ clusters { nodes { id uid version name } } }';
  const fitting = await post(query);
  await untilWritten(query);
  await server.database.query(`update clusters set name = 'NaN' where name = 'one'`);
  const told = await post(query, { body: { extensions: {} } });
  writing.mockClear();
  for (let index = 0; index < 5; index += 1) expect(await post(query)).toEqual(told);
  expect(isWritten()).toBe(false);
  await server.database.query(`update clusters set name = 'one' where name = 'NaN'`);
  for (let index = 0; index < SELDOM; index += 1) expect(await post(query)).toEqual(fitting);
  expect(isWritten()).toBe(true);
});

test('each caller is let in, or refused, by itself', async () => {
  const query = '{ clusters { nodes { id uid name } } }';
  const user = await newUser(server, { approved: false });
  const callers = [
    { authorization: 'Bearer nonsense' },
    { authorization: '' },
    { authorization: user.token },
  ];
  const first = [];
  for (const headers of callers) first.push(await post(query, { headers }));
  await untilWritten(query);
  const again = [];
  for (const headers of callers) again.push(await post(query, { headers }));
  expect(again).toEqual(first);
  expect(again.map(({ answer }) => answer.includes('"errors"'))).toEqual([true, true, true]);
});

test('what is refused is asked once', async () => {
  const query = 'query ($after: String) { clusters(after: $after) { nodes { uid name version } } }';
  const asked = { variables: { after: 'no cursor' } };
  const first = await post(query, asked);
  expect(first.answer).toContain('BAD_USER_INPUT');
  await untilWritten(query);
  const list = vi.spyOn(ClusterService.prototype, 'list');
  onTestFinished(() => list.mockRestore());
  expect(await post(query, asked)).toEqual(first);
  expect(list).toHaveBeenCalledTimes(1);
});

test('what is read by itself is not guarded by itself', async () => {
  const schema = await createGraph(UNBUILT, async function* () {});
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const related = types.flatMap((type) =>
    Object.values<GraphQLField<unknown, unknown>>(type.getFields())
      .filter(({ extensions }) => 'related' in extensions)
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(related.length).toBeGreaterThan(5);
  const guarded = getMetadataStorage()
    .fieldResolvers.filter(({ roles }) => roles !== undefined)
    .map(
      (field) => `${(field.getObjectType?.() as { name?: string } | undefined)?.name}.${field.schemaName}`,
    );
  expect(guarded.length).toBeGreaterThan(0);
  expect(related.filter((name) => guarded.includes(name))).toEqual([]);
});
