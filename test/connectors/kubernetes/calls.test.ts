import dns from 'node:dns';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import { DomainError } from '../../../src/kernel/errors.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { type Fault, IDENTITY, PASSWORD } from '../../support/kubernetes/server.js';
import { closedPort, httpUpstream, tcpUpstream } from '../../support/upstream.js';
import { HASTY, open, paceOf, startLab } from './lab.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What another kubeconfig would mend. */
const ofKubeconfig = (message: string) => ({
  code: 'BAD_INPUT',
  details: { fields: [{ path: 'kubeconfig', message: expect.stringContaining(message) as string }] },
});

const faults: [Fault, string, string][] = [
  ['hang', 'UPSTREAM_TIMEOUT', 'did not answer in time'],
  ['reset', 'UPSTREAM_PROTOCOL', 'hung up before it answered'],
  ['half', 'UPSTREAM_PROTOCOL', 'in the middle'],
  ['stall', 'UPSTREAM_TIMEOUT', 'stopped in the middle'],
  ['html', 'UPSTREAM_PROTOCOL', 'no JSON'],
  [401, 'UPSTREAM_ERROR', 'refuses the credentials'],
  [403, 'UPSTREAM_ERROR', 'answered 403: injected'],
  [410, 'UPSTREAM_ERROR', 'answered 410'],
  [429, 'UPSTREAM_ERROR', 'answered 429'],
  [500, 'UPSTREAM_ERROR', 'answered 500'],
];

test.each(faults)(
  'every call to a cluster with the fault %s fails, and says how',
  async (fault, code, message) => {
    const { cluster, client, signal } = await startLab({}, paceOf(fault));
    cluster.break(fault);
    const expected = { code, message: expect.stringContaining(message) };
    const isRefusal = fault === 401 || fault === 403;
    await expect(client.preflight(signal)).rejects.toMatchObject({
      ...expected,
      code: isRefusal ? 'BAD_INPUT' : code,
    });
    // Each has a connection of its own.
    const calls = [
      client.setNodeLabels('worker-1', [], signal),
      client.ensureNamespace('ns1', signal),
      client.listEvents('all', 1, signal),
      client.requested(signal),
    ];
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(expected)));
  },
);

test.each([
  [429, 3],
  [500, 3],
  ['reset', 3],
  [401, 1],
  [403, 1],
  ['hang', 1],
] as [Fault, number][])('with the fault %s a call is tried %d times', async (fault, times) => {
  const { cluster, client, signal } = await startLab({}, paceOf(fault));
  cluster.break(fault);
  await expect(client.ensureNamespace('ns1', signal)).rejects.toThrow('the cluster');
  expect(cluster.requests).toHaveLength(times);
});

test('a fault that passes is not noticed', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.break(500);
  cluster.onRequest = () => {
    if (cluster.requests.length === 2) cluster.heal();
  };
  await client.ensureNamespace('ns1', signal);
  expect(cluster.store.get('namespaces', 'ns1').metadata.name).toBe('ns1');
});

test('a cluster that wants to be left alone for long is', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.retryAfter = 3600;
  cluster.break(429);
  await expect(client.ensureNamespace('ns1', signal)).rejects.toMatchObject({
    details: { retryAfter: 3600 },
  });
  expect(cluster.requests).toHaveLength(1);
});

test('a cluster that nobody answers for is unreachable', async () => {
  const { cluster, signal } = await startLab();
  const port = await closedPort();
  const client = await open(cluster.kubeconfig(undefined, { server: `https://127.0.0.1:${port}` }));
  await expect(client.preflight(signal)).rejects.toMatchObject({
    code: 'UPSTREAM_UNREACHABLE',
    message: `the cluster at https://127.0.0.1:${port} can't be reached: it refuses connections`,
  });
});

test('what does not speak TLS, or HTTP, is told apart', async () => {
  const { cluster, signal } = await startLab();
  const nonsense = await tcpUpstream((socket) => socket.end('SSH-2.0-nonsense\r\n'));
  onTestFinished(() => nonsense.close());
  for (const protocol of ['http', 'https']) {
    const client = await open(
      cluster.kubeconfig(undefined, { server: `${protocol}://127.0.0.1:${nonsense.port}` }),
    );
    await expect(client.preflight(signal)).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  }
});

