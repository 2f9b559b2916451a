import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lexer } from 'graphql';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CompiledQueries } from '../../src/graphql/execution/compiledQueries.js';
import { documentHash } from '../../src/kernel/documents.js';
import { insertCaller, SECRET_KEY } from '../identity/support/world.js';
import { ADMIN, type GraphQLAnswer, type TestServer, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { connect } from './socket.js';

const VIEWER = 'query Viewer { viewer { name } }';
const LOG_IN = 'mutation LogIn($input: LogInInput!) { logIn(input: $input) { user { name } } }';
const FOLLOW = 'subscription Follow { platformChanged { name } }';
const STALE = 'query Stale { noSuchField }';
const LISTED = 'query Listed { platforms { nodes { name } } }';
const OTHER = 'query Other { viewer { id } }';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-manifest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function manifestOf(...documents: string[]): string {
  const file = join(folder, `${documentHash(documents.join())}.json`);
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries(documents.map((text) => [documentHash(text), text]))),
  );
  return file;
}

const KNOWN = manifestOf(VIEWER, LOG_IN, FOLLOW, STALE, LISTED);
const start = (bind: string) =>
  startServer({ SECRET_KEY, TRUSTED_DOCUMENTS: KNOWN, TRUSTED_DOCUMENTS_BIND: bind });
const forAnonymous = useServer(() => start('anonymous'));
const forAll = useServer(() => start('all'));

type Ask = (server: TestServer, payload: Record<string, unknown>, token?: string) => Promise<Answer>;
type Answer = Pick<GraphQLAnswer<Record<string, unknown>>, 'data' | 'errors'>;

const headersOf = (token?: string) => (token === undefined ? {} : { authorization: token });

const post: Ask = async ({ url }, payload, token) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headersOf(token) },
    body: JSON.stringify(payload),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

const get: Ask = async ({ url }, payload, token) => {
  const search = new URLSearchParams(
    Object.entries(payload).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const response = await fetch(`${url}/graphql?${search.toString()}`, {
    headers: { 'apollo-require-preflight': '1', ...headersOf(token) },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

const stream: Ask = async ({ url }, payload, token) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headersOf(token) },
    body: JSON.stringify(payload),
  });
  return JSON.parse(/^data: (.*)$/m.exec(await response.text())?.[1] ?? '') as Answer;
};

const socket: Ask = async ({ url }, { query: text = '', ...payload }, token) => {
  const opened = connect(url, { token });
  try {
    return await opened.run({ query: text as string, ...payload });
  } finally {
    opened.close();
  }
};

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;
const persisted = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: documentHash(text) } },
});

