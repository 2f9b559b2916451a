import { expect, onTestFinished, test } from 'vitest';
import { DomainError } from '../../src/kernel/errors.js';
import { type FakeCloud, type FakeHost, FakeClouds } from '../support/clouds.js';
import { newBusiness } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import * as items from './inventory/support/items.js';
import { type Items, takeIn } from './inventory/support/world.js';
import { type CloudServer, ask, newCenter, optimus, startClouds } from './support/world.js';

const server = useServer(async () => startClouds());

const HOSTS = ['h1', 'h2'];
const INVENTORY: Items = {
  tenants: [items.tenant('t1')],
  hosts: HOSTS.map((name) => items.host(name, { address: `10.0.0.${name.slice(1)}` })),
  servers: [
    items.machine('vm-1', { instanceName: 'instance-1' }),
    items.machine('vm-2', { host: 'h2' }),
    items.machine('vm-3', { host: null }),
  ],
};

interface Center {
  id: string;
  address: string;
  cloud: FakeCloud;
  h1: FakeHost;
  h2: FakeHost;
}

/** A data center with two hosts, each with a virtual machine. */
async function center(at: CloudServer = server, as?: string): Promise<Center> {
  const { id, address, cloud } = await newCenter(at, as === undefined ? {} : { as });
  await takeIn(at, id, INVENTORY);
  const [h1, h2] = [cloud.addHost('h1'), cloud.addHost('h2')];
  h1.readings.cpuLayout = {
    cores: [{ core: 0, socket: 0, cpus: [0, 1] }],
    domains: [
      { name: 'instance-1', cpus: [1], serverName: null },
      { name: 'instance-9', cpus: [0, 1], serverName: 'a stranger' },
    ],
  };
  return { id, address, cloud, h1, h2 };
}

const get = async (id: string, path: string, as?: string, at = server) =>
  optimus(at, 'GET', `/${id}/${path}`, undefined, as);
const layout = async (id: string, as?: string, at = server) => get(id, 'cpu_layout/h1', as, at);

const HOST = `query ($id: ID!) { host(id: $id) { name hostKeyFingerprint
  cpuLayout { cores { core socket cpus } message instances { instanceName name virtualMachineId cpus virtualMachine { name host { name } } } }
  interfaceDrivers { interfaces { name txPackets } message } } }`;

test('a host tells its CPUs, and who uses them, in GraphQL', async () => {
  const { id, h1 } = await center();
  h1.complaints = ['ethtool is not installed on the host'];
  const { data, errors } = await ask(server, HOST, { id: `${id}:h1` });
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    host: {
      hostKeyFingerprint: null,
      cpuLayout: {
        cores: [{ core: 0, socket: 0, cpus: [0, 1] }],
        instances: [
          {
            ...{ instanceName: 'instance-1', name: 'vm-1', virtualMachineId: `${id}:vm-1`, cpus: [1] },
            virtualMachine: { name: 'vm-1', host: { name: 'h1' } },
          },
          {
            ...{ instanceName: 'instance-9', name: 'a stranger', virtualMachineId: null, cpus: [0, 1] },
            virtualMachine: null,
          },
        ],
      },
      interfaceDrivers: { interfaces: [], message: 'ethtool is not installed on the host' },
    },
  });
  expect(h1.targets).toContainEqual({
    name: 'h1',
    address: '10.0.0.1',
    hostKey: null,
    domains: new Set(['instance-1']),
  });
});

