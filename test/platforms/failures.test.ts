import { beforeAll, describe, expect, test } from 'vitest';
import { SECRET_KEY } from '../identity/support/world.js';
import { startServer } from '../support/server.js';
import { type Upstream, closedPort, httpUpstream, scriptedUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { during } from '../transmit/forwarding.js';
import { ACCESS_KEY, type Calling, callingOn, registerPlatform } from './support.js';

const MiB = 1_048_576;
const server = useServer(async () => startServer({ SECRET_KEY }));
let calling: Calling;
beforeAll(async () => {
  calling = await callingOn(server, {
    TRANSMIT_HEADERS_TIMEOUT: '0.4',
    TRANSMIT_IDLE_TIMEOUT: '0.4',
    TRANSMIT_BREAKER_FAILURES: '2',
  });
});

/** What a call to the port comes to. */
async function outcome(port: number, method = 'GET'): Promise<unknown> {
  const id = await registerPlatform(server, port, { credentials: ACCESS_KEY });
  return ask(id, method);
}
const ask = async (id: string, method = 'GET') =>
  calling.faces.calls.call(
    calling.contextOf(),
    { id },
    { method, path: '/v1/p', headers: {} },
    { isRead: method === 'GET' },
  );

const answering = (status: number, body: string | Buffer, type = 'application/json') =>
  httpUpstream((_request, response) => void response.writeHead(status, { 'Content-Type': type }).end(body));
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const scripted = (bytes: string, isEnd = false) =>
  scriptedUpstream((socket) => void (isEnd ? socket.end(bytes) : socket.write(bytes)));

describe('what a platform does wrong is told', () => {
  test.each<[string, () => Promise<Upstream>, object]>([
    ['no answer', () => httpUpstream(() => undefined), { code: 'UPSTREAM_TIMEOUT' }],
    ['half an answer', () => scripted(`${HEAD}Content-Length: 9\r\n\r\n{"a"`), { code: 'UPSTREAM_TIMEOUT' }],
    ['a cut', () => scripted(`${HEAD}Content-Length: 9\r\n\r\n{"a"`, true), { code: 'UPSTREAM_PROTOCOL' }],
    ['a hang-up', () => scripted('', true), { code: 'UPSTREAM_PROTOCOL' }],
    ['no HTTP', () => scripted('SSH-2.0-OpenSSH\r\n\r\n'), { code: 'UPSTREAM_PROTOCOL' }],
    [
      'HTML',
      () => answering(200, '<html>', 'text/html'),
      { details: { upstream: { status: 200, body: '<html>' } } },
    ],
    [
      'JSON that is none',
      () => answering(200, '{"a":'),
      { details: { upstream: { status: 200, body: '{"a":' } } },
    ],
    ['a redirect', () => answering(302, ''), { details: { upstream: { status: 302, body: null } } }],
    [
      '400',
      () => answering(400, '{"error_code":"X.1"}'),
      { details: { upstream: { body: { error_code: 'X.1' } } } },
    ],
    ['403', () => answering(403, '{}'), { code: 'UPSTREAM_ERROR', details: { upstream: { status: 403 } } }],
    ['500', () => answering(500, 'x', 'text/plain'), { details: { upstream: { status: 500, body: 'x' } } }],
    [
      'bytes',
      () => answering(500, Buffer.from([255, 0])),
      { details: { upstream: { status: 500, body: null } } },
    ],
    ['too much', () => answering(200, Buffer.alloc(16 * MiB + 1, ' ')), { code: 'UPSTREAM_PROTOCOL' }],
    ['depth', () => answering(200, '['.repeat(100_000)), { code: 'UPSTREAM_PROTOCOL' }],
  ])('%s', async (_what, start, failure) => {
    const { port } = await during(start());
    await expect(outcome(port)).rejects.toMatchObject(failure);
    await expect(outcome(port, 'POST')).rejects.toMatchObject(failure);
  });

  test('nobody there, until it is not tried any more', async () => {
    const id = await registerPlatform(server, await closedPort(), { credentials: ACCESS_KEY });
    await expect(ask(id)).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    await expect(ask(id)).rejects.toThrow('refuses connections');
    await expect(ask(id)).rejects.toThrow('could not be reached several times in a row');
  });
});

test('an answer may have 16 MiB; of a failure’s no more than is read is kept', async () => {
  const text = JSON.stringify({ a: 'x'.repeat(15 * MiB) });
  const large = await during(answering(200, text));
  expect(JSON.stringify(await outcome(large.port))).toHaveLength(text.length);
  const failing = await during(answering(400, JSON.stringify({ error_msg: 'y'.repeat(MiB) })));
  const error = await outcome(failing.port).catch((thrown: unknown) => thrown);
  expect(JSON.stringify((error as { details: object }).details).length).toBeLessThan(5_000);
  expect((error as Error).message.length).toBeLessThan(1_000);
});

test('a request of the caller ends with the caller, and with what else ends it', async () => {
  const upstream = await during(httpUpstream(() => undefined));
  const id = await registerPlatform(server, upstream.port, { credentials: ACCESS_KEY });
  const patient = await callingOn(server);
  for (const own of [true, false]) {
    const abort = new AbortController();
    const ctx = patient.contextOf({}, own ? abort.signal : new AbortController().signal);
    const request = { method: 'GET', path: '/', headers: {} };
    const options = { isRead: true, ...(own ? {} : { signal: abort.signal }) };
    const before = upstream.sockets.length;
    const going = patient.faces.calls.call(ctx, { id }, request, options);
    await expect.poll(() => upstream.sockets.length).toBe(before + 1);
    abort.abort();
    await expect(going).rejects.toThrow('aborted');
    await expect.poll(() => upstream.sockets.at(-1)?.destroyed).toBe(true);
  }
});