describe.each([
  ['POST', post],
  ['GET', get],
  ['server-sent events', stream],
  ['WebSocket', socket],
])('by %s', (door, ask) => {
  test('a known document runs by its hash, in each way of naming it', async () => {
    for (const server of [forAnonymous, forAll])
      for (const named of [
        { documentId: documentHash(VIEWER) },
        { documentId: `sha256:${documentHash(VIEWER)}` },
        persisted(VIEWER),
        { ...persisted(VIEWER), query: VIEWER },
        { query: VIEWER },
      ])
        expect(await ask(server, named)).toMatchObject({ data: { viewer: null } });
  });

  test('an unknown hash is told as clients of persisted queries look for it', async () => {
    for (const named of [
      { documentId: documentHash(OTHER) },
      { documentId: 'constructor' },
      persisted(OTHER),
    ]) {
      const { errors } = await ask(forAnonymous, named);
      expect(errors).toMatchObject([
        { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
      ]);
    }
  });

  test('other documents are for callers who are not bound', async () => {
    const { token } = await insertCaller(forAnonymous, { isSystemAdministrator: true });
    expect(codeOf(await ask(forAnonymous, { query: OTHER }))).toBe('FORBIDDEN');
    expect((await ask(forAnonymous, { query: OTHER }, token)).data).toMatchObject({ viewer: {} });
    expect((await ask(forAnonymous, { ...persisted(OTHER), query: OTHER }, token)).data).toMatchObject({
      viewer: {},
    });
    const bound = await insertCaller(forAll, { isSystemAdministrator: true });
    expect(codeOf(await ask(forAll, { query: OTHER }, bound.token))).toBe('FORBIDDEN');
    expect((await ask(forAll, { documentId: documentHash(VIEWER) }, bound.token)).data).toMatchObject({
      viewer: { name: bound.name },
    });
  });

  test('a document of the manifest that does not fit the schema says so', async () => {
    expect(codeOf(await ask(forAll, { documentId: documentHash(STALE) }))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test.runIf(door === 'POST' || door === 'GET')(
    'a dead token is told as such, so that links renew it',
    async () => {
      const { errors } = await ask(forAnonymous, { query: OTHER }, 'nonsense');
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', reason: 'DEAD_TOKEN' } }]);
    },
  );
});

test('a hash that is not that of the document is refused', async () => {
  const response = await fetch(`${forAnonymous.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...persisted(VIEWER), query: LOG_IN }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
});

test('variables and operations work as ever; a log-in by hash', async () => {
  const { data } = await post(forAll, {
    documentId: documentHash(LOG_IN),
    operationName: 'LogIn',
    variables: { input: ADMIN },
  });
  expect(data).toEqual({ logIn: { user: { name: 'admin' } } });
});

test('what anonymous callers may not run tells nothing: neither fields nor syntax', async () => {
  for (const text of ['{', '{ nothing }', '{ __schema { types { name } } }', '{ _service { sdl } }'])
    expect(codeOf(await post(forAnonymous, { query: text }))).toBe('FORBIDDEN');
});

test('hashes cost no parsing', async () => {
  const read = vi.spyOn(Lexer.prototype, 'lookahead');
  const server = await start('all');
  try {
    const atStart = read.mock.calls.length;
    expect(atStart).toBeGreaterThan(0);
    for (const ask of [post, get, stream, socket]) await ask(server, { documentId: documentHash(VIEWER) });
    expect(read.mock.calls.length).toBe(atStart);
  } finally {
    read.mockRestore();
    await server.stop();
  }
});

test('the SDL is for who may introspect', async () => {
  const { token } = await insertCaller(forAnonymous, { isSystemAdministrator: true });
  const sdlFor = async (server: TestServer, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/schema.graphql`, { headers });
  expect((await sdlFor(forAnonymous)).status).toBe(400);
  expect((await sdlFor(forAnonymous, { authorization: token })).status).toBe(200);
  expect((await sdlFor(forAll, { authorization: token })).status).toBe(400);
});

describe('the manifest', () => {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test.each([
    ['is missing', () => join(folder, 'nowhere.json'), /cannot be read: there is no such file/],
    ['is no JSON', () => file('a.json', '{'), /is no JSON object/],
    ['is a list', () => file('b.json', '[]'), /is no JSON object/],
    ['has another hash', () => file('c.json', JSON.stringify({ abc: VIEWER })), /is not the SHA-256/],
    ['has no text', () => file('d.json', JSON.stringify({ [documentHash('1')]: 1 })), /is not the SHA-256/],
  ])('that %s keeps the server from starting', async (_what, make, message) => {
    await expect(startServer({ TRUSTED_DOCUMENTS: make() })).rejects.toThrow(message);
  });

  test('names in the log what does not fit the schema', () => {
    expect(forAll.log()).toContain('a trusted document does not fit the schema');
    expect(forAll.log()).toContain(documentHash(STALE));
  });
});

test('without one, hashes are answered as ever', async () => {
  const server = await startServer();
  try {
    const answer = await post(server, persisted(VIEWER));
    expect(codeOf(answer)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect((await query(server.url, OTHER)).errors).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('what is named by its hash is answered as quickly as what is named by its text', async () => {
  const writing = vi.spyOn(CompiledQueries.prototype, 'write');
  const token = await forAll.adminToken();
  const named = { documentId: `sha256:${documentHash(LISTED)}` };
  const first = await post(forAll, named, token);
  expect(first.errors).toBeUndefined();
  const isWritten = async () => {
    expect(await post(forAll, named, token)).toEqual(first);
    return writing.mock.settledResults.some(({ type }) => type === 'fulfilled');
  };
  await expect.poll(isWritten).toBe(true);
  writing.mockClear();
  // Who may not see it does not, and who may send no text of its own may not either.
  expect(codeOf(await post(forAll, named))).toBe('UNAUTHENTICATED');
  expect(codeOf(await post(forAll, { query: `${LISTED} ` }, token))).toBe('FORBIDDEN');
  expect(writing.mock.settledResults.map(({ type }) => type)).toEqual(['rejected']);
  writing.mockRestore();
});
