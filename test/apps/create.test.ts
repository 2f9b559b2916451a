import { beforeAll, describe, expect, test } from 'vitest';
import { type Tenant, newBusiness, ote, uniqueName } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { APP, HARBOR, newApp, newRepository } from './support/world.js';

const server = useServer(async () => startServer({ WRITABLE_HOST_PATHS: '/data,/srv/apps/', ...HARBOR }));
let tenant: Tenant;
beforeAll(async () => {
  tenant = await newBusiness(server);
  await newRepository(server, tenant);
});

const WHOLE = {
  ...APP,
  repositoryId: 'repo1',
  replicas: 10,
  minReplicas: 2,
  maxReplicas: 20,
  GPU: 2,
  command: 'nginx -g "daemon off;"',
  volume: [{ path: '/host/usr/bin', hostPath: '/usr/bin', readOnly: true }],
  env: [{ name: 'NGINX_PATH', value: '/usr/share/nginx/' }],
  dependence: [{ name: 'nginx', service: 'xxxx', port: 9090 }],
};

const create = async (values: object) =>
  ote(server, 'POST', '/app', tenant.admin.token, { ...WHOLE, appName: uniqueName('app'), ...values });

const long = (length: number) => 'a'.repeat(length);
const port = (value: unknown) => ({ port: [{ port: value }] });
const volume = (values: object) => ({
  volume: [{ path: '/in', hostPath: '/opt/x', readOnly: true, ...values }],
});
const hostPath = (value: string, readOnly = true) => volume({ hostPath: value, readOnly });
const variable = (name: unknown, value: unknown = '') => ({ env: [{ name, value }] });

