import type { KyselyPlugin } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Calling } from './support.js';
import { callingOn, registerPlatform, ACCESS_KEY, updatePlatform } from './support.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { startServer } from '../support/server.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const server = useServer(async () => startServer({ SECRET_KEY }));
let answer: Answer;
/** What the platform was asked. */
const asked: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
const upstream: Upstream & { stop: () => Promise<void> } = useServer(async () => {
  const started = await httpUpstream((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(request, response, body);
    });
  });
  return Object.assign(started, { stop: started.close });
});
let calling: Calling;
let platform: { id: string };
beforeAll(async () => {
  calling = await callingOn(server);
  platform = { id: await registerPlatform(server, upstream.port, { credentials: ACCESS_KEY }) };
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(JSON.stringify(body));

/** Answers one after the other, the last one for ever. */
function answers(...all: Answer[]): void {
  asked.length = 0;
  answer = (...given) => (all.length > 1 ? all.shift() : all[0])?.(...given);
}

const READ = { isRead: true };
const WRITE = { isRead: false };
const GET = { method: 'GET', path: '/v1/p/things?limit=2', headers: {} };
const call = async (request: object = GET, options = READ, ctx = calling.contextOf()) =>
  calling.faces.calls.call(ctx, platform, { ...GET, ...request }, options);

test('what a success answers is its JSON, with all digits; nothing is null', async () => {
  answers((_request, response) => {
    response.setHeader('Content-Type', 'application/json;charset=UTF-8');
    response.end('{"id":9007199254740993}');
  });
  expect(JSON.stringify(await call())).toBe('{"id":9007199254740993}');
  expect(asked).toMatchObject([{ line: 'GET /v1/p/things?limit=2', body: '' }]);
  answers((_request, response) => void response.writeHead(204).end());
  expect(await call({ method: 'DELETE' }, WRITE)).toBeNull();
});

test('a body is sent as JSON', async () => {
  answers(json(201, { id: 'x' }));
  expect(await call({ method: 'POST', body: { name: 'é' } }, WRITE)).toEqual({ id: 'x' });
  expect(asked).toMatchObject([
    { body: '{"name":"é"}', headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' } },
  ]);
});

test('a failure tells its code and message, and stands in upstream', async () => {
  const body = { error_code: 'ModelArts.0104', error_msg: 'no such job' };
  answers(json(404, body));
  await expect(call()).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    message: 'platform "ModelArts" answered 404: ModelArts.0104: no such job',
    details: { upstream: { platform: 'ModelArts', status: 404, body } },
  });
  answers(json(403, { error: { code: 403, message: 'not allowed' } }));
  await expect(call()).rejects.toThrow('answered 403: not allowed');
  answers((_request, response) => void response.writeHead(500, { 'Content-Type': 'text/html' }).end('<p>x'));
  await expect(call()).rejects.toMatchObject({ details: { upstream: { status: 500, body: '<p>x' } } });
});

test('a success that is no JSON is a failure', async () => {
  answers((_request, response) => void response.setHeader('Content-Type', 'text/html').end('<p>log in'));
  await expect(call()).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    details: { upstream: { status: 200, body: '<p>log in' } },
  });
});

