import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SECRET_KEY } from '../identity/support/world.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { startIam, startService } from './huawei.js';
import { ACCESS_KEY, type Calling, callingOn, registerPlatform, updatePlatform } from './support.js';

const PROJECT = '0123456789abcdef0123456789abcdef';
const PASSWORD = 'pass "word" of the user, quite long';
const READ = { isRead: true };
const HOUR = 3_600_000;

const server = useServer(async () => startServer({ SECRET_KEY }));
const service = useServer(async () => startService(ACCESS_KEY));
const iam = useServer(async () => startIam(PASSWORD, (token) => service.gate.tokens.add(token)));
let calling: Calling;
beforeAll(async () => {
  calling = await callingOn(server);
});
beforeEach(() => {
  service.asked.length = 0;
  iam.asked.length = 0;
  iam.given.length = 0;
  service.gate.tokens.clear();
  Object.assign(service.gate, { skew: 0, refusal: 401 });
  Object.assign(iam.state, { status: 201, password: PASSWORD, life: 24 * HOUR, skew: 0, hold: undefined });
});

const call = async (id: string, request: object = {}, options = READ, ctx = calling.contextOf()) =>
  calling.faces.calls.call(ctx, { id }, { method: 'GET', path: '/v1/p', headers: {}, ...request }, options);

describe('with an access key', () => {
  let id: string;
  beforeAll(async () => {
    id = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
  });

  test.each([
    ['GET', '/v1/p/things?limit=10&name=a%20b&tag=b&tag=a', undefined],
    ['POST', '/v1/p/things', { name: 'é "x"', big: 12 }],
    ['DELETE', '/v1/p/things/1', undefined],
    ['PUT', '/v1/p/things/1', 'a text'],
  ])('%s %s is signed', async (method, path, body) => {
    const answer = await call(id, { method, path, body }, { isRead: false });
    expect(answer).toMatchObject({ line: `${method} ${path}` });
    expect(service.asked[0]?.headers).toMatchObject({ 'x-project-id': PROJECT });
  });

  test('a temporary key sends its token', async () => {
    const credentials = { ...ACCESS_KEY, securityToken: 'the-token' };
    const other = await registerPlatform(server, service.port, { credentials });
    await call(other);
    expect(service.asked[0]?.headers).toMatchObject({ 'x-security-token': 'the-token' });
  });

  test('who may not use what cannot be read is forwarded as it stands', async () => {
    const broken = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
    await server.database.query(
      `update platforms set credentials = 'garbage', business_id = 7 where id = $1`,
      [broken],
    );
    onTestFinished(async () => {
      await server.database.query('delete from platforms where id = $1', [broken]);
    });
    const { status } = await fetch(`${server.url}/sys/transmit/v1/p`, {
      headers: { 'Plat-Route-Id': broken },
    });
    // The platform's own refusal of what nobody signed.
    expect(status).toBe(401);
    expect(service.asked).toHaveLength(1);
    expect(service.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    [401, 2 * HOUR],
    [403, -2 * HOUR],
  ])('a clock that is wrong is put right once, then known: %i', async (refusal, skew) => {
    const other = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
    Object.assign(service.gate, { skew, refusal });
    expect(await call(other, { method: 'POST', body: {} }, { isRead: false })).toMatchObject({ body: '{}' });
    expect(service.asked).toHaveLength(2);
    await call(other);
    expect(service.asked).toHaveLength(3);
    service.gate.skew = 0;
    await call(other);
    expect(service.asked).toHaveLength(5);
  });

  test('a refusal for another reason is told at once, with what it says', async () => {
    const credentials = { ...ACCESS_KEY, secretKey: 'another key, that nobody knows' };
    const other = await registerPlatform(server, service.port, { credentials });
    await expect(call(other)).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: expect.stringContaining('APIGW.0301: Incorrect IAM authentication information'),
      details: { upstream: { status: 401 } },
    });
    expect(service.asked).toHaveLength(1);
    // A clock that is a little off is no reason.
    service.gate.skew = 30_000;
    await expect(call(other)).rejects.toMatchObject({ details: { upstream: { status: 401 } } });
    expect(service.asked).toHaveLength(2);
  });

  test('another key is used from the next call on', async () => {
    const other = await registerPlatform(server, service.port, {
      credentials: { accessKey: 'OLD', secretKey: 'old' },
    });
    await expect(call(other)).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    await updatePlatform(server, other, { credentials: ACCESS_KEY });
    expect(await call(other)).toMatchObject({ line: 'GET /v1/p' });
  });
});