describe('what is refused, and which field is named', () => {
  const required = Object.keys(APP);
  test.each(required)('%s is required', async (field) => {
    for (const value of [undefined, null]) {
      const answer = await create({ [field]: value });
      expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(`^${field}: `) });
    }
  });

  const NUMBERS = [
    'replicas',
    'minReplicas',
    'maxReplicas',
    'minCPU',
    'maxCPU',
    'GPU',
    'targetCPUUtilization',
    'targetMemUtilization',
    'minMemory',
    'maxMemory',
    'maxUnavailable',
    'maxSurge',
    'minReadySeconds',
  ];
  test.each(NUMBERS)('%s is a whole number that is not negative and bounded', async (field) => {
    for (const value of [-1, 1.5, '1', true, 4_294_967_296, [], {}]) {
      const answer = await create({ [field]: value });
      expect(answer.status).toBe(422);
      expect(answer.message).toContain(`${field}: `);
    }
  });

  const REFUSED: [what: string, field: string, values: object][] = [
    ['an empty name', 'appName', { appName: '' }],
    ['a name with capitals', 'appName', { appName: 'Nginx' }],
    ['a name with _', 'appName', { appName: 'a_b' }],
    ['a name with a dot', 'appName', { appName: 'a.b' }],
    ['a name that begins with -', 'appName', { appName: '-a' }],
    ['a name that ends with -', 'appName', { appName: 'a-' }],
    ['a long name', 'appName', { appName: long(64) }],
    ['a name with a line end', 'appName', { appName: 'a\n' }],
    ['a name with NUL', 'appName', { appName: 'a\0' }],
    ['an unknown type', 'deployType', { deployType: 'statefulset' }],
    ['a type in capitals', 'deployType', { deployType: 'DEPLOYMENT' }],
    ['one number', 'version', { version: '1' }],
    ['five numbers', 'version', { version: '1.2.3.4.5' }],
    ['a number for the version', 'version', { version: 1.1 }],
    ['letters in the version', 'version', { version: '1.a' }],
    ['a version that ends with a dot', 'version', { version: '1.2.' }],
    ['a version with white space', 'version', { version: '1.2 ' }],
    ['an image without tag', 'image', { image: 'nginx' }],
    ['no image', 'image', { image: '' }],
    ['a list of images', 'image', { image: ['nginx:1'] }],
    ['an unknown repository', 'repositoryId', { repositoryId: 'elsewhere' }],
    ['a number for the repository', 'repositoryId', { repositoryId: 1 }],
    ['no list of ports', 'port', { port: 8080 }],
    ['numbers for ports', 'port.0', { port: [8080] }],
    ['port 0', 'port.0.port', port(0)],
    ['port 65536', 'port.0.port', port(65_536)],
    ['digits for a port', 'port.0.port', port('80')],
    ['host port 0', 'port.0.hostPort', { port: [{ port: 80, hostPort: 0 }] }],
    ['host port 65536', 'port.0.hostPort', { port: [{ port: 80, hostPort: 65_536 }] }],
    ['a port twice', 'port.1.port', { port: [{ port: 80 }, { port: 80 }] }],
    [
      'a host port twice',
      'port.1.hostPort',
      {
        port: [
          { port: 80, hostPort: 81 },
          { port: 82, hostPort: 81 },
        ],
      },
    ],
    ['too many ports', 'port', { port: Array.from({ length: 101 }, (_none, i) => ({ port: i + 1 })) }],
    ['a long command', 'command', { command: long(4097) }],
    ['NUL in the command', 'command', { command: '\0' }],
    ['a relative path', 'volume.0.path', volume({ path: 'in' })],
    ['a path with ..', 'volume.0.path', volume({ path: '/in/../etc' })],
    ['the root as path', 'volume.0.path', volume({ path: '/./' })],
    ['a path with a colon', 'volume.0.path', volume({ path: '/a:b' })],
    ['a long path', 'volume.0.path', volume({ path: `/${long(1024)}` })],
    [
      'a path twice',
      'volume.1.path',
      {
        volume: [
          { path: '/in', hostPath: '/opt/a', readOnly: true },
          { path: '/in//', hostPath: '/opt/b', readOnly: true },
        ],
      },
    ],
    ['a relative host path', 'volume.0.hostPath', hostPath('opt')],
    ['a host path with ..', 'volume.0.hostPath', hostPath('/opt/../etc')],
    ['a host path that climbs at its end', 'volume.0.hostPath', hostPath('/opt/..')],
    ['a host path that is no text', 'volume.0.hostPath', volume({ hostPath: null })],
    ['readOnly that is no boolean', 'volume.0.readOnly', volume({ readOnly: 'true' })],
    ['a variable without name', 'env.0.name', variable('')],
    ['a variable that begins with a digit', 'env.0.name', variable('1A')],
    ['a variable with =', 'env.0.name', variable('A=B')],
    ['a variable with white space', 'env.0.name', variable('A B')],
    ['a variable ..', 'env.0.name', variable('..A')],
    ['a variable .', 'env.0.name', variable('.')],
    ['a number for a value', 'env.0.value', variable('A', 1)],
    ['NUL in a value', 'env.0.value', variable('A', '\0')],
    ['half of a surrogate pair', 'env.0.value', variable('A', '\uD800')],
    [
      'a variable twice',
      'env.1.name',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
    ],
    [
      'too large an environment',
      'env',
      { env: Array.from({ length: 5 }, (_none, i) => ({ name: `A${i}`, value: long(65_000) })) },
    ],
    ['a dependence without port', 'dependence.0.port', { dependence: [{ name: 'a', service: 'b' }] }],
    ['minReplicas above replicas', 'minReplicas', { minReplicas: 11 }],
    ['replicas above maxReplicas', 'maxReplicas', { maxReplicas: 9 }],
    ['minCPU above maxCPU', 'minCPU', { minCPU: 201 }],
    ['minMemory above maxMemory', 'minMemory', { minMemory: 201 }],
    ['no CPU at most', 'maxCPU', { minCPU: 0, maxCPU: 0 }],
    ['no memory at most', 'maxMemory', { minMemory: 0, maxMemory: 0 }],
    ['nothing that could be replaced', 'maxSurge', { maxUnavailable: 0, maxSurge: 0 }],
    ['text for isHPA', 'isHPA', { isHPA: 'true' }],
    ['scaling by no CPU', 'targetCPUUtilization', { isHPA: true, targetCPUUtilization: 0 }],
    ['scaling by no memory', 'targetMemUtilization', { isHPA: true, targetMemUtilization: 0 }],
    ['scaling without requests', 'minCPU', { isHPA: true, minCPU: 0 }],
    ['scaling to none', 'minReplicas', { isHPA: true, minReplicas: 0 }],
  ];
  test.each(REFUSED)('%s: %s', async (_what, field, values) => {
    const answer = await create(values);
    expect(answer.message.split('; ').map((fault) => fault.split(': ')[0])).toContain(field);
    expect(answer.status).toBe(422);
  });

  test('every wrong field is named at once', async () => {
    const answer = await create({ appName: 'A', version: '1', image: 'x', minCPU: -1 });
    for (const field of ['appName', 'version', 'image', 'minCPU'])
      expect(answer.message).toContain(`${field}: `);
    const both = await create({ minCPU: 300, minMemory: 300 });
    for (const field of ['minCPU', 'minMemory']) expect(both.message).toContain(`${field}: `);
  });

  test('a body that is no object', async () => {
    for (const body of [[], 'text', 1, null])
      expect((await ote(server, 'POST', '/app', tenant.admin.token, body as object)).status).toBe(422);
  });
});

