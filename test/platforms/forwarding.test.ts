import { once } from 'node:events';
import net from 'node:net';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SECRET_KEY } from '../identity/support/world.js';
import { type Tenant, newBusiness } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { startIam, startService } from './huawei.js';
import { ACCESS_KEY, registerPlatform } from './support.js';

const MiB = 1_048_576;
const HOUR = 3_600_000;
const PASSWORD = 'the password of the user';
const JSON_TYPE = 'Content-Type: application/json';

const server = useServer(async () => startServer({ SECRET_KEY, TRANSMIT_IDLE_TIMEOUT: '3' }));
const service = useServer(async () => startService(ACCESS_KEY));
const iam = useServer(async () => startIam(PASSWORD, (token) => service.gate.tokens.add(token)));
let id: string;
let byToken: string;
beforeAll(async () => {
  id = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
  const iamEndpoint = `http://127.0.0.1:${iam.port}`;
  const credentials = { domain: 'd', user: 'u', password: PASSWORD, iamEndpoint };
  byToken = await registerPlatform(server, service.port, { credentials });
});
beforeEach(() => {
  service.asked.length = 0;
  Object.assign(service.gate, { skew: 0, refusal: 401 });
  Object.assign(iam.state, { status: 201, password: PASSWORD });
});

interface Raw {
  socket: net.Socket;
  /** Resolves when the text has come. */
  until: (part: string) => Promise<string>;
}

/** A connection to the server on which bytes are written as they are. */
function connect(): Raw {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  const until = async (part: string) => {
    while (!text.includes(part)) {
      if (socket.destroyed) throw new Error(`closed before ${part}: ${text}`);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    }
    return text;
  };
  return { socket, until };
}

const headOf = (line: string, platform: string, fields: string[]) =>
  `${[line.replace(' ', ' /sys/transmit'), 'Host: localhost', `Plat-Route-Id: ${platform}`, ...fields].join('\r\n')}\r\n\r\n`;

/** Sends the bytes; resolves with all that is answered. */
async function exchange(platform: string, line: string, fields: string[] = [], body: string | Buffer = '') {
  const { socket, until } = connect();
  socket.write(headOf(`${line} HTTP/1.1`, platform, ['Connection: close', ...fields]), 'latin1');
  socket.write(body);
  await once(socket, 'close');
  return until('');
}

const lengthOf = (body: string | Buffer) => `Content-Length: ${Buffer.byteLength(body)}`;
const OK = /^HTTP\/1\.1 200 /;

test('a request goes on with the signature beside what the client sent', async () => {
  const answer = await exchange(id, 'GET /v1/p/jobs?limit=2&name=a%20b&limit=1', ['x-one: 1', 'X-Two: 2']);
  expect(answer).toMatch(OK);
  expect(service.asked).toMatchObject([
    {
      line: 'GET /v1/p/jobs?limit=2&name=a%20b&limit=1',
      headers: {
        'x-one': '1',
        'x-two': '2',
        'x-sdk-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
        authorization: expect.stringContaining(`Access=${ACCESS_KEY.accessKey}, SignedHeaders=`),
      },
    },
  ]);
  expect(service.asked[0]?.headers).not.toHaveProperty('plat-route-id');
});

