import { expect, test, vi } from 'vitest';
import type { FakeCloud } from '../../support/clouds.js';
import { PATIENCE } from '../../support/patience.js';
import { newBusiness } from '../../support/people.js';
import { useServer } from '../../support/useServer.js';
import { ask, historyOf, newCenter, optimus, refresh, startClouds } from '../support/world.js';
import {
  FLAVOR,
  address,
  aggregate,
  flavor,
  host,
  image,
  machine,
  network,
  quota,
  stack,
  tenant,
  volume,
  volumeType,
} from './support/items.js';

const server = useServer(async () => startClouds({ GRAPHQL_MAX_COST: '100000' }, { background: true }));

const LARGE = { ...FLAVOR, id: 'f2', name: 'f2', vcpus: 8 };

function fill(cloud: FakeCloud): void {
  cloud.items = {
    tenants: [tenant('t1', { name: 'vepc' }), tenant('t2', { isEnabled: false })],
    hosts: [
      host('s1', { name: 'h1', zone: 'az1' }),
      host('s2', { name: 'h2', zone: 'az2', isUp: false, updatedAt: null }),
    ],
    aggregates: [
      aggregate('1', ['h1'], { name: 'dpdk', zone: 'az1' }),
      aggregate('2', [], { name: 'empty' }),
    ],
    flavors: [flavor('f1')],
    networks: [network('n1'), network('n2', { status: 'SOMEWHERE' })],
    volumeTypes: [volumeType('ssd')],
    images: [image('i1'), image('i2', { status: 'pending_delete', size: null })],
    stacks: [stack('k1', { status: 'UPDATE_FAILED' }), stack('k2', { tenantId: null, status: null })],
    servers: [
      machine('m1', {
        stackId: 'k1',
        imageId: 'i1',
        volumeIds: ['v1', 'gone'],
        addresses: [address('n1', '10.0.0.5'), address('n1', '192.0.2.1', true), address('n2', '::5')],
      }),
      machine('m2', { status: 'GALACTIC', powerState: 9, host: 'h2', tenantId: 'gone', flavor: LARGE }),
      machine('m3', { status: 'ERROR', powerState: null, host: null, fault: 'No valid host' }),
    ],
    volumes: [volume('v1', { serverIds: ['m1'] }), volume('v2', { status: 'awaiting-transfer', name: '' })],
    quotas: [quota('t1')],
  };
}

const made = async (as?: string) => newCenter(server, { prepare: fill, ...(as !== undefined && { as }) });

/** Keys of the runs that succeeded, the latest first, once there are so many. */
async function runs(id: string, count: number): Promise<string[]> {
  return vi.waitFor(async () => {
    const history = await historyOf(server, id);
    expect(history.filter(({ status }) => status)).toHaveLength(count);
    return history.map((run) => run.id);
  }, PATIENCE);
}

/** The same with what is in the cloud, read once more. */
async function read(id: string, count: number): Promise<string> {
  await refresh(server, id);
  return (await runs(id, count))[0] ?? '';
}