describe('what is accepted', () => {
  const ACCEPTED: [what: string, values: object][] = [
    [
      'what is required alone',
      Object.fromEntries(Object.keys(WHOLE).map((key) => [key, APP[key as 'port']])),
    ],
    [
      'null where it is optional',
      {
        repositoryId: null,
        command: null,
        volume: null,
        env: null,
        replicas: null,
        minReplicas: null,
        maxReplicas: null,
        GPU: null,
        dependence: null,
      },
    ],
    ['no repository as an empty text', { repositoryId: '' }],
    ['no ports', { port: [] }],
    ['a name of 63 characters', { appName: long(63) }],
    ['a name of one', { appName: 'a' }],
    ['a name of digits', { appName: '1' }],
    ['versions of four numbers', { version: '1.2.3.4' }],
    ['versions with 0', { version: '0.0' }],
    [
      'null for a host port',
      {
        port: [
          { port: 80, hostPort: null },
          { port: 81, hostPort: null },
        ],
      },
    ],
    ['port and host port alike', { port: [{ port: 80, hostPort: 80 }] }],
    ['the last port', { port: [{ port: 65_535, hostPort: 65_535 }] }],
    ['variables as Kubernetes takes them', variable('_a.B-c9', 'x\ny')],
    ['an image with a digest', { image: `registry.example.org:5000/a/b@sha256:${'0'.repeat(64)}` }],
    ['a daemonset', { deployType: 'daemonset', isHPA: true, minCPU: 0 }],
    ['scaling', { isHPA: true }],
    ['unknown fields, as the other calls do', { unknown: 1 }],
  ];
  test.each(ACCEPTED)('%s', async (_what, values) => {
    const answer = await create(values);
    expect(answer).toMatchObject({ status: 200, message: 'success' });
  });

  test.each([
    [{}, [1, 1, 1]],
    [{ replicas: 5 }, [5, 5, 5]],
    [{ minReplicas: 2, maxReplicas: 20 }, [2, 2, 20]],
    [{ maxReplicas: 20 }, [1, 1, 20]],
    [{ replicas: 0 }, [0, 0, 0]],
    [{ maxReplicas: 0 }, [0, 0, 0]],
  ])('what is left out of %j follows: %j', async (given, [replicas, minReplicas, maxReplicas]) => {
    const id = await newApp(server, tenant, { appName: uniqueName('app'), ...given });
    const { data } = await ote(server, 'GET', `/app/${id}`, tenant.admin.token);
    expect(data).toMatchObject({ replicas, minReplicas, maxReplicas });
  });

  test('it is shown as it was given, on both paths, in the list and in GraphQL', async () => {
    const appName = uniqueName('app');
    const id = await newApp(server, tenant, { ...WHOLE, appName });
    const one = await ote(server, 'GET', `/app/${id}`, tenant.admin.token);
    const other = await ote(server, 'GET', `/app/id/${id}`, tenant.admin.token);
    const time = expect.any(Number);
    const shown = { ...WHOLE, appName, id, status: 1, projectName: '', createTime: time, updateTime: time };
    expect(one.data).toEqual(shown);
    expect(other.data).toEqual(shown);
    const list = await ote(server, 'GET', `/app?appName=${appName}`, tenant.admin.token);
    expect(list).toMatchObject({ total: 1, data: [shown], apps: [shown] });
    const { data, errors } = await query(
      server.url,
      `{ app(id: ${id}) { id name version status deployType image projectName repositoryId command ports { port hostPort }
        volumes { path hostPath readOnly } env { name value } dependence { name service port } replicas minReplicas
        maxReplicas minCPU maxCPU gpu isHPA targetCPUUtilization targetMemUtilization minMemory maxMemory maxUnavailable
        maxSurge minReadySeconds hasChart chart { name } imageTag { name } business { id apps(filter: { id: { eq: ${id} } }) { nodes { name } } } } }`,
      { token: tenant.admin.token },
    );
    expect(errors).toEqual([]);
    const { GPU: gpu, port: ports, volume: volumes, appName: name, ...rest } = shown;
    const { createTime: _created, updateTime: _updated, ...values } = rest;
    expect(data?.['app']).toEqual({
      ...values,
      id: String(id),
      name,
      status: 'USABLE',
      deployType: 'DEPLOYMENT',
      ports,
      volumes,
      gpu,
      hasChart: false,
      chart: null,
      imageTag: null,
      business: { id: String(tenant.id), apps: { nodes: [{ name }] } },
    });
  });

  test('the project of an image in Harbor is shown', async () => {
    const image = 'harbor.example.org/proj1/nginx:1.0';
    const id = await newApp(server, tenant, { appName: uniqueName('app'), image });
    const { data } = await ote(server, 'GET', `/app/${id}`, tenant.admin.token);
    expect(data).toMatchObject({ image, projectName: 'proj1' });
  });

  test('one name has many versions, and each once in a business', async () => {
    const appName = uniqueName('app');
    expect(await create({ appName, version: '1.2' })).toMatchObject({ status: 200 });
    expect(await create({ appName, version: '1.3' })).toMatchObject({ status: 200 });
    const again = await create({ appName, version: '1.2' });
    expect(again).toMatchObject({ status: 409, message: expect.stringContaining(appName) });
    const other = await newBusiness(server);
    await newApp(server, other, { appName, version: '1.2' });
  });

  test("another business's repository is none", async () => {
    const other = await newBusiness(server);
    const answer = await ote(server, 'POST', '/app', other.admin.token, WHOLE);
    expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(/^repositoryId: /) });
  });

  test('not for a system administrator, who has no business', async () => {
    const answer = await ote(server, 'POST', '/app', await server.adminToken(), APP);
    expect(answer).toMatchObject({
      status: 403,
      message: expect.stringContaining('you belong to no business'),
    });
  });
});

