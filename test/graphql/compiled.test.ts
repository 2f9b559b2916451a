import { buildSchema, getOperationAST, getVariableValues, parse } from 'graphql';
import { readFileSync } from 'node:fs';
// Loaded here too, so that the first query need not wait for it.
import { compileOperation } from '../../src/graphql/execution/compiled.js';
import { EXECUTIONS_BEFORE_COMPILATION } from '../../src/graphql/execution/compiledQueries.js';
import { beforeAll, expect, test } from 'vitest';
import { ask, insertCluster, insertLabel, insertNode, startEdge } from '../edge/support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({}, { background: false }));
beforeAll(async () => {
  for (const name of ['one', 'two', 'three']) {
    const id = await insertCluster(server, { name, seen: name !== 'three' });
    for (const node of ['n1', 'n2'])
      await insertNode(server, id, node, { ip: node === 'n1' ? null : '192.0.2.1' });
  }
  await insertLabel(server, 'odd', `name = 'n1'`);
});

/** One answer, without the ids of the request. */
async function answerOf(document: string, variables: object) {
  const { status, data, errors } = await ask(server, document, variables);
  const extended = errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId: '' } }));
  return { status, data, errors: extended };
}

/** The answers of graphql-js, and then those of the compiled query. */
async function answersOf(document: string, variables: object) {
  const again = async () => answerOf(document, variables);
  const first = await Promise.all(Array.from({ length: EXECUTIONS_BEFORE_COMPILATION }, again));
  return [...first, await again(), await again()];
}

const QUERIES: [string, string, object?][] = [
  [
    'aliases and nesting',
    '{ a: clusters { nodes { b: name nodes(first: 1) { nodes { c: name } } } } b: clusters { totalCount } }',
  ],
  [
    'fragments on types',
    `{ clusters { nodes { ...c nodes { ...on ClusterNodeConnection { nodes { ...n } } } } } }
     fragment c on Cluster { name ...d } fragment d on Cluster { nodeCount __typename } fragment n on ClusterNode { ip __typename }`,
  ],
  [
    'a field that is repeated with other fields',
    '{ clusters { nodes { nodes { nodes { name } } nodes { nodes { ip } edges { node { cpu } cursor } totalCount } } } }',
  ],
  [
    'a fragment whose list is extended in one place',
    `{ a: clusters { nodes { ...c } } b: clusters { nodes { ...c nodes { nodes { memory } } } } }
     fragment c on Cluster { nodes { nodes { name } } }`,
  ],
  [
    'the same list twice with other arguments',
    '{ clusters { nodes { a: nodes(first: 1) { nodes { name } } b: nodes(last: 1) { nodes { name } } } } }',
  ],
  [
    'directives',
    `query ($yes: Boolean!, $no: Boolean = false) { clusters { nodes { name @skip(if: $yes) uid @include(if: $no)
      nodes @include(if: $yes) { nodes { name @include(if: $no) ip @skip(if: $no) } } } } }`,
    { yes: true },
  ],
  [
    'a filter within itself',
    `query ($filter: ClusterNodeFilter) { clusterNodes(filter: $filter) { nodes { name clusterName } } }`,
    {
      filter: {
        or: [{ not: { label: { eq: 'odd' } } }, { and: [{ name: { eq: 'n1' } }, { cluster: undefined }] }],
      },
    },
  ],
  [
    'dates and big integers as literals',
    '{ clusterNodes(filter: {createdAt: {gt: "2001-02-03T04:05:06Z"}, memory: {gte: 1}}) { nodes { createdAt memory } } }',
  ],
  [
    'variables within literals, one of them absent',
    `query ($name: String, $label: String, $first: Int = 1) {
      clusterNodes(first: $first, filter: {name: {eq: $name}, label: {eq: $label}}) { nodes { name } } }`,
    { name: 'n2' },
  ],
  ['a name that objects have', '{ constructor: clusters { nodes { toString: name __proto__: uid } } }'],
  [
    'what is not there',
    '{ cluster(name: "none") { name nodes { nodes { name } } } clusterNode(id: "0") { name } }',
  ],
  [
    'one node with its cluster',
    'query ($id: ID!) { clusterNode(id: $id) { ip cluster { name nodes { totalCount } } } }',
    { id: '1' },
  ],
  ['a type', '{ __type(name: "ClusterNode") { name fields { name type { kind ofType { name } } } } }'],
  ['the schema', '{ __schema { types { name } queryType { fields { name args { name defaultValue } } } } }'],
  [
    'entities',
    'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Cluster { name } ... on ClusterNode { ip } } }',
    {
      of: [
        { __typename: 'Cluster', name: 'one' },
        { __typename: 'ClusterNode', id: '2' },
        { __typename: 'Cluster', id: '0' },
      ],
    },
  ],
  ['a field that fails and may', '{ clusters { nodes { name\n  events(limit: 0) { reason } } } }'],
  ['a field that fails and may not', '{ viewer { name }\n clusters(first: 501) { nodes { name } } }'],
  [
    'a list within a list that fails',
    '{ clusters(first: 1) { nodes { name nodes(first: 501) { nodes { name } } } } }',
  ],
  [
    'a variable that does not fit',
    'query ($first: Int) { clusters(first: $first) { nodes { name } } }',
    { first: 'many' },
  ],
  ['a variable that is missing', 'query ($id: ID!) { clusterNode(id: $id) { name } }', {}],
  [
    'a value within a filter that does not fit',
    'query ($filter: ClusterFilter) { clusters(filter: $filter) { nodes { name } } }',
    { filter: { and: [{ createdAt: { gt: 'never' } }] } },
  ],
];

