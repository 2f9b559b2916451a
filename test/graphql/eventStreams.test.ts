import { type Client, createClient } from 'graphql-sse';
import { pbkdf2 } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { TokenService } from '../../src/domains/identity/token.service.js';
import { SecretBox } from '../../src/kernel/secrets.js';
import { SECRET_KEY, insertCaller } from '../identity/support/world.js';
import { PATIENCE } from '../support/patience.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const hash = promisify(pbkdf2);

const FOLLOW = 'subscription ($id: ID) { platformChanged(id: $id) { name change } }';
const REGISTER =
  'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }';

const server = useServer(() =>
  startServer({
    SECRET_KEY,
    TRUSTED_PROXIES: '127.0.0.1/32',
    GRAPHQL_SOCKETS_PER_ADDRESS: '2',
    UNREAD_TIMEOUT: '1',
    CORS_ORIGINS: 'https://ui.example.org',
  }),
);

let addresses = 0;
/** An address of its own, so that the tests do not count together. */
const ownAddress = () => `192.0.2.${(addresses += 1)}`;

const clientOf = (token?: string, headers: Record<string, string> = {}): Client =>
  createClient({
    url: `${server.url}/graphql`,
    retryAttempts: 0,
    headers: {
      'x-forwarded-for': ownAddress(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });

const register = async (token: string, name: string) =>
  query(server.url, REGISTER, {
    token,
    variables: { input: { name, protocol: 'HTTP', host: 'example.org' } },
  });

/** What is followed, from when the server listens on: platforms are registered until the first is heard. */
async function follow(client: Client, token: string) {
  const results = client.iterate({ query: FOLLOW });
  const first = results.next();
  let isHeard = false;
  void first.then(() => (isHeard = true));
  await vi.waitFor(async () => {
    await register(token, 'first');
    expect(isHeard).toBe(true);
  }, PATIENCE);
  return { results, first: (await first).value };
}

const stream = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-forwarded-for': ownAddress(),
      ...headers,
    },
    body: JSON.stringify(body),
  });

const END = 'event: complete\ndata:\n\n';
/** The results of a stream that has ended well. */
function resultsOf(text: string): unknown[] {
  expect(text.startsWith(':\n\n')).toBe(true);
  expect(text.endsWith(END)).toBe(true);
  const events = text
    .slice(3, -END.length)
    .split('\n\n')
    .filter((event) => event !== ':' && event !== '');
  return events.map((event) => JSON.parse(/^event: next\ndata: (.*)$/.exec(event)?.[1] ?? '') as unknown);
}

describe('a subscription as server-sent events', () => {
  test('tells of changes until the client ends it, and of nothing after', async () => {
    const token = await server.adminToken();
    const client = clientOf(token);
    const { results, first } = await follow(client, token);
    expect(first).toMatchObject({ data: { platformChanged: { name: 'first', change: 'REGISTERED' } } });
    await register(token, 'second');
    let event = await results.next();
    while (
      (event.value as { data: { platformChanged: { name: string } } }).data.platformChanged.name === 'first'
    )
      event = await results.next();
    expect(event.value).toEqual({ data: { platformChanged: { name: 'second', change: 'REGISTERED' } } });
    await results.return?.();
    client.dispose();
  });

  test('ends with its session, and says why', async () => {
    const caller = await insertCaller(server, { isSystemAdministrator: true });
    const { results } = await follow(clientOf(caller.token), caller.token);
    await query(server.url, 'mutation { logOut { loggedOut } }', { token: caller.token });
    const told: unknown[] = [];
    for await (const { data, errors } of results) if (!data) told.push(errors);
    expect(told).toMatchObject([[{ extensions: { code: 'UNAUTHENTICATED', reason: 'DEAD_TOKEN' } }]]);
  });

  test('ends with its token', async () => {
    const { id, sessionId } = await insertCaller(server, { isSystemAdministrator: true });
    const brief = new TokenService(new SecretBox(SECRET_KEY), 2000).sign(id, sessionId);
    const response = await stream({ query: FOLLOW }, { authorization: brief.token });
    expect(resultsOf(await response.text())).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'DEAD_TOKEN' } }] },
    ]);
  });

  test.each([
    [undefined, 'NO_TOKEN'],
    ['nonsense', 'DEAD_TOKEN'],
  ])('with the token %j is refused for %s', async (token, reason) => {
    const { value } = await clientOf(token).iterate({ query: FOLLOW }).next();
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED', reason } }] });
  });

  test('is broken off without its end when events may have been missed, so that clients ask again', async () => {
    const token = await server.adminToken();
    const { results } = await follow(clientOf(token), token);
    const ended = (async () => {
      for await (const result of results) expect(result.errors).toBeUndefined();
    })();
    ended.catch(() => undefined);
    server.database.notifications.setConnected(false);
    server.database.notifications.setConnected(true);
    await expect(ended).rejects.toThrow();
  });
});

