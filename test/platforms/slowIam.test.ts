import { setInterval } from 'node:timers';
import type { Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { logIn } from '../../src/connectors/modelarts/iam.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { query, startServer } from '../support/server.js';
import { scriptedUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { during } from '../transmit/forwarding.js';
import { startIam, startService } from './huawei.js';
import { ACCESS_KEY, registerPlatform } from './support.js';

const PASSWORD = 'the password of the user';

const server = useServer(async () =>
  startServer({
    SECRET_KEY,
    GRAPHQL_MAX_ALIASES: '500',
    GRAPHQL_MAX_TOKENS: '20000',
    GRAPHQL_MAX_COST: '1000000',
  }),
);
const service = useServer(async () => startService(ACCESS_KEY));
const iam = useServer(async () => startIam(PASSWORD, (token) => service.gate.tokens.add(token)));
const silence = Promise.withResolvers<void>();
afterAll(() => silence.resolve());

const userAt = (port: number) => ({
  domain: 'd',
  user: 'u',
  password: PASSWORD,
  iamEndpoint: `http://127.0.0.1:${port}`,
});

test('an IAM that does not answer is not waited for by each of many calls anew', async () => {
  iam.state.hold = silence.promise;
  const id = await registerPlatform(server, service.port, { credentials: userAt(iam.port) });
  const shows = Array.from({ length: 100 }, (_, index) => `s${index}: show(id: "${index}") { name }`);
  const { errors } = await query(
    server.url,
    `query ($id: ID!) { platform(id: $id) { modelArts { notebooks { ${shows.join(' ')} } } } }`,
    { variables: { id }, token: await server.adminToken() },
  );
  expect(errors).toHaveLength(100);
  for (const { extensions } of errors) expect(extensions.code).toBe('UPSTREAM_TIMEOUT');
  expect(service.asked).toEqual([]);
  // Eight at a time, each for itself, they log in thirteen times.
  expect(iam.asked.length).toBeLessThanOrEqual(4);
});

const HEAD = 'HTTP/1.1 201 Created\r\nX-Subject-Token: x\r\n';

/** Writes a byte whenever there is time for one, for as long as somebody listens. */
function drip(socket: Socket, first: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write('x'), 10);
  socket.on('close', () => clearInterval(timer));
}

describe('a log-in ends, also where IAM', () => {
  const account = {
    route: {
      id: 'p',
      name: 'p',
      protocol: 'http' as const,
      host: '127.0.0.1',
      port: 80,
      tls: { ca: null, verify: true },
      isSigned: true,
    },
    region: 'r',
    projectId: null,
  };
  const limits = {
    patience: { step: 400, call: 1_200 },
    mostBytes: 65_536,
    mostHead: 65_536,
    connections: 2,
  };

  test.each<[string, (socket: Socket) => void, string]>([
    ['is silent', () => undefined, 'UPSTREAM_TIMEOUT'],
    ['begins its head byte by byte', (socket) => drip(socket, 'HTTP/1.1 201 C'), 'UPSTREAM_TIMEOUT'],
    ['has a head without end', (socket) => drip(socket, `${HEAD}X-Long: `), 'UPSTREAM_TIMEOUT'],
    [
      'answers byte by byte',
      (socket) => drip(socket, `${HEAD}Content-Length: 60000\r\n\r\n{"token":"`),
      'UPSTREAM_TIMEOUT',
    ],
    [
      'stops in its answer',
      (socket) => void socket.write(`${HEAD}Content-Length: 60000\r\n\r\n{`),
      'UPSTREAM_TIMEOUT',
    ],
    [
      'has a head that is too large',
      (socket) => void socket.write(`${HEAD}X-Long: ${'x'.repeat(100_000)}\r\n\r\n`),
      'UPSTREAM_PROTOCOL',
    ],
    [
      'has an answer that is too large',
      (socket) => void socket.write(`${HEAD}Content-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`),
      'UPSTREAM_PROTOCOL',
    ],
  ])('%s', async (_what, answer, code) => {
    const { port } = await during(scriptedUpstream(answer));
    const credentials = userAt(port);
    const parts = { addresses: new AddressPolicy([]), viaName: 'test', limits };
    await expect(logIn(credentials, { ...account, credentials }, parts)).rejects.toMatchObject({ code });
  });
});
