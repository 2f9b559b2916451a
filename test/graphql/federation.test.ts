import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type TestServer, logIn, query, startServer } from '../support/server.js';
import { codeOf, dataOf } from './client.js';
import { RegisterPlatform, Viewer } from './operations.js';

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) { __typename ... on Platform { name host } ... on User { name role } }
}`;

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

const entities = (of: readonly object[], as: string | undefined = token) =>
  query(server.url, ENTITIES, { variables: { of }, token: as });

test('the subgraph tells its own SDL, without a token', async () => {
  const { data } = await query<{ _service: { sdl: string } }>(server.url, '{ _service { sdl } }');
  const emitted = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  const supergraphOf = (sdl: string) =>
    composeServices([{ name: 'isthmus', typeDefs: parse(sdl), url: 'http://isthmus/graphql' }]).supergraphSdl;
  const supergraph = supergraphOf(emitted);
  expect(supergraph).toContain('type Platform');
  expect(supergraphOf(data?._service.sdl ?? '')).toBe(supergraph);
});

describe('entities', () => {
  test('of all types, in the order of the references', async () => {
    const input = { name: 'one', protocol: 'HTTP', host: 'one.example.org' } as const;
    const { registerPlatform } = await dataOf(server.url, RegisterPlatform, { input }, token);
    const { viewer } = await dataOf(server.url, Viewer, {}, token);
    const platform = { __typename: 'Platform', id: registerPlatform.platform.id };
    const user = { __typename: 'User', id: viewer?.id };
    const { data } = await entities([user, platform, user, { ...platform, id: platform.id.toUpperCase() }]);
    const shownPlatform = { __typename: 'Platform', name: 'one', host: 'one.example.org' };
    const shownUser = { __typename: 'User', name: ADMIN.user, role: 4 };
    expect(data).toEqual({ _entities: [shownUser, shownPlatform, shownUser, shownPlatform] });
  });

  test.each([
    ['an unknown platform', { __typename: 'Platform', id: '00000000-0000-4000-8000-000000000000' }],
    ['a key of another form', { __typename: 'Platform', id: 'x' }],
    ['an unknown user', { __typename: 'User', id: '999999' }],
    ['a number that no user can have', { __typename: 'User', id: '99999999999' }],
    ['a fraction', { __typename: 'User', id: '1.5' }],
    ['a word', { __typename: 'User', id: 'admin' }],
    ['an empty key', { __typename: 'User', id: '' }],
  ])('null for %s', async (_name, reference) => {
    expect(await entities([reference])).toMatchObject({ data: { _entities: [null] }, errors: [] });
  });

  test.each([
    ['a type that is not here', { __typename: 'Nothing', id: '1' }],
    ['a type without a key', { __typename: 'PageInfo', id: '1' }],
    ['no type', { id: '1' }],
    ['no key', { __typename: 'Platform' }],
    ['a key that is no text', { __typename: 'Platform', id: { a: 1 } }],
  ])('refused: %s', async (_name, reference) => {
    expect(codeOf(await entities([reference]))).toBe('BAD_USER_INPUT');
    expect(server.log().includes('operation failed')).toBe(false);
  });

  test('need a token, and a right to them', async () => {
    const [platform, user] = [
      { __typename: 'Platform', id: 'x' },
      { __typename: 'User', id: '1' },
    ];
    expect(codeOf(await query(server.url, ENTITIES, { variables: { of: [platform] } }))).toBe(
      'UNAUTHENTICATED',
    );
    expect(codeOf(await query(server.url, ENTITIES, { variables: { of: [user] } }))).toBe('UNAUTHENTICATED');
    const { rows } = await server.database.query(
      `insert into users (created_at, updated_at, name, name_key, status, password_hash)
        select now(), now(), 'pending', 'pending', 'PENDING', password_hash from users returning id`,
    );
    const pending = await logIn(server.url, 'pending', ADMIN.password);
    expect(codeOf(await entities([platform], pending))).toBe('FORBIDDEN');
    const own = { __typename: 'User', id: String(rows[0]?.['id']) };
    expect((await entities([user, own], pending)).data).toEqual({
      _entities: [null, { __typename: 'User', name: 'pending', role: 0 }],
    });
  });
});