describe('paths of nodes', () => {
  const FORBIDDEN =
    `/ // /. /./ /etc /etc/ //etc /etc/passwd /./etc /root /root/.ssh /proc /proc/1/root /sys /dev /dev/sda /run /run/x
    /var/run /var/run/docker.sock /run/containerd/containerd.sock /var /var/ /var/lib /var//lib/ /var/lib/kubelet /var/lib/kubelet/pods
    /var/lib/docker /var/lib/docker/volumes /var/lib/containerd /var/lib/containers /var/lib/crio /var/lib/rancher
    /var/lib/rancher/k3s/agent /var/lib/etcd /var/snap /opt/my/docker.sock`.split(/\s+/);
  test.each(FORBIDDEN)('%s is seen by nobody', async (path) => {
    for (const readOnly of [true, false]) {
      const answer = await create(hostPath(path, readOnly));
      expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(/^volume\.0\.hostPath: /) });
    }
  });

  const READ_ONLY =
    '/usr/bin /opt /etcetera /var/log /var/lib/kubelets /home/x /mnt/a:b /datas /srv /srv/appsX'.split(' ');
  test.each(READ_ONLY)('%s is read-only', async (path) => {
    expect(await create(hostPath(path))).toMatchObject({ status: 200 });
    const answer = await create(hostPath(path, false));
    expect(answer).toMatchObject({ status: 422, message: expect.stringContaining('WRITABLE_HOST_PATHS') });
    expect(await create(volume({ hostPath: path, readOnly: undefined }))).toMatchObject({ status: 422 });
  });

  const WRITABLE = '/data /data/ /data/x //data//x /srv/apps /srv/apps/y/z'.split(' ');
  test.each(WRITABLE)('%s is written to', async (path) => {
    expect(await create(hostPath(path, false))).toMatchObject({ status: 200 });
    expect(await create(hostPath(path, true))).toMatchObject({ status: 200 });
  });
});
