import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../src/connectors/kubernetes/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { HASTY } from '../connectors/kubernetes/lab.js';
import { type FakeOptions, FakeApiServer } from '../support/kubernetes/server.js';
import { uniqueName } from '../support/people.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { closedPort } from '../support/upstream.js';

let server: TestServer;
let token: string;
beforeAll(async () => {
  // One of the clusters does not answer.
  const pace = { ...HASTY, patience: 2000 };
  const clusterConnector = createKubernetesConnector(new AddressPolicy([]), { pace });
  server = await startServer({}, { clusterConnector });
  token = await server.adminToken();
});
afterAll(() => server.stop());

const REGISTER =
  'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { name uid version isReady } } }';

/** What `registerCluster` answers for the kubeconfig of a cluster, and whether anything is stored. */
async function registration(
  options: FakeOptions,
  kubeconfigOf: (cluster: FakeApiServer) => string | Promise<string>,
) {
  const cluster = await FakeApiServer.start(options);
  onTestFinished(() => cluster.close());
  const name = uniqueName('preflight');
  const variables = { input: { name, kubeconfig: await kubeconfigOf(cluster) } };
  const { data, errors } = await query<{ registerCluster: { cluster: object } }>(server.url, REGISTER, {
    token,
    variables,
  });
  const { rows } = await server.database.query('select 1 from clusters where name = $1', [name]);
  return { name, data, errors, isStored: rows.length > 0 };
}

interface Cause {
  options?: FakeOptions;
  kubeconfigOf: (cluster: FakeApiServer) => string | Promise<string>;
  message: string;
}

function broken(fault: Parameters<FakeApiServer['break']>[0]) {
  return (cluster: FakeApiServer) => {
    cluster.break(fault);
    return cluster.kubeconfig();
  };
}
const asItIs = (cluster: FakeApiServer) => cluster.kubeconfig();

const ofKubeconfig: Record<string, Cause> = {
  'that is none': { kubeconfigOf: () => 'nonsense', message: 'is no kubeconfig' },
  'with a denied address': {
    kubeconfigOf: (cluster) => cluster.kubeconfig(undefined, { server: 'http://169.254.169.254' }),
    message: 'has an address that platforms must not have',
  },
  'whose token is wrong': {
    kubeconfigOf: (cluster) => cluster.kubeconfig({ token: 'wrong' }),
    message: 'refuses the credentials',
  },
  'whose account may not even ask': { kubeconfigOf: broken(403), message: 'answered 403: injected' },
  'whose account lacks a permission': {
    options: { forbidden: ['patch nodes'] },
    kubeconfigOf: asItIs,
    message: 'does not allow the account to patch nodes',
  },
  'whose account lacks permissions': {
    options: { forbidden: ['create namespaces', 'list pods', 'watch nodes'] },
    kubeconfigOf: asItIs,
    message: 'does not allow the account to watch nodes, create namespaces, list pods',
  },
  'of a cluster that is too old': {
    options: { version: { major: '1', minor: '21', gitVersion: 'v1.21.14' } },
    kubeconfigOf: asItIs,
    message: 'runs Kubernetes v1.21.14; 1.22 or newer is needed',
  },
};

test.each(Object.entries(ofKubeconfig))(
  'a kubeconfig %s is wrong input',
  async (_what, { options = {}, kubeconfigOf, message }) => {
    const { errors, isStored } = await registration(options, kubeconfigOf);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(message),
      extensions: {
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'input.kubeconfig', message: expect.stringContaining(message) }],
      },
    });
    expect(isStored).toBe(false);
  },
);

const ofCluster: Record<string, Cause & { code: string }> = {
  'that nobody answers for': {
    kubeconfigOf: async (cluster) =>
      cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${await closedPort()}` }),
    code: 'UPSTREAM_UNREACHABLE',
    message: "can't be reached: it refuses connections",
  },
  'whose certificate does not verify': {
    options: { tls: true },
    kubeconfigOf: (cluster) => cluster.kubeconfig(undefined, { 'certificate-authority-data': '' }),
    code: 'UPSTREAM_UNREACHABLE',
    message: 'the certificate of the cluster',
  },
  'that is silent': {
    kubeconfigOf: broken('hang'),
    code: 'UPSTREAM_TIMEOUT',
    message: 'did not answer in time',
  },
  'that fails': { kubeconfigOf: broken(500), code: 'UPSTREAM_ERROR', message: 'answered 500: injected' },
  'that is none': { kubeconfigOf: broken('html'), code: 'UPSTREAM_ERROR', message: 'no JSON' },
};

test.each(Object.entries(ofCluster))(
  'a cluster %s is named as the cause',
  async (_what, { options = {}, kubeconfigOf, code, message }) => {
    const { errors, isStored } = await registration(options, kubeconfigOf);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(message),
      extensions: { code },
    });
    expect(errors[0]?.extensions).not.toHaveProperty('fields');
    expect(isStored).toBe(false);
  },
);

test('what a cluster answers with a failure is told with it', async () => {
  const { errors } = await registration({}, broken(500));
  expect(errors[0]?.extensions).toMatchObject({
    upstream: { platform: expect.stringContaining('the cluster at http://127.0.0.1:'), status: 500 },
  });
});

test('a cluster where nothing is missing is registered', async () => {
  const { name, data, errors, isStored } = await registration({ tls: true }, asItIs);
  expect(errors).toEqual([]);
  expect(data?.registerCluster.cluster).toMatchObject({ name, version: 'v1.34.1', isReady: true });
  expect(isStored).toBe(true);
});
