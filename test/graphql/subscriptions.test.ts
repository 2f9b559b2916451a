import { once } from 'node:events';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import { WebSocket } from 'ws';
import { TokenService } from '../../src/domains/identity/token.service.js';
import { SecretBox } from '../../src/kernel/secrets.js';
import { SECRET_KEY, insertCaller } from '../identity/support/world.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, startServer } from '../support/server.js';
import { codeOf, dataOf } from './client.js';
import type { PlatformChangedSubscription } from './generated/graphql.js';
import {
  DeletePlatform,
  LogIn,
  LogOut,
  PlatformChanged,
  RegisterPlatform,
  UpdatePlatform,
  Viewer,
} from './operations.js';
import { connect } from './socket.js';

const input = { name: 'first', protocol: 'HTTP', host: 'example.org' } as const;
const UNAUTHORIZED = 4401;

let server: TestServer;
let token: string;
/** How many listeners the server has on its notifications. */
let listening = 0;

beforeAll(async () => {
  server = await startServer({ SECRET_KEY });
  token = await server.adminToken();
  const { notifications } = server.database;
  const subscribe = notifications.subscribe.bind(notifications);
  vi.spyOn(notifications, 'subscribe').mockImplementation((topic, listener) => {
    const unsubscribe = subscribe(topic, listener);
    listening += 1;
    return () => {
      listening -= 1;
      unsubscribe();
    };
  });
});
afterAll(() => server.stop());

/** Resolves when the server has this many. */
const listeners = (count: number) =>
  vi.waitFor(() => expect(listening).toBe(count), { ...PATIENCE, interval: 1 });

type Results = ReturnType<typeof connect>['results'];

/** The changes from now on: resolves when the server listens. */
async function follow({ results }: { results: Results }, id: string | null = null) {
  const before = listening;
  const changes = results<PlatformChangedSubscription>({
    query: print(PlatformChanged),
    variables: { id },
  });
  let first: ReturnType<typeof changes.next> | undefined = changes.next();
  // A socket that closes ends it too, and the test may not ask.
  first.catch(() => undefined);
  await listeners(before + 1);
  const next = async () => {
    const { data, errors } = await (first ?? changes.next());
    first = undefined;
    expect(errors).toEqual([]);
    return data?.platformChanged;
  };
  return { next, end: changes.end };
}

const register = async (name = 'first') =>
  (await dataOf(server.url, RegisterPlatform, { input: { ...input, name } }, token)).registerPlatform
    .platform;

const unheard = () => listeners(0);

describe('platformChanged', () => {
  test('tells of changes through every door, each with the platform as it then is', async () => {
    const socket = connect(server.url, { token });
    const changes = await follow(socket);
    const { id } = await register();
    expect(await changes.next()).toEqual({
      id,
      name: 'first',
      change: 'REGISTERED',
      platform: { name: 'first', host: 'example.org' },
    });
    for (const name of ['second', 'third']) {
      await dataOf(server.url, UpdatePlatform, { input: { id, name } }, token);
      expect(await changes.next()).toMatchObject({ name, change: 'UPDATED', platform: { name } });
    }
    await send(`${server.url}/sys/transmit/v1/routes/${id}`, {
      method: 'PUT',
      body: { host: 'by-rest.example.org' },
    });
    expect(await changes.next()).toMatchObject({
      change: 'UPDATED',
      platform: { host: 'by-rest.example.org' },
    });
    await dataOf(server.url, DeletePlatform, { input: { id } }, token);
    expect(await changes.next()).toEqual({ id, name: 'third', change: 'DELETED', platform: null });
    socket.close();
    await unheard();
  });

  test('only of one platform where asked so', async () => {
    const [wanted, other] = [await register('wanted'), await register('other')];
    const socket = connect(server.url, { token });
    const changes = [await follow(socket, wanted.id), await follow(socket, wanted.id.toUpperCase())];
    await dataOf(server.url, UpdatePlatform, { input: { id: other.id, name: 'unheard' } }, token);
    await dataOf(server.url, UpdatePlatform, { input: { id: wanted.id, name: 'heard' } }, token);
    for (const each of changes) expect(await each.next()).toMatchObject({ id: wanted.id, name: 'heard' });
    socket.close();
    await unheard();
  });

  test('tells several subscribers, on one socket and on others', async () => {
    const [one, other] = [connect(server.url, { token }), connect(server.url, { token })];
    const all = [await follow(one), await follow(one), await follow(other)];
    const { id } = await register('for all');
    for (const changes of all) expect(await changes.next()).toMatchObject({ id, name: 'for all' });
    for (const socket of [one, other]) socket.close();
    await unheard();
  });
});

