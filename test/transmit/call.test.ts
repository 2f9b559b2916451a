import { expect, test } from 'vitest';
import { httpUpstream, scriptedUpstream, type Upstream } from '../support/upstream.js';
import type { PlatformCall } from '../../src/transmit/index.js';
import { during, routeTo, startForwarding, type Options } from './forwarding.js';

async function calling(upstream: Upstream, options: Options = {}, route = routeTo(upstream)) {
  const { transmit } = await startForwarding(route, options);
  const { signal } = new AbortController();
  return (call: Partial<PlatformCall>) =>
    transmit.call(route, { method: 'GET', path: '/', address: '192.0.2.1', signal, ...call });
}

async function describing() {
  return during(
    httpUpstream((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(201, {
          'Content-Type': 'application/json; charset=utf-8',
          'Set-Cookie': ['a=1', 'b=2'],
        });
        response.end(
          JSON.stringify({ line: `${request.method} ${request.url}`, headers: request.headers, body }),
        );
      });
    }),
  );
}

test('a call answers status, headers and parsed JSON', async () => {
  const upstream = await describing();
  const call = await calling(upstream);
  const answer = await call({ method: 'POST', path: '/a/../b//%2F?x=1', body: { é: 1 } });
  expect(answer).toMatchObject({
    status: 201,
    headers: { 'set-cookie': ['a=1', 'b=2'] },
    body: { line: 'POST /a/../b//%2F?x=1', body: '{"é":1}' },
  });
  expect(answer.body).toHaveProperty('headers', {
    host: `127.0.0.1:${upstream.port}`,
    connection: 'close',
    'x-forwarded-for': '192.0.2.1',
    via: '1.1 isthmus-test',
    'content-type': 'application/json',
    'content-length': '8',
  });
});

test('given headers are sent, but for those that are not for the caller to set', async () => {
  const call = await calling(await describing());
  const headers = {
    Authorization: 'Basic abc',
    'Content-Type': 'text/x',
    Host: 'evil',
    Connection: 'upgrade',
    'Transfer-Encoding': 'chunked',
    'Content-Length': '1',
    Via: '1.1 x',
    'X-Access-Token': 'secret',
    'X-Forwarded-For': '1.2.3.4',
  };
  const answer = await call({ method: 'PUT', headers, body: 'text' });
  expect(answer.body).toMatchObject({
    body: 'text',
    headers: {
      authorization: 'Basic abc',
      'content-type': 'text/x',
      'x-forwarded-for': '192.0.2.1',
      via: '1.1 isthmus-test',
      'content-length': '4',
    },
  });
  expect(answer.body).not.toHaveProperty('headers.x-access-token');
});

test.each([
  [{ method: 'TRACE' }, 'method'],
  [{ path: 'relative' }, 'path'],
  [{ path: '/a b' }, 'path'],
  [{ path: '/é' }, 'path'],
  [{ headers: { 'a b': 'c' } }, 'headers.a b'],
  [{ headers: { a: 'b\r\nc: d' } }, 'headers.a'],
  [{ body: {} }, 'body'],
])('%o is refused', async (wrong, path) => {
  const call = await calling(await describing());
  await expect(call(wrong)).rejects.toMatchObject({ code: 'BAD_INPUT', details: { fields: [{ path }] } });
});

test('failures have the codes of forwarding', async () => {
  const hanging = await during(httpUpstream(() => undefined));
  const slow = await calling(hanging, { config: { TRANSMIT_HEADERS_TIMEOUT: 100 } });
  await expect(slow({})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  const denied = await calling(hanging, {}, routeTo(hanging, { host: '169.254.1.1' }));
  await expect(denied({})).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
  const garbage = await calling(await during(scriptedUpstream((socket) => socket.end('nonsense\r\n\r\n'))));
  await expect(garbage({})).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  const huge = await calling(
    await during(httpUpstream((_request, response) => response.end(Buffer.alloc(2_000_000)))),
  );
  await expect(huge({})).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  await expect(huge({})).rejects.toThrow('more than 1048576 bytes');
});

test('redirects and errors are answers; text stays text; nothing is null', async () => {
  const upstream = await during(
    httpUpstream((request, response) => {
      if (request.url === '/empty') response.writeHead(204).end();
      else if (request.url === '/bad')
        response.writeHead(500, { 'Content-Type': 'application/json' }).end('{');
      else response.writeHead(302, { Location: '/empty', 'Content-Type': 'text/plain' }).end('moved');
    }),
  );
  const call = await calling(upstream);
  expect(await call({})).toMatchObject({ status: 302, body: 'moved' });
  expect(await call({ path: '/empty' })).toMatchObject({ status: 204, body: null });
  expect(await call({ path: '/bad' })).toMatchObject({ status: 500, body: '{' });
});

test('an aborted call ends', async () => {
  const upstream = await during(httpUpstream(() => undefined));
  const call = await calling(upstream);
  const abort = new AbortController();
  const answer = call({ signal: abort.signal });
  await expect.poll(() => upstream.sockets).toHaveLength(1);
  abort.abort();
  await expect(answer).rejects.toThrow('aborted');
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});