test.each<[string, string[], string]>([
  ['a length', [JSON_TYPE, lengthOf('{"a":"é"}')], '{"a":"é"}'],
  ['no type', [lengthOf('plain')], 'plain'],
  ['a charset', [`${JSON_TYPE}; charset=utf-8`, lengthOf('{}')], '{}'],
  ['chunks', [JSON_TYPE, 'Transfer-Encoding: chunked'], '3\r\n{"a\r\n4\r\n":1}\r\n0\r\nX-End: 1\r\n\r\n'],
  ['no bytes in chunks', [JSON_TYPE, 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
])('a body with %s is signed', async (_what, fields, body) => {
  const plain = body.includes('\r\n') ? (body.includes('X-End') ? '{"a":1}' : '') : body;
  expect(await exchange(id, 'POST /v1/p/jobs', fields, body)).toMatch(OK);
  expect(service.asked).toHaveLength(1);
  expect(service.asked[0]?.body.toString()).toBe(plain);
  expect(service.asked[0]?.headers).not.toHaveProperty('x-sdk-content-sha256');
});

test('a large one goes on whole', async () => {
  const body = Buffer.from(JSON.stringify({ a: 'x'.repeat(5 * MiB) }));
  expect(await exchange(id, 'POST /v1/p/jobs', [JSON_TYPE, lengthOf(body)], body)).toMatch(OK);
  expect(service.asked[0]?.body.equals(body)).toBe(true);
});

test('bytes that are no JSON are sent on as they come, unsigned', async () => {
  const { socket, until } = connect();
  const fields = [
    'Content-Type: application/octet-stream',
    `Content-Length: ${20 * MiB}`,
    'Connection: close',
  ];
  socket.write(headOf('PUT /v1/p/file HTTP/1.1', id, fields));
  const opened = service.sockets.length;
  for (let sent = 0; sent < 20; sent += 1) {
    if (!socket.write(Buffer.alloc(MiB, sent))) await once(socket, 'drain');
    // The platform's connection is there before the body is.
    if (sent === 0) await expect.poll(() => service.sockets.length).toBeGreaterThanOrEqual(opened);
  }
  expect(await until('HTTP/1.1')).toMatch(OK);
  expect(service.asked[0]?.headers).toMatchObject({ 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' });
  expect(service.asked[0]?.body).toHaveLength(20 * MiB);
});

describe('what is too much to be held', () => {
  test('is refused when it says so', async () => {
    const answer = await exchange(id, 'POST /v1/p/jobs', [JSON_TYPE, `Content-Length: ${12 * MiB + 1}`]);
    expect(answer).toContain('"code":"BODY_TOO_LARGE"');
    expect(service.asked).toEqual([]);
  });

  test('is refused when it is', async () => {
    const { socket, until } = connect();
    socket.write(headOf('POST /v1/p/jobs HTTP/1.1', id, [JSON_TYPE, 'Transfer-Encoding: chunked']));
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MiB, 'x'), Buffer.from('\r\n')]);
    for (let sent = 0; sent < 13; sent += 1) socket.write(piece);
    expect(await until('BODY_TOO_LARGE')).toContain('12582912 bytes');
    expect(service.asked).toEqual([]);
  });

  test('is refused when all together is', async () => {
    const held = Array.from({ length: 6 }, () => {
      const raw = connect();
      const fields = [JSON_TYPE, `Content-Length: ${12 * MiB}`];
      raw.socket.write(headOf('POST /v1/p/jobs HTTP/1.1', id, fields));
      raw.socket.write(Buffer.alloc(12 * MiB - 1, ' '));
      return raw;
    });
    const refused = await Promise.any(held.map(async ({ until }) => until('too much is being uploaded')));
    expect(refused).toContain('Retry-After: ');
    for (const { socket } of held) socket.destroy();
    // What they held is free again.
    const body = JSON.stringify({ a: 'x'.repeat(8 * MiB) });
    await expect
      .poll(async () => exchange(id, 'POST /v1/p/jobs', [JSON_TYPE, lengthOf(body)], body), {
        timeout: 10_000,
      })
      .toMatch(OK);
  });

  test('goes on whole when it comes byte by byte', async () => {
    const { socket, until } = connect();
    const fields = [JSON_TYPE, 'Transfer-Encoding: chunked', 'Connection: close'];
    socket.write(headOf('POST /v1/p/jobs HTTP/1.1', id, fields));
    const digits = Array.from({ length: 100_000 }, (_, index) => String(index % 10));
    socket.write(`${digits.map((digit) => `1\r\n${digit}\r\n`).join('')}0\r\n\r\n`);
    expect(await until('HTTP/1.1')).toMatch(OK);
    expect(service.asked[0]?.body.toString()).toBe(digits.join(''));
  });

  test('and a body that does not come is not waited for', async () => {
    const { socket, until } = connect();
    socket.write(headOf('POST /v1/p/jobs HTTP/1.1', id, [JSON_TYPE, 'Content-Length: 10']) + '{"a":');
    expect(await until('"code"')).toContain('the body did not come to its end in time');
    expect(service.asked).toEqual([]);
  });

  test('nor sent on when its sender goes away', async () => {
    const { socket } = connect();
    socket.write(headOf('POST /v1/p/jobs HTTP/1.1', id, [JSON_TYPE, 'Content-Length: 10']) + '{"a":');
    socket.end();
    await once(socket, 'close');
    expect(await exchange(id, 'GET /v1/p')).toMatch(OK);
    expect(service.asked).toMatchObject([{ line: 'GET /v1/p' }]);
  });
});

describe('a request goes on as it stands', () => {
  test.each([
    ['X-Sdk-Date: 20200101T000000Z', 'x-sdk-date', '20200101T000000Z'],
    ['X-Auth-Token: mine', 'x-auth-token', 'mine'],
  ])('with %s of its own', async (field, name, value) => {
    const large = Buffer.alloc(13 * MiB, 'x');
    for (const platform of [id, byToken]) {
      service.asked.length = 0;
      const fields = [field, 'Authorization: mine', JSON_TYPE, lengthOf(large)];
      const answer = await exchange(platform, 'POST /v1/p', fields, large);
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(service.asked).toMatchObject([{ headers: { [name]: value, authorization: 'mine' } }]);
    }
  });

  test('to a platform without credentials, and to one of another kind', async () => {
    const bare = await registerPlatform(server, service.port);
    const place = { kind: 'GENERIC', region: undefined, projectId: undefined };
    const generic = await registerPlatform(server, service.port, { ...place, credentials: ACCESS_KEY });
    for (const platform of [bare, generic]) {
      service.asked.length = 0;
      await exchange(platform, 'GET /v1/p', ['Authorization: mine']);
      expect(service.asked).toMatchObject([{ headers: { authorization: 'mine' } }]);
      expect(service.asked[0]?.headers).not.toHaveProperty('x-sdk-date');
    }
  });
});

describe('of a business', () => {
  let owner: Tenant;
  let foreigner: Tenant;
  let own: string;
  beforeAll(async () => {
    [owner, foreigner] = [await newBusiness(server), await newBusiness(server)];
    own = await registerPlatform(server, service.port, { credentials: ACCESS_KEY }, owner.admin.token);
  });

  test('its own members’ requests are signed, and system administrators’', async () => {
    for (const token of [owner.admin.token, await server.adminToken()]) {
      expect(await exchange(own, 'GET /v1/p', [`X-Access-Token: ${token}`])).toMatch(OK);
    }
    expect(service.asked).toHaveLength(2);
  });

  test('nobody else’s are, though they go on', async () => {
    for (const fields of [[], [`X-Access-Token: ${foreigner.admin.token}`]]) {
      service.asked.length = 0;
      expect(await exchange(own, 'GET /v1/p', fields)).toMatch(/^HTTP\/1\.1 401 /);
      expect(service.asked).toHaveLength(1);
      expect(service.asked[0]?.headers).not.toHaveProperty('x-sdk-date');
    }
  });
});

test('the client’s own Authorization gives way', async () => {
  expect(
    await exchange(id, 'GET /v1/p', ['Authorization: Bearer of-our-own', 'X-Project-Id: other']),
  ).toMatch(OK);
});

describe('a refused signature', () => {
  test('is made anew when the clock was wrong, and the client sees nothing of it', async () => {
    const other = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
    service.gate.skew = 3 * HOUR;
    const body = JSON.stringify({ a: 'x'.repeat(MiB) });
    expect(await exchange(other, 'POST /v1/p', [JSON_TYPE, lengthOf(body)], body)).toMatch(OK);
    expect(service.asked).toHaveLength(2);
    expect(service.asked.map((asked) => asked.body.toString() === body)).toEqual([true, true]);
    expect(await exchange(other, 'GET /v1/p')).toMatch(OK);
    expect(service.asked).toHaveLength(3);
  });

  test('of bytes that were sent on as they came is told, and the next is right', async () => {
    const other = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
    service.gate.skew = 3 * HOUR;
    const fields = ['Content-Type: application/zip', lengthOf('PK')];
    expect(await exchange(other, 'PUT /v1/p', fields, 'PK')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await exchange(other, 'PUT /v1/p', fields, 'PK')).toMatch(OK);
  });

  test('of a wrong key is the answer', async () => {
    const credentials = { ...ACCESS_KEY, secretKey: 'another' };
    const other = await registerPlatform(server, service.port, { credentials });
    const answer = await exchange(other, 'GET /v1/p');
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('verify aksk signature fail');
    expect(service.asked).toHaveLength(1);
  });
});

describe('with a user of IAM', () => {
  test('requests bear a token, also large ones, which is renewed when it is refused', async () => {
    expect(await exchange(byToken, 'GET /v1/p')).toMatch(OK);
    const large = Buffer.alloc(13 * MiB, 'x');
    expect(await exchange(byToken, 'POST /v1/p', [JSON_TYPE, lengthOf(large)], large)).toMatch(OK);
    expect(iam.given).toHaveLength(1);
    service.gate.tokens.clear();
    expect(await exchange(byToken, 'GET /v1/p')).toMatch(OK);
    expect(iam.given).toHaveLength(2);
  });

  test('one whom IAM refuses is told, without a secret', async () => {
    iam.state.password = 'another';
    const iamEndpoint = `http://127.0.0.1:${iam.port}`;
    const credentials = { domain: 'd', user: 'u', password: PASSWORD, iamEndpoint };
    const other = await registerPlatform(server, service.port, { credentials });
    const answer = await exchange(other, 'GET /v1/p');
    expect(answer).toContain('gives the user no token: it answered 401');
    expect(service.asked).toEqual([]);
    expect(`${answer}${server.log()}`.includes(PASSWORD)).toBe(false);
  });
});

test('no secret is in the log', () => {
  const log = server.log();
  for (const secret of [PASSWORD, ACCESS_KEY.secretKey, ...iam.given])
    expect(log.includes(secret)).toBe(false);
  expect(log).toContain('"msg":"forwarded"');
});
