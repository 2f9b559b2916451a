import { once } from 'node:events';
import net from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { PLATFORM_CHANGED } from '../../src/domains/platforms/platform.topics.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { during } from '../transmit/forwarding.js';
import { answerJson, standing, startIam, startService } from './huawei.js';
import { ACCESS_KEY, registerPlatform, updatePlatform } from './support.js';

const PASSWORD = 'the password of the user';

const server = useServer(async () => startServer({ SECRET_KEY }));
const service = useServer(async () => startService(ACCESS_KEY));
const elsewhere = useServer(async () => startService(ACCESS_KEY));
const iam = useServer(async () => startIam(PASSWORD, (token) => service.gate.tokens.add(token)));

const user = () => ({
  domain: 'd',
  user: 'u',
  password: PASSWORD,
  iamEndpoint: `http://127.0.0.1:${iam.port}`,
});

beforeEach(() => {
  for (const { asked } of [service, elsewhere, iam]) asked.length = 0;
});

const SHOW = `query ($id: ID!) { platform(id: $id) { modelArts { notebooks { show(id: "x") { name } } } } }`;

const show = async (id: string) =>
  query(server.url, SHOW, { variables: { id }, token: await server.adminToken() });
const forward = async (id: string) =>
  fetch(`${server.url}/sys/transmit/v1/p`, { headers: { 'Plat-Route-Id': id } });

/** Resolves once the server has heard of the change. */
async function heard(id: string, change: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = server.database.notifications.subscribe(PLATFORM_CHANGED, (event) => {
    if (event.id === id) resolve();
  });
  await change();
  await promise;
  stop();
}

const remove = async (id: string) =>
  heard(id, async () =>
    query(server.url, 'mutation ($id: ID!) { deletePlatform(input: { id: $id }) { platform { id } } }', {
      variables: { id },
      token: await server.adminToken(),
    }),
  );
const update = async (id: string, changes: object) =>
  heard(id, async () => updatePlatform(server, id, changes));

/** Requests to the platform that are under way, as the metrics have it. */
async function inFlight(id: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`in_flight\\{platform="${id}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** A platform whose user is logging in until `release`, while `ask` asks it. */
async function whileLoggingIn<T>(ask: (id: string) => Promise<T>) {
  const { promise, resolve } = Promise.withResolvers<void>();
  iam.state.hold = promise;
  onTestFinished(() => resolve());
  const id = await registerPlatform(server, service.port, { credentials: user() });
  const answer = ask(id);
  await expect.poll(() => iam.asked).toHaveLength(1);
  return { id, answer, release: resolve };
}

describe('a call while the user of its platform logs in', () => {
  test('is not made when the platform is removed', async () => {
    const { id, answer, release } = await whileLoggingIn(show);
    await remove(id);
    release();
    expect((await answer).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(service.asked).toEqual([]);
  });

  test('is made with the credentials that have replaced the others', async () => {
    const { id, answer, release } = await whileLoggingIn(show);
    await update(id, { credentials: ACCESS_KEY });
    release();
    expect((await answer).errors).toEqual([]);
    expect(service.asked.map(({ headers }) => headers['x-auth-token'])).toEqual([undefined]);
  });

  test('is made where the platform has moved to, with what is meant for there', async () => {
    const { id, answer, release } = await whileLoggingIn(show);
    await update(id, { port: elsewhere.port, credentials: ACCESS_KEY });
    release();
    expect((await answer).errors).toEqual([]);
    expect(service.asked).toEqual([]);
    expect(elsewhere.asked).toHaveLength(1);
  });

  test('is not made when the credentials are taken away', async () => {
    const { id, answer, release } = await whileLoggingIn(show);
    await update(id, { credentials: null });
    release();
    expect((await answer).errors).toMatchObject([{ extensions: { code: 'NOT_CONFIGURED' } }]);
    expect(service.asked).toEqual([]);
  });
});

test('a call that is refused since its credentials were replaced meanwhile is made once more', async () => {
  let id = '';
  const keys: string[] = [];
  const platform = await during(
    standing(({ headers }, _request, response) => {
      const key = /Access=(\w+)/.exec(String(headers.authorization))?.[1] ?? '';
      keys.push(key);
      if (key !== 'OLD') return answerJson(response, 200, {});
      void update(id, { credentials: ACCESS_KEY }).then(() => answerJson(response, 401, {}));
    }),
  );
  id = await registerPlatform(server, platform.port, { credentials: { accessKey: 'OLD', secretKey: 'old' } });
  expect((await show(id)).errors).toEqual([]);
  expect(keys).toEqual(['OLD', ACCESS_KEY.accessKey]);
});

describe('a forwarded request', () => {
  const codeOf = async (answer: Promise<Response>) =>
    ((await (await answer).json()) as { code: string }).code;

  test('is not sent to a platform that was removed while its user logged in', async () => {
    const { id, answer, release } = await whileLoggingIn(forward);
    await remove(id);
    release();
    expect(await codeOf(answer)).toBe('PLATFORM_NOT_FOUND');
    expect(service.asked).toEqual([]);
  });

  test.each([
    ['other credentials', () => ({ credentials: ACCESS_KEY })],
    ['another place', () => ({ port: elsewhere.port, credentials: ACCESS_KEY })],
  ])('is not sent to one that got %s meanwhile', async (_what, changes) => {
    const { id, answer, release } = await whileLoggingIn(forward);
    await update(id, changes());
    release();
    expect(await codeOf(answer)).toBe('PLATFORM_UNREACHABLE');
    expect([...service.asked, ...elsewhere.asked]).toEqual([]);
    expect((await forward(id)).status).toBe(200);
  });

  test('whose body comes slowly is not sent with the credentials of before', async () => {
    const id = await registerPlatform(server, service.port, { credentials: ACCESS_KEY });
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    const head = ['POST /sys/transmit/v1/p HTTP/1.1', 'Host: localhost', `Plat-Route-Id: ${id}`];
    const fields = ['Content-Type: application/json', 'Content-Length: 4', 'Connection: close'];
    socket.write(`${[...head, ...fields].join('\r\n')}\r\n\r\n[1`);
    await expect.poll(async () => inFlight(id)).toBe(1);
    await update(id, { credentials: { ...ACCESS_KEY, accessKey: 'NEW' } });
    socket.write(',]');
    await once(socket, 'close');
    expect(answer).toContain('PLATFORM_UNREACHABLE');
    expect(service.asked).toEqual([]);
  });
});