describe('with a user of IAM', () => {
  const user = () => ({
    domain: 'company',
    user: 'isthmus',
    password: PASSWORD,
    iamEndpoint: `http://127.0.0.1:${iam.port}`,
  });
  const register = async (more: object = {}) =>
    registerPlatform(server, service.port, { credentials: user(), ...more });

  test('a token is asked for the project once, and kept', async () => {
    const id = await register();
    await Promise.all([call(id), call(id), call(id)]);
    await call(id);
    expect(service.asked).toHaveLength(4);
    expect(iam.asked).toHaveLength(1);
    expect(JSON.parse(String(iam.asked[0]?.body))).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'isthmus', password: PASSWORD, domain: { name: 'company' } } },
        },
        scope: { project: { id: PROJECT } },
      },
    });
    expect(service.asked[0]?.headers['x-auth-token']).toBe(iam.given[0]);
  });

  test('for the region where no project is named', async () => {
    await call(await register({ projectId: null }));
    expect(JSON.parse(String(iam.asked[0]?.body))).toMatchObject({
      auth: { scope: { project: { name: 'cn-north-4' } } },
    });
  });

  test('one whose life is over is renewed before, by IAM’s clock alone', async () => {
    iam.state.skew = -48 * HOUR;
    const id = await register();
    await call(id);
    await call(id);
    expect(iam.asked).toHaveLength(1);
    iam.state.life = 1;
    const short = await register();
    await call(short);
    await call(short);
    expect(iam.asked).toHaveLength(3);
  });

  test('one that the service no longer knows is renewed once, for all that use it', async () => {
    const id = await register();
    await call(id);
    service.gate.tokens.clear();
    await Promise.all([call(id), call(id), call(id)]);
    expect(iam.asked).toHaveLength(2);
    // And when the new one is refused as well, that is the answer.
    service.gate.tokens.clear();
    service.gate.tokens.add = () => service.gate.tokens;
    try {
      await expect(call(id)).rejects.toMatchObject({ details: { upstream: { status: 401 } } });
      expect(iam.asked).toHaveLength(3);
    } finally {
      Reflect.deleteProperty(service.gate.tokens, 'add');
    }
  });

  test('a user who is refused is not tried again at once, since Huawei would lock the account', async () => {
    iam.state.password = 'another';
    const id = await register();
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(call(id)).rejects.toMatchObject({
        code: 'UPSTREAM_ERROR',
        details: { upstream: { status: 401 } },
      });
    }
    expect(iam.asked).toHaveLength(1);
    expect(service.asked).toEqual([]);
    iam.state.password = PASSWORD;
    await updatePlatform(server, id, { credentials: user() });
    expect(await call(id)).toMatchObject({ line: 'GET /v1/p' });
  });

  test('an IAM that fails is asked again by the next call', async () => {
    iam.state.status = 503;
    const id = await register();
    await expect(call(id)).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    iam.state.status = 201;
    expect(await call(id)).toMatchObject({ line: 'GET /v1/p' });
  });

  test('one who goes away while IAM answers takes nothing from others', async () => {
    let release = () => undefined as void;
    iam.state.hold = new Promise((resolve) => (release = resolve));
    const id = await register();
    const abort = new AbortController();
    const gone = call(id, {}, READ, calling.contextOf({}, abort.signal));
    const stays = call(id);
    await expect.poll(() => iam.asked).toHaveLength(1);
    abort.abort();
    await expect(gone).rejects.toThrow('aborted');
    release();
    expect(await stays).toMatchObject({ line: 'GET /v1/p' });
    expect(iam.asked).toHaveLength(1);
  });

  test('IAM lives where platforms may', async () => {
    const id = await register();
    const strict = await callingOn(server, { PLATFORM_NETWORKS: '10.0.0.0/8' });
    const asking = async (other: string) =>
      strict.faces.calls.call(
        strict.contextOf(),
        { id: other },
        { method: 'GET', path: '/', headers: {} },
        READ,
      );
    await expect(asking(id)).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
    const credentials = { ...user(), iamEndpoint: `http://localhost:${iam.port}` };
    await expect(asking(await register({ credentials }))).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
    expect(iam.asked).toEqual([]);
  });
});

test('no secret is in an answer, an error, the log, the trail or the database', async () => {
  const user = { domain: 'd', user: 'u', password: PASSWORD, iamEndpoint: `http://127.0.0.1:${iam.port}` };
  iam.state.password = 'another';
  const refused = await registerPlatform(server, service.port, { credentials: user });
  const errors: unknown[] = [await call(refused).catch((error: unknown) => error)];
  iam.state.password = PASSWORD;
  await updatePlatform(server, refused, { credentials: user });
  service.gate.tokens.add = () => service.gate.tokens;
  errors.push(await call(refused).catch((error: unknown) => error));
  Reflect.deleteProperty(service.gate.tokens, 'add');
  const told = errors.map((error) => {
    const { message, details, cause } = error as { message: string; details: object; cause?: unknown };
    return JSON.stringify([message, details, String(cause)]);
  });
  expect(told[0]).toContain('wrong: [redacted]');
  expect(told[1]).toContain('decrypt token fail: [redacted]');
  const { rows } = await server.database.query('select * from audit_events');
  const { rows: platforms } = await server.database.query('select * from platforms');
  const all = [...told, JSON.stringify(rows), JSON.stringify(platforms), server.log()].join('\n');
  for (const secret of [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), ACCESS_KEY.secretKey, ...iam.given])
    expect(all.includes(secret)).toBe(false);
});