test('what is in a cloud is linked both ways, in enums with the words of the cloud beside', async () => {
  const { id } = await made();
  await runs(id, 2);
  const { data, errors } = await ask(
    server,
    `query ($id: ID!) { dataCenter(id: $id) {
      virtualMachines { totalCount nodes { cloudId status cloudStatus powerState cloudPowerState fault vcpus addresses { ip isFloating networkName }
        host { name } tenant { name } flavor { name } image { name } stack { name status cloudStatus }
        networks { totalCount nodes { name } } volumes { nodes { name virtualMachines { nodes { name } } } } dataCenter { id } } }
      hosts { nodes { name isUp heartbeatAt virtualMachineCount aggregateNames aggregates { nodes { name } } virtualMachines { nodes { name } } } }
      tenants { nodes { name isEnabled quota { cores { inUse limit } ram { limit } volumes { name limit } }
        virtualMachines { totalCount } volumes { totalCount } networks { totalCount } } }
      networks { nodes { name status cloudStatus subnets { cidr } virtualMachines { nodes { name } } } }
      volumes { nodes { cloudId name status cloudStatus } } images { nodes { status cloudStatus size } }
      stacks { nodes { name status cloudStatus tenant { name } virtualMachines { nodes { name } } } }
      aggregates { nodes { name availabilityZone hosts { nodes { name } } } } flavors { totalCount } volumeTypes { totalCount } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  const nodes = (...names: string[]) => ({ nodes: names.map((name) => ({ name })) });
  expect(data?.['dataCenter']).toEqual({
    virtualMachines: {
      totalCount: 3,
      nodes: [
        {
          cloudId: 'm1',
          status: 'ACTIVE',
          cloudStatus: 'ACTIVE',
          powerState: 'RUNNING',
          cloudPowerState: 1,
          fault: null,
          vcpus: 2,
          addresses: [
            { ip: '10.0.0.5', isFloating: false, networkName: 'n1' },
            { ip: '192.0.2.1', isFloating: true, networkName: 'n1' },
            { ip: '::5', isFloating: false, networkName: 'n2' },
          ],
          host: { name: 'h1' },
          tenant: { name: 'vepc' },
          flavor: { name: 'f1' },
          image: { name: 'i1' },
          stack: { name: 'k1', status: 'FAILED', cloudStatus: 'UPDATE_FAILED' },
          networks: { totalCount: 2, ...nodes('n1', 'n2') },
          volumes: { nodes: [{ name: 'v1', virtualMachines: nodes('m1') }] },
          dataCenter: { id },
        },
        {
          cloudId: 'm2',
          status: 'UNKNOWN',
          cloudStatus: 'GALACTIC',
          powerState: 'UNKNOWN',
          cloudPowerState: 9,
          fault: null,
          vcpus: 8,
          addresses: [],
          host: { name: 'h2' },
          tenant: null,
          flavor: null,
          image: null,
          stack: null,
          networks: { totalCount: 0, nodes: [] },
          volumes: { nodes: [] },
          dataCenter: { id },
        },
        {
          cloudId: 'm3',
          status: 'ERROR',
          cloudStatus: 'ERROR',
          powerState: 'NOSTATE',
          cloudPowerState: null,
          fault: 'No valid host',
          vcpus: 2,
          addresses: [],
          host: null,
          tenant: { name: 'vepc' },
          flavor: { name: 'f1' },
          image: null,
          stack: null,
          networks: { totalCount: 0, nodes: [] },
          volumes: { nodes: [] },
          dataCenter: { id },
        },
      ],
    },
    hosts: {
      nodes: [
        {
          name: 'h1',
          isUp: true,
          heartbeatAt: '2026-11-29T03:00:00.000Z',
          virtualMachineCount: 1,
          aggregateNames: ['dpdk'],
          aggregates: nodes('dpdk'),
          virtualMachines: nodes('m1'),
        },
        {
          name: 'h2',
          isUp: false,
          heartbeatAt: null,
          virtualMachineCount: 1,
          aggregateNames: [],
          aggregates: nodes(),
          virtualMachines: nodes('m2'),
        },
      ],
    },
    tenants: {
      nodes: [
        {
          name: 'vepc',
          isEnabled: true,
          quota: {
            cores: { inUse: 2, limit: 20 },
            ram: { limit: -1 },
            volumes: [{ name: 'default', limit: 1000 }],
          },
          virtualMachines: { totalCount: 2 },
          volumes: { totalCount: 2 },
          networks: { totalCount: 2 },
        },
        {
          name: 't2',
          isEnabled: false,
          quota: null,
          virtualMachines: { totalCount: 0 },
          volumes: { totalCount: 0 },
          networks: { totalCount: 0 },
        },
      ],
    },
    networks: {
      nodes: [
        {
          name: 'n1',
          status: 'ACTIVE',
          cloudStatus: 'ACTIVE',
          subnets: [{ cidr: '10.0.0.0/24' }],
          virtualMachines: nodes('m1'),
        },
        {
          name: 'n2',
          status: 'UNKNOWN',
          cloudStatus: 'SOMEWHERE',
          subnets: [{ cidr: '10.0.0.0/24' }],
          virtualMachines: nodes('m1'),
        },
      ],
    },
    volumes: {
      nodes: [
        { cloudId: 'v1', name: 'v1', status: 'IN_USE', cloudStatus: 'in-use' },
        { cloudId: 'v2', name: '', status: 'AWAITING_TRANSFER', cloudStatus: 'awaiting-transfer' },
      ],
    },
    images: {
      nodes: [
        { status: 'ACTIVE', cloudStatus: 'active', size: 5_000_000_000 },
        { status: 'PENDING_DELETE', cloudStatus: 'pending_delete', size: null },
      ],
    },
    stacks: {
      nodes: [
        {
          name: 'k1',
          status: 'FAILED',
          cloudStatus: 'UPDATE_FAILED',
          tenant: { name: 'vepc' },
          virtualMachines: nodes('m1'),
        },
        { name: 'k2', status: 'UNKNOWN', cloudStatus: null, tenant: null, virtualMachines: nodes() },
      ],
    },
    aggregates: {
      nodes: [
        { name: 'dpdk', availabilityZone: 'az1', hosts: nodes('h1') },
        { name: 'empty', availabilityZone: null, hosts: nodes() },
      ],
    },
    flavors: { totalCount: 1 },
    volumeTypes: { totalCount: 1 },
  });
});

test('capacity is summed over all hosts, and told for each zone and each tenant', async () => {
  const { id } = await made();
  await runs(id, 2);
  const { data, errors } = await ask(
    server,
    `query ($id: ID!) { dataCenter(id: $id) { infrastructure { hostInfo { up down total } totalVcpus usedVcpus totalMemory
      usedMemory totalStorage usedStorage virtualMachineCount zones { availabilityZone totalVcpus hostInfo { up } virtualMachineCount }
      tenants { tenantName cores { inUse limit } instances { inUse } volumes { inUse limit } } } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  const none = { inUse: 0, limit: 0 };
  expect((data?.['dataCenter'] as { infrastructure: unknown } | undefined)?.infrastructure).toEqual({
    hostInfo: { up: 1, down: 1, total: 2 },
    totalVcpus: 16,
    usedVcpus: 4,
    totalMemory: 32_768,
    usedMemory: 5120,
    totalStorage: 200,
    usedStorage: 20,
    virtualMachineCount: 2,
    zones: [
      { availabilityZone: 'az1', totalVcpus: 8, hostInfo: { up: 1 }, virtualMachineCount: 1 },
      { availabilityZone: 'az2', totalVcpus: 8, hostInfo: { up: 0 }, virtualMachineCount: 1 },
    ],
    tenants: [
      { tenantName: 't2', cores: none, instances: { inUse: 0 }, volumes: none },
      {
        tenantName: 'vepc',
        cores: { inUse: 2, limit: 20 },
        instances: { inUse: 1 },
        volumes: { inUse: 10, limit: 1000 },
      },
    ],
  });
});

const CHANGES = `query ($from: ID!, $to: ID!, $filter: InventoryChangeFilter, $first: Int, $after: String) {
  inventoryChanges(from: $from, to: $to, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { kind name before { hostName vcpus } after { hostName vcpus } virtualMachine { name } } } }`;

interface Changes {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: { kind: string; name: string; virtualMachine: object | null }[];
}

async function changes(from: string, to: string, more: object = {}): Promise<Changes> {
  const { data, errors } = await ask<{ inventoryChanges: Changes }>(server, CHANGES, { from, to, ...more });
  expect(errors).toEqual([]);
  if (!data) throw new Error('no data');
  return data.inventoryChanges;
}

test('changes between two runs are what they come to', async () => {
  const { id, cloud } = await made();
  const [first = ''] = await runs(id, 2);
  const of = (...servers: ReturnType<typeof machine>[]) => {
    cloud.items.servers = servers;
  };
  of(machine('m1', { host: 'h2' }), machine('m3', { host: null }), machine('m4'), machine('m5'));
  const second = await read(id, 3);
  of(
    machine('m1', { host: 'h2', flavor: LARGE, name: 'renamed' }),
    machine('m3', { host: 'h1' }),
    machine('m5'),
  );
  const third = await read(id, 4);
  const told = ({ nodes }: Changes) => nodes.map(({ kind, name }) => `${name} ${kind}`);

  expect(told(await changes(first, second))).toEqual([
    'm1 MOVED',
    'm2 VANISHED',
    'm4 APPEARED',
    'm5 APPEARED',
  ]);
  expect(told(await changes(second, third))).toEqual(['renamed RESIZED', 'm3 MOVED', 'm4 VANISHED']);
  const whole = await changes(first, third);
  // m4 came and went in between.
  expect(whole).toEqual({
    totalCount: 5,
    pageInfo: { hasNextPage: false, endCursor: expect.any(String) as string },
    nodes: [
      {
        kind: 'MOVED',
        name: 'renamed',
        before: { hostName: 'h1', vcpus: 2 },
        after: { hostName: 'h2', vcpus: 8 },
        virtualMachine: { name: 'renamed' },
      },
      {
        kind: 'RESIZED',
        name: 'renamed',
        before: { hostName: 'h1', vcpus: 2 },
        after: { hostName: 'h2', vcpus: 8 },
        virtualMachine: { name: 'renamed' },
      },
      {
        kind: 'VANISHED',
        name: 'm2',
        before: { hostName: 'h2', vcpus: 8 },
        after: null,
        virtualMachine: null,
      },
      {
        kind: 'MOVED',
        name: 'm3',
        before: { hostName: null, vcpus: 2 },
        after: { hostName: 'h1', vcpus: 2 },
        virtualMachine: { name: 'm3' },
      },
      {
        kind: 'APPEARED',
        name: 'm5',
        before: null,
        after: { hostName: 'h1', vcpus: 2 },
        virtualMachine: { name: 'm5' },
      },
    ],
  });
  expect(told(await changes(first, third, { filter: { kind: { eq: 'MOVED' } } }))).toEqual([
    'renamed MOVED',
    'm3 MOVED',
  ]);
  const page = await changes(first, third, { first: 2 });
  expect([page.totalCount, page.pageInfo.hasNextPage]).toEqual([5, true]);
  const rest = await changes(first, third, { first: 3, after: page.pageInfo.endCursor });
  expect([...page.nodes, ...rest.nodes]).toEqual(whole.nodes);
  expect((await changes(third, third)).nodes).toEqual([]);

  const wrong = await ask(server, CHANGES, { from: third, to: first });
  expect(wrong.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  const other = await made();
  const [elsewhere = ''] = await runs(other.id, 2);
  expect((await ask(server, CHANGES, { from: first, to: elsewhere })).errors[0]?.extensions.code).toBe(
    'BAD_USER_INPUT',
  );
  const { admin } = await newBusiness(server);
  for (const [from, as] of [
    ['nothing', server.token],
    [first, admin.token],
  ] as const) {
    const { errors } = await ask(server, CHANGES, { from, to: third }, as);
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  }
});

test('changes are told for 90 days', async () => {
  const { id, cloud } = await made();
  await runs(id, 2);
  cloud.items.servers = [machine('m1')];
  const old = await read(id, 3);
  cloud.items.servers = [];
  const kept = await read(id, 4);
  const age = async (runId: string, days: number) =>
    server.database.query(
      `update inventory_generations set taken_at = now() - $2 * interval '1 day' where run_id = $1`,
      [runId, days],
    );
  await age(old, 91);
  await age(kept, 89);
  cloud.items.servers = [machine('m2')];
  const last = await read(id, 5);

  expect((await ask(server, CHANGES, { from: old, to: last })).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await changes(kept, last)).nodes.map(({ kind, name }) => `${name} ${kind}`)).toEqual([
    'm2 APPEARED',
  ]);
  const { rows } = await server.database.query(
    `select c.virtual_machine_id as id from virtual_machine_changes c where data_center_id = $1 order by generation`,
    [id],
  );
  expect(rows).toEqual([{ id: `${id}:m1` }, { id: `${id}:m2` }]);
});

test('nobody but its business sees what is in a data center', async () => {
  const [own, foreign] = [await newBusiness(server), await newBusiness(server)];
  const { id } = await made(own.admin.token);
  await runs(id, 2);
  const document = `query ($vm: ID!, $of: [_Any!]!) { virtualMachine(id: $vm) { name } virtualMachines { totalCount }
    _entities(representations: $of) { __typename } }`;
  const variables = {
    vm: `${id}:m1`,
    of: [
      { __typename: 'Host', id: `${id}:s1` },
      { __typename: 'Tenant', id: `${id}:t1` },
    ],
  };
  expect((await ask(server, document, variables, own.admin.token)).data).toEqual({
    virtualMachine: { name: 'm1' },
    virtualMachines: { totalCount: 3 },
    _entities: [{ __typename: 'Host' }, { __typename: 'Tenant' }],
  });
  expect((await ask(server, document, variables, foreign.admin.token)).data).toEqual({
    virtualMachine: null,
    virtualMachines: { totalCount: 0 },
    _entities: [null, null],
  });
  const paths = [
    `/infrastructure?cid=${id}`,
    `/${id}/infra_resource/s1`,
    `/${id}/nova_service/up`,
    `/${id}/t1/tenant_quota`,
    ...['nova_data', 'config_data', 'host_data', 'host_config_data'].map((path) => `/${path}?dc_id=${id}`),
  ];
  for (const path of paths) {
    expect((await optimus(server, 'GET', path, undefined, own.admin.token)).status).toBe(200);
    expect((await optimus(server, 'GET', path, undefined, foreign.admin.token)).status).toBe(404);
  }
});