describe('who may', () => {
  let id: string;
  beforeAll(async () => {
    id = platform.id;
  });
  const usable = async (caller: Parameters<Calling['contextOf']>[0], kind = 'MODELARTS') =>
    calling.faces.calls.usable(calling.contextOf(caller), id, kind as never);

  test('everybody with the right, where the platform is nobody’s', async () => {
    answers(json(200, {}));
    expect(await usable({ role: 3, businessId: 7 })).toMatchObject({ id });
    await expect(call(GET, READ, calling.contextOf({ role: 2, businessId: 7 }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(call(GET, READ, calling.contextOf(null))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asked).toEqual([]);
  });

  test('members of its business and system administrators, where it is a business’s', async () => {
    answers(json(200, {}));
    await server.database.query('update platforms set business_id = 7 where id = $1', [id]);
    await updatePlatform(server, id, { description: 'of a business' });
    try {
      const foreigner = { role: 3, businessId: 8 } as const;
      await expect(usable(foreigner)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(call(GET, READ, calling.contextOf(foreigner))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      expect(asked).toEqual([]);
      expect(await usable({ role: 3, businessId: 7 })).toMatchObject({ id });
      expect(await usable({ role: 4, businessId: null })).toMatchObject({ id });
      expect(await call(GET, READ, calling.contextOf({ role: 3, businessId: 7 }))).toEqual({});
    } finally {
      await server.database.query('update platforms set business_id = null where id = $1', [id]);
      await updatePlatform(server, id, { description: '' });
    }
  });

  test('of all that are usable no more are read than are asked for, the oldest', async () => {
    const read: number[] = [];
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        // By columns: the first of them has as many values as there are rows.
        const { rows } = result.rows[0] as { rows: string | unknown[][] };
        const [values = []] = typeof rows === 'string' ? (JSON.parse(rows) as unknown[][]) : rows;
        read.push(values.length);
        return result;
      },
    };
    const { reader } = server.database;
    const counted = {
      getKysely: () => reader.getKysely().withPlugin(counting),
      getMetadata: reader.getMetadata.bind(reader),
    };
    const usableTo = async (caller: Parameters<Calling['contextOf']>[0]) => {
      const ctx = Object.assign(calling.contextOf(caller), { reader: counted });
      const found = await calling.faces.calls.allUsable(ctx, 'MODELARTS' as never, 2);
      return found.map((each) => each.id);
    };
    const others: string[] = [];
    for (let index = 0; index < 4; index += 1)
      others.push(await registerPlatform(server, upstream.port, { credentials: ACCESS_KEY }));
    await registerPlatform(server, upstream.port);
    await server.database.query('update platforms set business_id = 8 where id = any($1)', [
      [id, others[0], others[1]],
    ]);
    try {
      expect(await usableTo({ role: 3, businessId: 7 })).toEqual(others.slice(2));
      expect(await usableTo({ role: 3, businessId: 8 })).toEqual([id, others[0]]);
      expect(await usableTo({ role: 4, businessId: null })).toEqual([id, others[0]]);
      expect(read).toEqual([2, 2, 2]);
    } finally {
      await server.database.query('update platforms set business_id = null');
    }
  });

  test('none and one of another kind', async () => {
    await expect(usable({}, 'GENERIC')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { fields: [{ path: 'platformId' }] },
    });
    for (const unknown of ['x', '11111111-2222-4333-8444-555555555555']) {
      await expect(
        calling.faces.calls.usable(calling.contextOf(), unknown, 'MODELARTS' as never),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('credentials', () => {
  test('are needed', async () => {
    answers(json(200, {}));
    const bare = { id: await registerPlatform(server, upstream.port) };
    const asking = async () => calling.faces.calls.call(calling.contextOf(), bare, GET, READ);
    await expect(asking()).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
    expect(asked).toEqual([]);
    await updatePlatform(server, bare.id, { credentials: ACCESS_KEY });
    expect(await asking()).toEqual({});
    await updatePlatform(server, bare.id, { credentials: null });
    await expect(asking()).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });
});

describe('a connection that has been used', () => {
  const search = { method: 'POST', body: { limit: 1 } };

  test('is used again by what only reads, whatever its method', async () => {
    const sockets: unknown[] = [];
    answers((request, ...rest) => {
      sockets.push(request.socket);
      json(200, {})(request, ...rest);
    });
    for (const options of [READ, READ, WRITE]) await call(search, options);
    expect(sockets[1]).toBe(sockets[0]);
    expect(sockets[2]).not.toBe(sockets[0]);
  });

  test('and is closed under it: what only reads is sent again, what writes never', async () => {
    const hangUp: Answer = (request) => void request.socket.destroy();
    answers(json(200, {}), hangUp, json(200, { id: 'x' }));
    await call(search);
    expect(await call(search)).toEqual({ id: 'x' });
    answers(hangUp, json(200, {}));
    await expect(call(search, WRITE)).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
    expect(asked).toHaveLength(1);
  });
});

describe('a platform that is busy', () => {
  test.each([429, 503])('is asked again as it says, when it is read: %i', async (status) => {
    answers(json(status, {}, { 'Retry-After': '0' }), json(200, { ok: true }));
    expect(await call()).toEqual({ ok: true });
    expect(asked).toHaveLength(2);
    answers(json(status, {}), json(status, {}), json(200, { ok: true }));
    expect(await call({ method: 'POST', body: {} }, READ)).toEqual({ ok: true });
  });

  test('is left alone after three tries, and when it asks for long', async () => {
    answers(json(503, {}, { 'Retry-After': '0' }));
    await expect(call()).rejects.toMatchObject({ details: { upstream: { status: 503 }, retryAfter: 0 } });
    expect(asked).toHaveLength(3);
    answers(json(429, {}, { 'Retry-After': '3600' }));
    await expect(call()).rejects.toMatchObject({ details: { retryAfter: 3600 } });
    answers(json(429, {}, { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() }));
    await expect(call()).rejects.toMatchObject({ details: { upstream: { status: 429 } } });
    expect(asked).toHaveLength(1);
  });

  test('is written to once', async () => {
    answers(json(503, {}, { 'Retry-After': '0' }));
    await expect(call({ method: 'POST', body: {} }, WRITE)).rejects.toMatchObject({
      details: { upstream: { status: 503 } },
    });
    expect(asked).toHaveLength(1);
  });

  test('is not waited for by who goes away', async () => {
    answers(json(503, {}, { 'Retry-After': '5' }));
    const abort = new AbortController();
    const waiting = call(GET, READ, calling.contextOf({}, abort.signal));
    await expect.poll(() => asked).toHaveLength(1);
    abort.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });
});
