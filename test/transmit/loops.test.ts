import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createKubernetesConnector } from '../../src/connectors/kubernetes/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { newBusiness } from '../support/people.js';
import { send, sendRaw } from '../support/rest.js';
import { query, startServer, type TestServer } from '../support/server.js';
import { httpUpstream, type Upstream } from '../support/upstream.js';
import { during } from './forwarding.js';

interface Seen {
  via?: string;
  'x-forwarded-for'?: string;
}

let server: TestServer;
/** Answers with the headers that it was sent. */
let mirror: Upstream;
/** The ids of two platforms: the mirror, and this server itself. */
let mirrorId: string;
let selfId: string;
/** How this server names itself to platforms. */
let via: string;

async function register(port: number | string): Promise<string> {
  const answer = await send(`${server.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name: 'any', protocol: 'http', host: '127.0.0.1', port: String(port) },
  });
  return ((await answer.json()) as { data: { id: string } }).data.id;
}

beforeAll(async () => {
  server = await startServer();
  mirror = await httpUpstream((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(request.headers));
  });
  mirrorId = await register(mirror.port);
  selfId = await register(new URL(server.url).port);
  const answer = await send(`${server.url}/sys/transmit/`, { headers: { 'plat-route-id': mirrorId } });
  via = ((await answer.json()) as Seen).via ?? '';
});
afterAll(async () => {
  await server.stop();
  await mirror.close();
});

const LOOP = expect.stringContaining('passed through here already');

test.each([
  ['platform management', '/sys/transmit/v1/routes', 500, { code: 'FORWARDING_LOOP', message: LOOP }],
  ['its other prefix', '/api/sys/transmit/v1/routes', 500, { code: 'FORWARDING_LOOP', message: LOOP }],
  ['forwarding', '/sys/transmit/x', 500, { code: 'FORWARDING_LOOP', message: LOOP }],
  ['ote-stack', '/v1/cluster', 508, { code: 508, message: LOOP }],
  ['Optimus', '/api/v1/nothing', 508, { status: false, code: 508, message: LOOP }],
  ['GraphQL', '/graphql', 508, { errors: [{ message: LOOP, extensions: { code: 'FORWARDING_LOOP' } }] }],
  ['metrics', '/metrics', 508, { error: { code: 'FORWARDING_LOOP', message: LOOP } }],
  ['health', '/healthz', 508, { error: { code: 'FORWARDING_LOOP' } }],
  ['the Playground', '/playground', 508, { error: { code: 'FORWARDING_LOOP' } }],
  ['the reference', '/docs', 508, { error: { code: 'FORWARDING_LOOP' } }],
  ['its documents', '/openapi.json', 508, { error: { code: 'FORWARDING_LOOP' } }],
  ['no door', '/nothing', 508, { error: { code: 'FORWARDING_LOOP' } }],
])('%s refuses what has passed through here', async (_name, path, status, body) => {
  const answer = await sendRaw(server.url + path, { headers: { via: `1.0 other, ${via} (again)` } });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject(body);
  expect((await sendRaw(server.url + path, { headers: { via: `${via}0` } })).status).not.toBe(status);
});

test('a WebSocket that has passed through here is refused', async () => {
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { via } });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  expect(response.statusCode).toBe(508);
  socket.terminate();
});

const TRANSMIT = 'mutation ($input: TransmitInput!) { transmit(input: $input) { status body } }';

async function transmit(token: string, platformId: string, path: string) {
  const variables = { input: { platformId, method: 'GET', path } };
  const answer = await query<{ transmit: { status: number; body: unknown } }>(server.url, TRANSMIT, {
    variables,
    token,
  });
  return answer.data?.transmit;
}

test('a business administrator gains nothing by a platform that is this server', async () => {
  const { admin } = await newBusiness(server);
  const refused = { status: 500, body: { code: 'FORWARDING_LOOP', data: null } };
  expect(await transmit(admin.token, selfId, '/sys/transmit/v1/routes')).toMatchObject(refused);
  expect(await transmit(admin.token, selfId, '/metrics')).toMatchObject({ status: 508 });
  const forwarded = await send(`${server.url}/sys/transmit/sys/transmit/v1/routes`, {
    headers: { 'plat-route-id': selfId, 'x-access-token': admin.token },
  });
  expect(forwarded.status).toBe(500);
  expect(await forwarded.json()).toMatchObject({ code: 'FORWARDING_LOOP' });
});

test('calls of our own say who asked, so that no server on the same machine trusts them', async () => {
  const { body } = (await transmit(await server.adminToken(), mirrorId, '/')) ?? {};
  expect(body).toMatchObject({ via, 'x-forwarded-for': '127.0.0.1' });
  const untrusted = await sendRaw(`${server.url}/sys/transmit/v1/routes`, {
    headers: { 'x-forwarded-for': '127.0.0.1' },
  });
  expect(untrusted.status).toBe(401);
});

test('calls to clusters say it, too', async () => {
  const seen: Seen[] = [];
  const upstream = await during(
    httpUpstream((request, response) => {
      seen.push(request.headers as Seen);
      response.writeHead(401).end();
    }),
  );
  const kubeconfig = JSON.stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${upstream.port}` } }],
    users: [{ name: 'a', user: { token: 'secret' } }],
  });
  const connector = createKubernetesConnector(new AddressPolicy([]), { viaName: 'isthmus-1' });
  const client = await connector.open(kubeconfig);
  await expect(client.preflight(new AbortController().signal)).rejects.toThrow();
  client.close();
  expect(seen[0]).toMatchObject({ via: '1.1 isthmus-1', 'x-forwarded-for': 'unknown' });
});