describe('tokens', () => {
  test('without one the socket opens, but what needs one is refused', async () => {
    const socket = connect(server.url);
    expect(await socket.run({ query: print(Viewer) })).toMatchObject({
      data: { viewer: null },
      errors: [],
    });
    expect(codeOf(await socket.run({ query: print(PlatformChanged) }))).toBe('UNAUTHENTICATED');
    socket.close();
    await unheard();
  });

  test('queries and mutations run as whom the token names', async () => {
    const socket = connect(server.url, { token });
    expect(await socket.run({ query: print(Viewer) })).toMatchObject({
      data: { viewer: { name: ADMIN.user } },
    });
    const made = await socket.run({ query: print(RegisterPlatform), variables: { input } });
    expect(made).toMatchObject({ data: { registerPlatform: { platform: input } }, errors: [] });
    socket.close();
  });

  test.each(['Authorization', 'authorization', 'token'])('it may come as %s', async (name) => {
    for (const value of [token, `Bearer ${token}`]) {
      const socket = connect(server.url, { parameters: { [name]: value } });
      expect(await socket.run({ query: print(Viewer) })).toMatchObject({
        data: { viewer: { name: ADMIN.user } },
      });
      socket.close();
    }
  });

  test('one that does not work closes the socket', async () => {
    const socket = connect(server.url, { token: 'nonsense' });
    await expect(socket.run({ query: print(Viewer) })).rejects.toMatchObject({ code: UNAUTHORIZED });
    expect(await socket.closed).toMatchObject({ code: UNAUTHORIZED });
  });

  test('the end of its session closes the socket, whatever runs on it', async () => {
    const { logIn } = await dataOf(server.url, LogIn, { input: ADMIN });
    const [own, other] = [connect(server.url, { token: logIn.accessToken }), connect(server.url, { token })];
    await follow(own);
    const changes = await follow(other);
    await dataOf(server.url, LogOut, {}, logIn.accessToken);
    expect(await own.closed).toMatchObject({ code: UNAUTHORIZED });
    await listeners(1);
    const { id } = await register();
    expect(await changes.next()).toMatchObject({ id });
    other.close();
    await unheard();
  });

  test('the end of its life closes the socket', async () => {
    const { id, sessionId } = await insertCaller(server);
    const brief = new TokenService(new SecretBox(SECRET_KEY), 3000).sign(id, sessionId);
    const socket = connect(server.url, { token: brief.token });
    expect((await socket.run({ query: print(Viewer) })).errors).toEqual([]);
    expect(await socket.closed).toMatchObject({ code: UNAUTHORIZED });
  });
});

describe('bounds', () => {
  test('100 operations at once on a socket; what ends makes room', async () => {
    const socket = connect(server.url, { token });
    const all = [];
    for (let count = 0; count < 100; count += 1) all.push(await follow(socket));
    expect(codeOf(await socket.run({ query: print(PlatformChanged) }))).toBe('RATE_LIMITED');
    await all[0]?.end();
    await listeners(99);
    expect((await socket.run({ query: print(Viewer) })).errors).toEqual([]);
    socket.close();
    await unheard();
  });

  test('a client that ends its subscription leaves nothing, without waiting for an event', async () => {
    const socket = connect(server.url, { token });
    const changes = await follow(socket);
    await changes.end();
    await unheard();
    expect((await socket.run({ query: print(Viewer) })).errors).toEqual([]);
    socket.close();
  });

  test('a client that vanishes leaves nothing', async () => {
    const socket = connect(server.url, { token });
    const dropped = Promise.withResolvers<void>();
    socket.client.on('connected', (connection) => {
      (connection as WebSocket).terminate();
      dropped.resolve();
    });
    await expect(socket.run({ query: print(PlatformChanged) })).rejects.toBeDefined();
    await dropped.promise;
    await unheard();
  });

  test('a client that does not read holds up nobody, and leaves nothing', async () => {
    const slow = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(slow, 'open');
    slow.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
    await once(slow, 'message');
    slow.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: print(PlatformChanged) } }));
    await listeners(1);
    slow.pause();
    const reader = connect(server.url, { token });
    const changes = await follow(reader);
    const { id } = await register('busy');
    expect(await changes.next()).toMatchObject({ id, change: 'REGISTERED' });
    for (let count = 0; count < 20; count += 1) {
      await dataOf(server.url, UpdatePlatform, { input: { id, name: `busy ${count}` } }, token);
      expect(await changes.next()).toMatchObject({ name: `busy ${count}` });
    }
    slow.terminate();
    reader.close();
    await unheard();
  });

  test.each([
    ['no JSON', 'nonsense', 4400],
    ['no message of the protocol', '{"type":"nothing"}', 4400],
    [
      'an operation before the connection is made',
      '{"type":"subscribe","id":"1","payload":{"query":"{__typename}"}}',
      UNAUTHORIZED,
    ],
    [
      'a message beyond the size limit',
      JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(1_048_576) } }),
      1009,
    ],
  ])('%s closes the socket', async (_name, message, code) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    socket.send(message);
    expect((await closed)[0]).toBe(code);
  });

  test('a socket of another protocol is closed', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`);
    expect((await once(socket, 'close'))[0]).toBe(4406);
  });

  test('a failure while connecting closes the socket without detail, which the log has', async () => {
    const fresh = await server.adminToken();
    await server.database.query('alter table sessions rename column id to moved_away');
    const socket = connect(server.url, { token: fresh });
    const { code, reason } = await socket.closed;
    await server.database.query('alter table sessions rename column moved_away to id');
    expect({ code, reason }).toEqual({ code: 4500, reason: 'internal error' });
    expect(server.log()).toMatch(/column \S+ does not exist/);
  });
});
