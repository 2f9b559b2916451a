import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, query, startServer } from '../support/server.js';
import { codeOf, execute } from './client.js';
import { RegisterPlatform } from './operations.js';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

describe('input that does not fit', () => {
  const valid = { name: 'x', protocol: 'HTTP', host: 'example.org' };
  const document = print(RegisterPlatform);

  /** Each through a variable, which graphql-js refuses before anything runs. */
  test.each([
    [
      'a missing field',
      { input: { name: 'x', protocol: 'HTTP' } },
      'input.host',
      'Field "host" of required type "String!" was not provided.',
    ],
    [
      'an unknown field',
      { input: { ...valid, secret: 1 } },
      'input.secret',
      'Field "secret" is not defined by type "RegisterPlatformInput".',
    ],
    [
      'an unknown value',
      { input: { ...valid, protocol: 'FTP' } },
      'input.protocol',
      /^Value "FTP" does not exist/,
    ],
    [
      'another type',
      { input: { ...valid, name: 5 } },
      'input.name',
      'String cannot represent a non string value',
    ],
    [
      'null',
      { input: { ...valid, name: null } },
      'input.name',
      'Expected non-nullable type "String!" not to be null.',
    ],
    [
      'a port out of range',
      { input: { ...valid, port: 70_000 } },
      'input.port',
      'a port is a whole number from 1 to 65535',
    ],
    [
      'a port of letters',
      { input: { ...valid, port: '80a' } },
      'input.port',
      'a port is a whole number from 1 to 65535',
    ],
    ['no variable', {}, 'input', /of required type .* was not provided\.$/],
    ['a null variable', { input: null }, 'input', /must not be null\.$/],
  ])('%s', async (_name, variables, path, message) => {
    const { status, data, errors } = await query(server.url, document, { variables, token });
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path, message: expect.stringMatching(message) }] } },
    ]);
    expect(errors[0]?.message).toMatch(new RegExp(`^${path}: `));
  });

  test('every field that is wrong is told of', async () => {
    const variables = { input: { name: 5, protocol: 'FTP' } };
    const { errors } = await query(server.url, document, { variables, token });
    const fields = errors.flatMap(({ extensions }) => extensions['fields'] as { path: string }[]);
    expect(fields.map(({ path }) => path).toSorted()).toEqual(['input.host', 'input.name', 'input.protocol']);
  });

  test('what a list holds is told by its place', async () => {
    const list = 'query ($f: PlatformFilter) { platforms(filter: $f) { nodes { id } } }';
    const variables = { f: { or: [{}, { name: { in: ['a', 5] } }] } };
    const { errors } = await query(server.url, list, { variables, token });
    expect(errors).toMatchObject([{ extensions: { fields: [{ path: 'f.or.1.name.in.1' }] } }]);
  });

  test('a value is never repeated: it may hold a secret', async () => {
    const variables = { input: { name: 'x', protocol: 'HTTP', credentials: { key: 'very-secret' } } };
    const answer = await query(server.url, document, { variables, token });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(answer)).not.toContain('very-secret');
    expect(server.log()).not.toContain('very-secret');
  });

  test('an argument that a nullable variable leaves null', async () => {
    const nullable = 'query ($id: ID = "x") { platform(id: $id) { id } }';
    const { errors } = await query(server.url, nullable, { variables: { id: null }, token });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(server.log().includes('operation failed')).toBe(false);
  });

  test('values that the registry refuses, all at once', async () => {
    const input = {
      name: '',
      protocol: 'HTTP',
      host: 'http://x/',
      description: 'a\0b',
      tlsCa: 'none',
    } as const;
    const { errors } = await execute(server.url, RegisterPlatform, { input }, token);
    expect(errors).toMatchObject([
      {
        path: ['registerPlatform'],
        extensions: {
          code: 'BAD_USER_INPUT',
          fields: [
            { path: 'input.name', message: 'must have 1 to 64 characters' },
            { path: 'input.host', message: expect.any(String) },
            { path: 'input.description', message: 'must not contain the NUL character' },
            { path: 'input.tlsCa', message: expect.any(String) },
          ],
        },
      },
    ]);
  });
});