test.each(QUERIES)(
  'a query that comes again is answered as the first time: %s',
  async (_name, document, variables = {}) => {
    const [first, ...others] = await answersOf(document, variables);
    expect(first).toMatchObject({ status: expect.any(Number) });
    for (const other of others) expect(other).toEqual(first);
  },
);

/** Each reaches a field in two ways, of which `$x` leaves one out. */
const TWICE = [
  '{ clusters(first: 1) { nodes { ...C @include(if: $x) } edges { node { ...C } } } } fragment C on Cluster { name }',
  '{ clusters(first: 1) { nodes { ...C @skip(if: $x) } edges { node { ...C } } } } fragment C on Cluster { ...on Cluster { name } }',
  '{ clusters { nodes { ...C @include(if: $x) ...C } } } fragment C on Cluster { name }',
  `{ clusters { nodes { ...A @include(if: $x) ...B } } }
   fragment A on Cluster { ...N } fragment B on Cluster { ...N } fragment N on Cluster { name }`,
  '{ clusters(first: 1) { nodes { name } nodes @include(if: $x) { ...{ uid } } } }',
  `{ clusters(first: 1) { nodes { name ...Row } nodes @include(if: $x) { ...Detail } } }
   fragment Row on Cluster { nodeCount } fragment Detail on Cluster { version isReady }`,
  '{ clusters { nodes { name } nodes @skip(if: $x) { ...V } } } fragment V on Cluster { uid version }',
  `{ clusters { edges { node { name } } ...E @include(if: $x) } }
   fragment E on ClusterConnection { edges { node { ...N } } } fragment N on Cluster { uid }`,
  '{ clusters { nodes @include(if: $x) { name } } }',
];

test.each(TWICE)('a condition of one way to a field is not one of another: %s', async (selections) => {
  const document = `query ($x: Boolean!) ${selections}`;
  for (const x of [true, false]) {
    const [first, ...others] = await answersOf(document, { x });
    expect(first).toMatchObject({ status: 200, errors: [] });
    for (const other of others) expect(other).toEqual(first);
  }
});

const SCHEMA = buildSchema(readFileSync('schema/schema.graphql', 'utf8'), {
  assumeValid: true,
  assumeValidSDL: true,
});
const isLeftOut = ([, document]: (typeof QUERIES)[number]) => /__(?:proto__|schema|type\b)/.test(document);

test.each(QUERIES.filter((query) => !isLeftOut(query)))('is compiled: %s', (_name, text, given = {}) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  const { coerced = {} } = getVariableValues(SCHEMA, operation?.variableDefinitions ?? [], { ...given });
  expect(operation && compileOperation(SCHEMA, document, operation, coerced)).toBeTypeOf('function');
});

test('a document that leaves open which operation is meant is refused, however often it comes', async () => {
  const answers = await answersOf(
    'query a { clusters { totalCount } } query b { clusters { totalCount } }',
    {},
  );
  const [code, ...others] = new Set(answers.map(({ errors }) => errors[0]?.extensions.code));
  expect([code, others]).toEqual(['OPERATION_RESOLUTION_FAILURE', []]);
});

test('other variables give other answers', async () => {
  const document = 'query ($name: String!) { cluster(name: $name) { name isReady } }';
  for (const [name, isReady] of [
    ['one', true],
    ['three', false],
    ['two', true],
  ] as const) {
    expect((await ask(server, document, { name })).data).toEqual({ cluster: { name, isReady } });
  }
});

test('who may not ask is refused, however often it was answered', async () => {
  const document = '{ clusters { nodes { name } } }';
  await answersOf(document, {});
  const { errors } = await ask(server, document, {}, 'nonsense');
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});
