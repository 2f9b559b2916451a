import { getIntrospectionQuery } from 'graphql';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { longestStall } from '../support/eventLoop.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { codeOf } from './client.js';
import { connect } from './socket.js';

/** Milliseconds in which nobody else is served, on a busy machine too; it was twenty seconds. */
const LONGEST_STALL = 2500;
const WHOLE = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true });

const server = useServer(() => startServer());

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

test('the whole schema is answered, again and again the same, over each door', async () => {
  const first = await query(server.url, WHOLE);
  expect(first).toMatchObject({
    status: 200,
    errors: [],
    data: { __schema: { queryType: { name: 'Query' } } },
  });
  expect(await query(server.url, WHOLE)).toEqual(first);
  const socket = connect(server.url);
  for (let round = 0; round < 2; round += 1)
    expect((await socket.run({ query: WHOLE })).data).toEqual(first.data);
  socket.close();
});

test.each([
  ['introspection', '/graphql', JSON.stringify({ query: WHOLE })],
  ['SDL', '/schema.graphql', undefined],
])('the whole schema comes compressed to those who take that: %s', async (_what, path, body) => {
  const ask = async (accepted: string) => {
    const headers = { 'content-type': 'application/json', 'accept-encoding': accepted };
    const answer = await request(server.url + path, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    return { headers: answer.headers, bytes: Buffer.from(await answer.body.arrayBuffer()) };
  };
  const plain = await ask('identity');
  expect(plain.headers['content-encoding']).toBeUndefined();
  for (let round = 0; round < 2; round += 1) {
    const compressed = await ask('br, gzip');
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding') as string,
      'content-length': String(compressed.bytes.length),
    });
    expect(compressed.bytes.length).toBeLessThan(plain.bytes.length / 5);
    expect(gunzipSync(compressed.bytes).equals(plain.bytes)).toBe(true);
  }
});

test('other variables and operations give other answers', async () => {
  const document = `query One($name: String!, $all: Boolean = false) { __type(name: $name) { name fields @include(if: $all) { name } } }
    query Other { __type(name: "Role") { kind } }`;
  const of = async (operationName: string, variables: object) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, operationName, variables }),
    });
    return response.json();
  };
  for (let round = 0; round < 2; round += 1) {
    expect(await of('One', { name: 'User' })).toEqual({ data: { __type: { name: 'User' } } });
    expect(await of('One', { name: 'UserEdge', all: true })).toEqual({
      data: { __type: { name: 'UserEdge', fields: [{ name: 'cursor' }, { name: 'node' }] } },
    });
    expect(await of('One', { name: 'None' })).toEqual({ data: { __type: null } });
    expect(await of('One', {})).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await of('Other', {})).toEqual({ data: { __type: null } });
  }
});

describe('it costs what it makes', () => {
  const fields =
    '{ types { fields { args { type { name } } type { name ofType { name ofType { name } } } } } }';

  test('the schema many times over is refused', async () => {
    const document = `{ ${repeat(20, (index) => `a${index}: __schema ${fields}`)} }`;
    expect(codeOf(await query(server.url, document))).toBe('BAD_USER_INPUT');
  });

  test('its lists many times over are refused', async () => {
    const lists = repeat(30, (index) => `a${index}: fields { name description args { name type { name } } }`);
    expect(codeOf(await query(server.url, `{ __schema { types { ${lists} } } }`))).toBe('BAD_USER_INPUT');
  });
});

/** Sends it all at once and reads nothing. */
async function unread(text: string, times: number) {
  const { hostname, port } = new URL(server.url);
  const socket = connectTcp(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text.repeat(times));
  return socket;
}

describe('asked many times ahead by connections that do not read', () => {
  const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: none\r\n\r\n`;

  test.each([
    ['the schema', head(`/graphql?query=${encodeURIComponent(WHOLE.replaceAll(/\s+/g, ' '))}`)],
    ['the REST reference', head('/openapi.json')],
  ])('it stalls nobody and waits as requests: %s', async (_what, text) => {
    const sockets: Awaited<ReturnType<typeof unread>>[] = [];
    const before = process.memoryUsage().rss;
    const stall = await longestStall(async () => {
      for (let count = 0; count < 12; count += 1) sockets.push(await unread(text, 200));
      for (let count = 0; count < 20; count += 1) {
        const health = await fetch(`${server.url}/healthz`);
        expect(health.status).toBe(200);
      }
    });
    expect(stall).toBeLessThan(LONGEST_STALL);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
  });

  test('who reads gets every answer in turn', async () => {
    const socket = await unread(`${head('/healthz')}${head('/graphql?query={__typename}')}`, 50);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text.match(/HTTP\/1\.1 200/g)).toHaveLength(100);
    socket.destroy();
  });
});
