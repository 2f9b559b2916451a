import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, query, startServer } from '../support/server.js';
import { recordStatements } from './statements.js';

let server: TestServer;
let token: string;
let ids: string[];

beforeAll(async () => {
  server = await startServer({}, { background: false });
  token = await server.adminToken();
  ids = Array.from({ length: 30 }, () => randomUUID());
  await server.database.query(
    `insert into platforms (id, created_at, updated_at, name, kind, protocol, host)
      select unnest(string_to_array($1, ','))::uuid, now(), now(), 'name', 'GENERIC', 'http', 'host'`,
    [ids.join()],
  );
  // From here on the token is known.
  await query(server.url, '{ viewer { id } }', { token });
});
afterAll(() => server.stop());

async function statementsOf(document: string, variables: object = {}): Promise<string[]> {
  const statements = recordStatements(server.database);
  const { errors } = await query(server.url, document, { variables, token });
  expect(errors).toEqual([]);
  return statements;
}

test('a page is one statement', async () => {
  const nodes = '{ id name host hasCredentials }';
  expect(
    await statementsOf(
      `{ platforms { nodes ${nodes} edges { cursor node ${nodes} } pageInfo { hasNextPage } } }`,
    ),
  ).toHaveLength(1);
});

test('totalCount is one more, and only when asked for', async () => {
  const statements = await statementsOf('{ platforms { totalCount nodes { id } } }');
  expect(statements.filter((sql) => /count\(/i.test(sql))).toHaveLength(1);
  expect(statements).toHaveLength(2);
});

test('a platform of which nothing but its doors is asked is read once, until it changes', async () => {
  const [id = ''] = ids;
  const doors = `{ platform(id: "${id}") { id kind __typename modelArts { __typename } } }`;
  const answer = async () => (await query(server.url, doors, { token })).data;
  expect(await answer()).toEqual({
    platform: { id, kind: 'GENERIC', __typename: 'Platform', modelArts: null },
  });
  expect(await statementsOf(doors)).toEqual([]);
  expect(await statementsOf(`{ platform(id: "${id}") { name modelArts { __typename } } }`)).toHaveLength(1);

  const change = async (mutation: string) => {
    const { errors } = await query(server.url, `mutation { ${mutation} { platform { id } } }`, { token });
    expect(errors).toEqual([]);
  };
  await change(`updatePlatform(input: { id: "${id}", description: "new" })`);
  expect(await statementsOf(doors)).toHaveLength(1);
  await change(`deletePlatform(input: { id: "${id}" })`);
  expect(await answer()).toEqual({ platform: null });
});

test('20 platforms by their keys are one statement', async () => {
  const fields = ids.slice(1, 21).map((id, index) => `p${index}: platform(id: "${id}") { name }`);
  expect(await statementsOf(`{ ${fields.join(' ')} }`)).toHaveLength(1);
});

test('30 entities of one type are one statement, those of two types two', async () => {
  const document =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Platform { name } ... on User { name } } }';
  const platforms = ids.map((id) => ({ __typename: 'Platform', id }));
  expect(await statementsOf(document, { of: platforms })).toHaveLength(1);
  const users = Array.from({ length: 5 }, (_, index) => ({ __typename: 'User', id: String(index + 1) }));
  expect(await statementsOf(document, { of: [...platforms, ...users] })).toHaveLength(2);
});

test('what a token says is not read again', async () => {
  expect(await statementsOf('{ __typename }')).toEqual([]);
  expect(await statementsOf('{ viewer { name role } }')).toHaveLength(1);
});

test('what is refused reads nothing', async () => {
  const statements = recordStatements(server.database);
  await query(server.url, '{ platforms { nodes { id } } }');
  await query(
    server.url,
    '{ platforms(first: 500) { nodes { id name kind host port protocol description tlsCa tlsVerify } } }',
    { token },
  );
  await query(server.url, '{ platforms(first: 501) { nodes { id } } }', { token });
  expect(statements).toEqual([]);
});