test('the ports of virtual machines are asked for together, and those that no host tells of are shown all the same', async () => {
  const { id, cloud, h1, h2 } = await center();
  const port = (name: string, serverId: string, portId: string) => ({
    ...{ id: portId, name, serverId, mac: 'fa:16:3e:00:00:01', ips: ['10.1.0.1'] },
    ...{ vifType: 'ovs', interfaceName: `tap${portId}` },
  });
  cloud.ports = [
    port('b', 'vm-1', '1'),
    port('a', 'vm-1', '3'),
    port('a', 'vm-1', '2'),
    port('c', 'vm-2', '4'),
  ];
  h1.readings.portCounters = {
    2: {
      ...{ rxPackets: '9223372036854775807', rxDropped: '0', rxErrors: null },
      ...{ txPackets: '5', txDropped: null, txErrors: null },
    },
  };
  h2.failure = new DomainError('UPSTREAM_TIMEOUT', 'the host h2 said nothing for 10 s');
  const { data, errors } = await ask<{ virtualMachines: { nodes: object[] } }>(
    server,
    `query ($id: ID!) { virtualMachines(filter: { dataCenterId: { eq: $id } }, orderBy: [{ field: NAME, direction: ASC }]) {
       nodes { networkPorts { message ports { id name rxPackets txPackets rxErrors interfaceName } } } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  const unknown = { rxPackets: null, txPackets: null, rxErrors: null };
  expect(data?.virtualMachines.nodes).toEqual([
    {
      networkPorts: {
        message: null,
        ports: [
          {
            id: '2',
            name: 'a',
            rxPackets: '9223372036854775807',
            txPackets: 5,
            rxErrors: null,
            interfaceName: 'tap2',
          },
          { id: '3', name: 'a', ...unknown, interfaceName: 'tap3' },
          { id: '1', name: 'b', ...unknown, interfaceName: 'tap1' },
        ],
      },
    },
    {
      networkPorts: {
        message: 'the host h2 said nothing for 10 s',
        ports: [{ id: '4', name: 'c', ...unknown, interfaceName: 'tap4' }],
      },
    },
    { networkPorts: { message: 'the virtual machine is on no host that is known', ports: [] } },
  ]);
  expect(cloud.portReads).toEqual([['vm-1', 'vm-2', 'vm-3']]);
  expect((await get(id, 'vm-3/network_port')).body).toEqual({
    code: 200,
    data: [],
    message: 'the virtual machine is on no host that is known',
    status: true,
  });
});

test('what nobody may see, or nobody knows, is not there', async () => {
  const { admin: one } = await newBusiness(server);
  const { admin: other } = await newBusiness(server);
  const { id, h1 } = await center(server, one.token);
  const paths = ['cpu_layout/h1', 'interface_driver/h1', 'vm-1/network_port'];
  const statuses = async (as: string, ...asked: string[]) =>
    Promise.all(asked.map(async (path) => (await get(id, path, as)).status));
  expect(await statuses(other.token, ...paths)).toEqual([404, 404, 404]);
  expect(h1.targets).toEqual([]);
  expect(await statuses(one.token, ...paths)).toEqual([200, 200, 200]);
  expect(await statuses(one.token, 'cpu_layout/h9', 'interface_driver/%00', 'vm-9/network_port')).toEqual([
    404, 404, 404,
  ]);
  expect((await get('1', 'cpu_layout/h1')).status).toBe(404);
  const { body } = await optimus(server, 'POST', '/data_center', { name: 'offline here', mode: false });
  expect((await layout(String(body['data']))).status).toBe(404);
});

test('a host that cannot be logged in to fails alone', async () => {
  const { id, h1 } = await center();
  h1.failure = new DomainError('UPSTREAM_ERROR', 'the host h1 refuses the user or the password');
  expect(await layout(id)).toMatchObject({
    status: 500,
    body: { status: false, code: 500, message: 'the host h1 refuses the user or the password', data: null },
  });
  const { data, errors } = await ask(
    server,
    `query ($id: ID!) { hosts(filter: { dataCenterId: { eq: $id } }, orderBy: [{ field: NAME, direction: ASC }]) {
       nodes { name cpuLayout { message } } } }`,
    { id },
  );
  expect(data).toEqual({
    hosts: {
      nodes: [
        { name: 'h1', cpuLayout: null },
        { name: 'h2', cpuLayout: { message: null } },
      ],
    },
  });
  expect(errors).toMatchObject([
    { path: ['hosts', 'nodes', 0, 'cpuLayout'], extensions: { code: 'UPSTREAM_ERROR' } },
  ]);
});

test('what was read is kept for a while, what failed is not, and many ask once', async () => {
  const life = 2500;
  const at = await startClouds({}, { detailPace: { life, limits: { deadline: 60_000, silence: 60_000 } } });
  onTestFinished(async () => at.stop());
  const { id, h1 } = await center(at);
  h1.failure = new DomainError('UPSTREAM_TIMEOUT', 'too late');
  expect((await layout(id, undefined, at)).status).toBe(500);
  h1.failure = null;
  const held = Promise.withResolvers<void>();
  h1.held = held.promise;
  const answers = Array.from({ length: 20 }, async () => layout(id, undefined, at));
  await expect.poll(() => h1.targets.length).toBe(2);
  held.resolve();
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  expect((await layout(id, undefined, at)).status).toBe(200);
  expect(h1.targets).toHaveLength(2);
  await expect.poll(async () => (await layout(id, undefined, at)) && h1.targets.length).toBe(3);
  // With another account it is read anew.
  const input = { id, lcm_user: 'another' };
  await optimus(at, 'PUT', '/data_center', input);
  expect((await layout(id, undefined, at)).body['message']).toMatch(/refuses the password/);
});

test('a host has two sessions at most, and is left when nobody waits', async () => {
  const { id, cloud, h1 } = await center();
  cloud.ports = [];
  const held = Promise.withResolvers<void>();
  h1.held = held.promise;
  const paths = ['cpu_layout/h1', 'interface_driver/h1', 'vm-1/network_port'];
  const answers = paths.map(async (path) => get(id, path));
  await expect.poll(() => h1.sessions).toBe(2);
  held.resolve();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect([h1.mostSessions, h1.targets.length]).toEqual([2, 3]);

  const other = await center();
  const heldThere = Promise.withResolvers<void>();
  other.h1.held = heldThere.promise;
  const url = `${server.url}/api/v1/${other.id}/cpu_layout/h1`;
  const stayed = layout(other.id);
  await expect.poll(() => other.h1.sessions).toBe(1);
  const passing = new AbortController();
  const passed = fetch(url, { headers: { authorization: server.token }, signal: passing.signal });
  // As long as that one takes to get there.
  expect((await get(other.id, 'cpu_layout/h2')).status).toBe(200);
  passing.abort();
  await expect(passed).rejects.toThrow();
  expect((await get(other.id, 'interface_driver/h2')).status).toBe(200);
  expect(other.h1.sessions).toBe(1);
  heldThere.resolve();
  expect((await stayed).status).toBe(200);
  expect(other.h1.targets).toHaveLength(1);

  const third = await center();
  third.h1.held = new Promise(() => undefined);
  const leaving = new AbortController();
  const gone = fetch(url.replace(other.id, third.id), {
    headers: { authorization: server.token },
    signal: leaving.signal,
  });
  await expect.poll(() => third.h1.sessions).toBe(1);
  leaving.abort();
  await expect(gone).rejects.toThrow();
  await expect.poll(() => third.h1.sessions).toBe(0);
});

test('one tenant does not keep others from their hosts', async () => {
  const clouds = new FakeClouds();
  const at = await startClouds({}, { clouds });
  onTestFinished(async () => at.stop());
  const [busy, calm] = [await newBusiness(at), await newBusiness(at)];
  const held = Promise.withResolvers<void>();
  const centers = await Promise.all(Array.from({ length: 8 }, async () => center(at, busy.admin.token)));
  for (const { h1 } of centers) h1.held = held.promise;
  const asked = centers.map(async ({ id }) => layout(id, busy.admin.token, at));
  const sessions = () => centers.reduce((sum, { h1 }) => sum + h1.sessions, 0);
  await expect.poll(sessions).toBe(4);
  const { id } = await center(at, calm.admin.token);
  expect((await layout(id, calm.admin.token, at)).status).toBe(200);
  expect(sessions()).toBe(4);
  held.resolve();
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(8).fill(200));
});

test('the first host key is the only one, whatever the inventory does, until it is forgotten', async () => {
  const at = await startClouds(
    {},
    { detailPace: { life: 1, limits: { deadline: 60_000, silence: 60_000 } } },
  );
  onTestFinished(async () => at.stop());
  const { id, h1 } = await center(at);
  const key = `${id}:h1`;
  const fingerprint = async () => {
    const answer = await ask<{ host: { hostKeyFingerprint: string | null } }>(
      at,
      'query ($id: ID!) { host(id: $id) { hostKeyFingerprint } }',
      { id: key },
    );
    return answer.data?.host.hostKeyFingerprint;
  };
  expect(await fingerprint()).toBeNull();
  expect((await layout(id, undefined, at)).status).toBe(200);
  const first = await fingerprint();
  expect(first).toMatch(/^SHA256:[\w+/]{43}$/);
  await takeIn(at, id, { hosts: [] });
  await takeIn(at, id, INVENTORY);
  expect(await fingerprint()).toBe(first);
  h1.hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG90aGVy';
  const changed = async () => (await layout(id, undefined, at)).status;
  await expect.poll(changed).toBe(500);
  expect((await layout(id, undefined, at)).body['message']).toMatch(/has another host key/);

  const forget =
    'mutation ($input: ForgetHostKeyInput!) { forgetHostKey(input: $input) { host { id hostKeyFingerprint } } }';
  const { data } = await ask(at, forget, { input: { id: key } });
  expect(data).toEqual({ forgetHostKey: { host: { id: key, hostKeyFingerprint: null } } });
  expect(await changed()).toBe(200);
  expect(await fingerprint()).not.toBe(first);
  const { rows } = await at.database.query(
    `select action, object_id, before ->> 'hostKey' as was from audit_events where action = 'host.forgetKey'`,
  );
  expect(rows).toEqual([
    { action: 'host.forgetKey', object_id: key, was: expect.stringContaining('ssh-ed25519') },
  ]);
  const { errors } = await ask(at, forget, { input: { id: `${id}:h9` } });
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);

  // Of another LCM the hosts are others.
  await optimus(at, 'PUT', '/data_center', { id, lcm_ip: 'elsewhere.example.org', lcm_pwd: 'lcm_pwd' });
  expect(await fingerprint()).toBeNull();
  await layout(id, undefined, at);
  await optimus(at, 'DELETE', '/data_center', { id });
  const { rows: left } = await at.database.query('select 1 from host_keys');
  expect(left).toEqual([]);
});

test("the LCM's host key is kept by whoever sees it first", async () => {
  const { id, cloud } = await center();
  const input = { id, forgetHostKey: true };
  const update =
    'mutation ($input: UpdateDataCenterInput!) { updateDataCenter(input: $input) { dataCenter { hostKeyFingerprint } } }';
  await ask(server, update, { input });
  expect((await layout(id)).status).toBe(200);
  cloud.hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG90aGVy';
  expect((await get(id, 'interface_driver/h1')).status).toBe(500);
});