test('an endless answer is given up', async () => {
  const { cluster, signal } = await startLab();
  const endless = await httpUpstream((_request, response) => {
    const chunk = Buffer.alloc(1_048_576, 32);
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', write);
    write();
  });
  onTestFinished(() => endless.close());
  const client = await open(cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${endless.port}` }));
  await expect(client.preflight(signal)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 4194304 bytes'),
  });
  await expect(client.requested(signal)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 16384 bytes without its items'),
  });
  await expect.poll(() => endless.sockets.every(({ destroyed }) => destroyed)).toBe(true);
});

test('calls share a connection, and never use more than four at a time', async () => {
  const { cluster, client, signal } = await startLab();
  for (let count = 0; count < 20; count += 1) await client.requested(signal);
  expect(cluster.connections).toBe(1);
  await Promise.all(Array.from({ length: 20 }, () => client.requested(signal)));
  expect(cluster.connections).toBeLessThanOrEqual(4);
});

test('a certificate of an unknown authority, or for another name, is refused; unverified it is not', async () => {
  const { cluster, signal } = await startLab({ tls: true });
  const refused = { code: 'UPSTREAM_CERTIFICATE' };
  const unknown = cluster.kubeconfig(undefined, { 'certificate-authority-data': '' });
  await expect((await open(unknown)).preflight(signal)).rejects.toMatchObject(refused);
  const other = cluster.kubeconfig(undefined, { 'tls-server-name': 'other.test' });
  await expect((await open(other)).preflight(signal)).rejects.toMatchObject(refused);
  const unverified = { 'certificate-authority-data': '', 'insecure-skip-tls-verify': true };
  await expect(
    (await open(cluster.kubeconfig(undefined, unverified))).preflight(signal),
  ).resolves.toBeDefined();
});

test.each([
  ['a password', PASSWORD],
  [
    'a client certificate',
    { 'client-certificate-data': base64(IDENTITY.cert), 'client-key-data': base64(IDENTITY.key) },
  ],
])('%s is accepted', async (_what, user) => {
  const { cluster, signal } = await startLab({ tls: true });
  await expect((await open(cluster.kubeconfig(user))).preflight(signal)).resolves.toBeDefined();
});

test('a wrong token is refused', async () => {
  const { cluster, signal } = await startLab();
  const client = await open(cluster.kubeconfig({ token: 'wrong' }));
  await expect(client.preflight(signal)).rejects.toMatchObject(ofKubeconfig('refuses the credentials'));
  const expected = { code: 'UPSTREAM_ERROR', details: { upstream: { status: 401 } } };
  await expect(client.requested(signal)).rejects.toMatchObject(expected);
});

test.each(['hang', 'reset', 'half', 'html', 403] as Fault[])(
  'the failure of %s holds no credentials',
  async (fault) => {
    const { cluster, client, signal } = await startLab({}, paceOf(fault));
    cluster.break(fault);
    const failure: unknown = await client.preflight(signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DomainError);
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(cluster.token);
  },
);

test('a name is checked at the address that it leads to', async () => {
  const { cluster, signal } = await startLab();
  const resolve = (
    _name: string,
    _options: dns.LookupAllOptions,
    callback: (e: null, a: dns.LookupAddress[]) => void,
  ) => callback(null, [{ address: '169.254.169.254', family: 4 }]);
  const connector = createKubernetesConnector(new AddressPolicy([]), { resolve, pace: HASTY });
  const client = await connector.open(cluster.kubeconfig(undefined, { server: 'http://metadata.test' }));
  const message = 'has an address that platforms must not have';
  await expect(client.preflight(signal)).rejects.toMatchObject(ofKubeconfig(message));
  await expect(client.requested(signal)).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
});

test.each([
  [
    { major: '1', minor: '21+', gitVersion: 'v1.21.14-gke.1' },
    'runs Kubernetes v1.21.14-gke.1; 1.22 or newer',
  ],
  [{ major: '0', minor: '99', gitVersion: 'v0.99.0' }, 'runs Kubernetes v0.99.0'],
  [{ major: '', minor: '', gitVersion: 'v?' }, 'runs Kubernetes v?'],
])('the version %o is too old', async (version, message) => {
  const { client, signal } = await startLab({ version });
  await expect(client.preflight(signal)).rejects.toMatchObject(ofKubeconfig(message));
});

test.each(['22', '22+', '136'])('the minor version %s is new enough', async (minor) => {
  const { client, signal } = await startLab({ version: { major: '1', minor, gitVersion: `v1.${minor}` } });
  expect((await client.preflight(signal)).version).toBe(`v1.${minor}`);
});

test('each permission that is missing is named', async () => {
  const { client, signal } = await startLab({ forbidden: ['patch nodes', 'create namespaces'] });
  await expect(client.preflight(signal)).rejects.toMatchObject(
    ofKubeconfig('does not allow the account to patch nodes, create namespaces'),
  );
});

test.each(['hang', 'stall', 429] as Fault[])(
  'with the fault %s a call ends when its caller gives up, or the client is closed',
  async (fault) => {
    const { cluster, client } = await startLab({}, { patience: 60_000, backoffBase: 60_000 });
    cluster.break(fault);
    const stop = new AbortController();
    const given = client.requested(stop.signal);
    await expect.poll(() => cluster.requests.length).toBe(1);
    stop.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    const closed = client.requested(new AbortController().signal);
    await expect.poll(() => cluster.requests.length).toBe(2);
    client.close();
    await expect(closed).rejects.toThrow('the cluster');
  },
);