describe('limits', () => {
  test('an address may have as many streams as WebSockets', async () => {
    const token = await server.adminToken();
    const headers = { authorization: token, 'x-forwarded-for': ownAddress() };
    const open = [await stream({ query: FOLLOW }, headers), await stream({ query: FOLLOW }, headers)];
    const refused = await stream({ query: FOLLOW }, headers);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    await Promise.all(open.map(async ({ body }) => body?.cancel()));
    await vi.waitFor(async () => {
      const again = await stream({ query: '{ viewer { name } }' }, headers);
      expect(again.status).toBe(200);
      await again.text();
    }, PATIENCE);
  });

  test('a client that leaves while its body is read takes no place for good', async () => {
    const { host, hostname, port } = new URL(server.url);
    const body = gzipSync(JSON.stringify({ query: '{ viewer { name } }' }));
    const head = (...fields: string[]) =>
      [
        'POST /graphql HTTP/1.1',
        `Host: ${host}`,
        'Content-Type: application/json',
        'Content-Encoding: gzip',
        `Content-Length: ${body.length}`,
        ...fields,
        '',
        '',
      ].join('\r\n');
    // What is compressed waits for these.
    const hashing = Promise.all(Array.from({ length: 8 }, async () => hash('', '', 300_000, 64, 'sha512')));
    const socket = connectTcp(Number(port), hostname).on('error', () => undefined);
    socket.write(head('Accept: text/event-stream', 'X-Request-Id: leaves-early'));
    socket.write(body, () => socket.destroy());
    await expect.poll(() => server.log(), PATIENCE).toContain('"requestId":"leaves-early"');
    await hashing;
    const next = connectTcp(Number(port), hostname);
    next.write(Buffer.concat([Buffer.from(head('Connection: close')), body]));
    await once(next.resume(), 'close');
    await expect
      .poll(async () => (await fetch(`${server.url}/metrics`)).text(), PATIENCE)
      .toContain('isthmus_graphql_sockets 0');
  });

  test.each([
    ['cost', `{ clusters(first: 500) { nodes { nodes(first: 500) { nodes { id } } } } }`],
    ['root fields', `{ ${Array.from({ length: 21 }, (_, at) => `f${at}: viewer { id }`).join(' ')} }`],
    ['tokens', `{ viewer { ${'id '.repeat(2100)} } }`],
    ['size', `{ viewer { id } } # ${'x'.repeat(110_000)}`],
    ['the schema', '{ nothing }'],
    ['syntax', '{'],
  ])('operations beyond %s are refused in the stream', async (_what, document) => {
    const [result, ...more] = resultsOf(await (await stream({ query: document })).text());
    expect(more).toEqual([]);
    expect(result).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
    expect(result).not.toHaveProperty('data');
  });

  test('a client that reads nothing is cut off, and nothing piles up for it', async () => {
    const token = await server.adminToken();
    const { port } = new URL(server.url);
    const socket = connectTcp(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    const body = JSON.stringify({
      query: `subscription { platformChanged { ${Array.from({ length: 25 }, (_, at) => `p${at}: platform { description }`).join(' ')} } }`,
    });
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n` +
        `Authorization: ${token}\r\nX-Request-Id: reads-nothing\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    const { data } = await query<{ registerPlatform: { platform: { id: string } } }>(server.url, REGISTER, {
      token,
      variables: {
        input: { name: 'large', protocol: 'HTTP', host: 'example.org', description: 'd'.repeat(500) },
      },
    });
    const id = data?.registerPlatform.platform.id;
    /** A client that does not read sees no end either. */
    const isOver = () => server.log().includes('"requestId":"reads-nothing"');
    // Each event has 13 KB; the system's buffers hold some megabytes.
    const isCut = await vi.waitUntil(
      () => {
        const payload = { id, name: 'large', change: 'UPDATED' };
        for (let count = 0; count < 100; count += 1)
          server.database.notifications.deliver(JSON.stringify({ topic: 'platform.changed', payload }));
        return isOver();
      },
      { ...PATIENCE, interval: 10 },
    );
    expect(isCut).toBe(true);
    socket.destroy();
  });
});
