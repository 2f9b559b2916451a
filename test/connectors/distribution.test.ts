import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createRegistryProbe } from '../../src/connectors/distribution/index.js';
import { originsOf } from '../../src/connectors/distribution/address.js';
import { challengeOf } from '../../src/connectors/distribution/challenge.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { type Upstream, httpUpstream, tcpUpstream } from '../support/upstream.js';

const LIMITS = { patience: { step: 300, call: 2_000 }, mostBytes: 10_000, connections: 2 };
const ACCOUNT = { user: 'user1', password: 'Pull:Secret-1' };
const BASIC = `Basic ${Buffer.from(`${ACCOUNT.user}:${ACCOUNT.password}`).toString('base64')}`;
const { signal } = new AbortController();

const started: Upstream[] = [];
afterEach(async () => {
  for (const upstream of started.splice(0)) await upstream.close();
});

const probe = (networks: string[] = []) =>
  createRegistryProbe({ addresses: new AddressPolicy(networks), viaName: 'test', limits: LIMITS });

async function serve(listener: RequestListener): Promise<string> {
  const upstream = await httpUpstream(listener);
  started.push(upstream);
  return `127.0.0.1:${upstream.port}`;
}

const VERSION = { 'docker-distribution-api-version': 'registry/2.0' };

const refuse = (response: ServerResponse, challenge: string) =>
  response.writeHead(401, { ...VERSION, 'www-authenticate': challenge }).end('{}');

const accept = (response: ServerResponse) => response.writeHead(200, VERSION).end('{}');

/** With a token service of its own, as Harbor and Docker Hub have one. */
function bearerRegistry(credentials: string): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { host = '', authorization } = request.headers;
    if (request.url?.startsWith('/token?')) {
      if (authorization !== credentials) response.writeHead(401).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"t0ken"}');
    } else if (authorization === 'Bearer t0ken') accept(response);
    else refuse(response, `Bearer realm="http://${host}/token?x=1",service="registry"`);
  };
}

const basicRegistry =
  (credentials: string): RequestListener =>
  ({ headers }, response) =>
    headers.authorization === credentials ? accept(response) : refuse(response, 'Basic realm="registry"');

test.each([
  ['basic', basicRegistry(BASIC), 'WORKS'],
  ['basic, of others', basicRegistry('Basic x'), 'WRONG_CREDENTIALS'],
  ['bearer', bearerRegistry(BASIC), 'WORKS'],
  ['bearer, of others', bearerRegistry('Basic x'), 'WRONG_CREDENTIALS'],
  ['open', (_request: IncomingMessage, response: ServerResponse) => accept(response), 'WORKS'],
  [
    'a web page',
    (_request: IncomingMessage, response: ServerResponse) => response.writeHead(200).end('<html>'),
    'NO_REGISTRY',
  ],
  [
    'nothing there',
    (_request: IncomingMessage, response: ServerResponse) => response.writeHead(404).end(),
    'NO_REGISTRY',
  ],
  [
    'a failing proxy',
    (_request: IncomingMessage, response: ServerResponse) => response.writeHead(502).end('<html>'),
    'UNREACHABLE',
  ],
  ['silence', () => undefined, 'UNREACHABLE'],
  [
    'a redirect',
    (_request: IncomingMessage, response: ServerResponse) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'NO_REGISTRY',
  ],
  [
    'a token service that is elsewhere',
    (_request: IncomingMessage, response: ServerResponse) =>
      refuse(response, 'Bearer realm="http://169.254.169.254/token"'),
    'UNREACHABLE',
  ],
  [
    'no token service',
    (_request: IncomingMessage, response: ServerResponse) => refuse(response, 'Bearer realm="file:///etc"'),
    'NO_REGISTRY',
  ],
] satisfies [string, RequestListener, string][])('%s', async (_what, listener, result) => {
  const found = await probe().check(await serve(listener), ACCOUNT, signal);
  expect(found).toMatchObject({ result });
  expect(found.message).not.toContain(ACCOUNT.password);
});

test('nobody listens, and what listens speaks something else', async () => {
  const gone = await serve(() => undefined);
  await started.splice(0)[0]?.close();
  expect(await probe().check(gone, ACCOUNT, signal)).toMatchObject({ result: 'UNREACHABLE' });
  const odd = await tcpUpstream((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  started.push(odd);
  expect(await probe().check(`http://127.0.0.1:${odd.port}`, ACCOUNT, signal)).toMatchObject({
    result: 'NO_REGISTRY',
  });
});

test('an address where platforms may not live is not asked', async () => {
  let asked = 0;
  const address = await serve((_request, response) => {
    asked += 1;
    accept(response);
  });
  expect(await probe(['10.0.0.0/8']).check(address, ACCOUNT, signal)).toMatchObject({
    result: 'UNREACHABLE',
  });
  expect(await probe().check('http://169.254.169.254', ACCOUNT, signal)).toMatchObject({
    result: 'UNREACHABLE',
  });
  expect(asked).toBe(0);
});

test('the password goes to the registry only after it has said what it is', async () => {
  const seen: (string | undefined)[] = [];
  const address = await serve(({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(404).end();
  });
  await probe().check(address, ACCOUNT, signal);
  expect(seen).toEqual([undefined]);
});

describe('addresses', () => {
  test.each([
    ['registry.example.org', ['https://registry.example.org/']],
    ['registry.example.org:5000/team', ['https://registry.example.org:5000/']],
    ['https://registry.example.org/', ['https://registry.example.org/']],
    ['http://registry.example.org', ['http://registry.example.org/']],
    ['127.0.0.1:5000', ['https://127.0.0.1:5000/', 'http://127.0.0.1:5000/']],
    ['localhost', ['https://localhost/', 'http://localhost/']],
    ['user@host', []],
    ['', []],
  ])('%j', (address, origins) => {
    expect(originsOf(address).map(({ href }) => href)).toEqual(origins);
  });
});

test.each([
  ['Basic realm="x"', { scheme: 'basic' }],
  [
    'Bearer realm="https://a/t",service="b",scope="c"',
    { scheme: 'bearer', realm: 'https://a/t', service: 'b' },
  ],
  ['bearer Realm="https://a/t"', { scheme: 'bearer', realm: 'https://a/t', service: undefined }],
  ['Bearer', undefined],
  ['Negotiate', undefined],
  [undefined, undefined],
])('the challenge %j', (header, challenge) => {
  expect(challengeOf(header)).toEqual(challenge);
});
