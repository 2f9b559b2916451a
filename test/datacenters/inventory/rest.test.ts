import { beforeAll, describe, expect, test, vi } from 'vitest';
import { HostService } from '../../../src/domains/datacenters/inventory/host.service.js';
import { TEST_DATABASE_URL } from '../../support/database.js';
import { sendRaw } from '../../support/rest.js';
import { recordQueries } from './support/queries.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';
import { FLAVOR, aggregate, host, machine, quota, stack, tenant, volume } from './support/items.js';
import { insertDataCenter, newId, takeIn } from './support/world.js';

const server = useServer(() => startServer());
let token: string;
let center: string;

const flavorOf = (vcpus: number, memoryMb: number, diskGb: number) => ({
  ...FLAVOR,
  vcpus,
  memoryMb,
  diskGb,
});
const madeAt = (day: number) => ({ createdAt: new Date(Date.UTC(2026, 0, day)) });

beforeAll(async () => {
  token = await server.adminToken();
  center = await insertDataCenter(server);
  await takeIn(server, center, {
    tenants: [
      tenant('t1', { name: 'same' }),
      tenant('t2', { name: 'same' }),
      tenant('t3', { name: '100%_x' }),
    ],
    quotas: [
      quota('t2', {
        cores: { inUse: 1, limit: -1 },
        volumes: { default: { inUse: 1, limit: -1 }, 'default (type)': { inUse: 0, limit: 5 } },
      }),
    ],
    hosts: [
      host('s1', { name: 'Compute-1', zone: 'az1', updatedAt: new Date(5000) }),
      host('s2', { name: 'compute-2', zone: 'az2', isUp: false, isEnabled: false, updatedAt: null }),
      host('s3', { name: 'other_3', zone: 'az2', updatedAt: new Date(9000) }),
    ],
    aggregates: [
      aggregate('1', ['Compute-1'], { name: 'b' }),
      aggregate('2', ['Compute-1', 'other_3'], { name: 'a' }),
    ],
    stacks: [stack('k1')],
    volumes: [volume('v1', { type: null })],
    servers: [
      machine('m1', {
        name: 'one',
        tenantId: 't1',
        host: 'Compute-1',
        flavor: flavorOf(1, 3, 2),
        stackId: 'k1',
        ...madeAt(1),
      }),
      machine('m2', {
        name: 'two',
        tenantId: 't2',
        host: 'compute-2',
        status: 'SHELVED_OFFLOADED',
        powerState: 4,
        flavor: flavorOf(2, 2, 1),
        ...madeAt(2),
      }),
      machine('m3', {
        name: 'two',
        tenantId: 'gone',
        host: null,
        status: 'ERROR',
        powerState: 42,
        flavor: flavorOf(2, 1, 3),
        volumeIds: ['v1', 'v9'],
        ...madeAt(3),
      }),
      machine('m4', {
        name: 'ünï %',
        tenantId: 't3',
        host: 'Compute-1',
        flavor: flavorOf(2, 2, 2),
        ...madeAt(4),
      }),
    ],
  });
  // Others have as much.
  await takeIn(server, await insertDataCenter(server), {
    servers: [machine('m1'), machine('m9')],
    hosts: [host('s1')],
  });
});

type Row = Record<string, unknown>;

async function get(path: string) {
  const response = await sendRaw(`${server.url}/api/ericic/v1${path}`, { headers: { authorization: token } });
  return { status: response.status, body: (await response.json()) as Row };
}

const rowsAt = async (path: string): Promise<[unknown[], unknown]> => {
  const { body } = await get(path);
  return [(body['data'] as Row[]).map((row) => row['nova_uuid'] ?? row['id']), body['total']];
};

describe('nova_data', () => {
  test.each([
    ['', ['m4', 'm3', 'm2', 'm1'], 4],
    ['&query=&filter=', ['m4', 'm3', 'm2', 'm1'], 4],
    ['&query=nova_name', ['m4', 'm3', 'm2', 'm1'], 4],
    ['&order=asc', ['m1', 'm2', 'm3', 'm4'], 4],
    ['&sort=memory&order=asc', ['m3', 'm2', 'm4', 'm1'], 4],
    ['&sort=disk', ['m3', 'm4', 'm1', 'm2'], 4],
    ['&sort=vcpu', ['m4', 'm3', 'm2', 'm1'], 4],
    ['&limit=2', ['m4', 'm3'], 4],
    ['&limit=3&offset=2', ['m2', 'm1'], 4],
    ['&offset=4', [], 4],
    ['&query=nova_name&filter=two', ['m3', 'm2'], 2],
    ['&query=nova_name&filter=tw', [], 0],
    ['&query=nova_name&filter=%C3%BCn%C3%AF%20%25', ['m4'], 1],
    ['&query=nova_status&filter=active', ['m4', 'm1'], 2],
    ['&query=nova_status&filter=Shelved_Offloaded', ['m2'], 1],
    ['&query=nova_host&filter=Compute-1&order=asc', ['m1', 'm4'], 2],
    ['&query=nova_host&filter=compute-1', [], 0],
    ['&query=nova_tenant&filter=same', ['m2', 'm1'], 2],
    ['&query=nova_tenant&filter=t2', ['m2'], 1],
    ['&query=nova_tenant&filter=gone', ['m3'], 1],
    ['&query=nova_tenant&filter=100%25_x', ['m4'], 1],
    ['&query=nova_tenant&filter=nobody', [], 0],
    ['&query=stack_id&filter=k1', ['m1'], 1],
  ])('%s', async (more, ids, total) => {
    expect(await rowsAt(`/nova_data?dc_id=${center}${more}`)).toEqual([ids, total]);
  });

  test('what is gone, unknown or without a host is told as far as it is known', async () => {
    const { body } = await get(`/nova_data?dc_id=${center}&query=nova_tenant&filter=gone`);
    const none = { volume_type: null, volume_status: null, volume_size: null, volume_bootable: null };
    expect((body['data'] as Row[])[0]).toMatchObject({
      host: null,
      tenant: 'gone',
      nova_status: 'Error',
      nova_power_state: 'NOSTATE',
      networks: [],
      volume: [
        { id: 'v1', volume_type: null, volume_status: 'in-use', volume_size: 10, volume_bootable: 'false' },
        { id: 'v9', ...none },
      ],
    });
  });
});

describe('host_data', () => {
  test.each([
    ['', ['s3', 's1', 's2'], 3],
    ['&order=asc', ['s2', 's1', 's3'], 3],
    ['&sort=vm_num', ['s1', 's2', 's3'], 3],
    ['&sort=vm_num&order=asc', ['s3', 's2', 's1'], 3],
    ['&query=host&filter=COMPUTE', ['s1', 's2'], 2],
    ['&query=host&filter=_', ['s3'], 1],
    ['&query=host_aggregate&filter=a', ['s3', 's1'], 2],
    ['&query=host_aggregate&filter=A', [], 0],
    ['&query=availability_zone&filter=az2', ['s3', 's2'], 2],
    ['&query=availability_zone&filter=az', [], 0],
    ['&query=state&filter=up', ['s3', 's1'], 2],
    ['&query=state&filter=down&limit=1', ['s2'], 1],
    ['&query=state&filter=sideways', [], 0],
  ])('%s', async (more, ids, total) => {
    expect(await rowsAt(`/host_data?dc_id=${center}${more}`)).toEqual([ids, total]);
  });

  test('tells aggregates sorted, and virtual machines', async () => {
    const { body } = await get(`/host_data?dc_id=${center}&query=host&filter=compute-`);
    const [first = {}, second = {}] = body['data'] as Row[];
    expect(first).toMatchObject({
      host_aggregate: 'a,b',
      vm_num: 2,
      state: 'up',
      status: 'enabled',
      update_at: 5,
    });
    expect((first['vm_info'] as Row[]).map(({ id, tenant_name }) => [id, tenant_name])).toEqual([
      ['m1', 'same'],
      ['m4', '100%_x'],
    ]);
    expect(second).toMatchObject({
      host_aggregate: '',
      vm_num: 1,
      state: 'down',
      status: 'disabled',
      update_at: 0,
    });
  });
});

// Of the embedded database, which has one connection, a transaction is alone anyway.
test.runIf(TEST_DATABASE_URL)('what is taken in meanwhile is in no part of an answer', async () => {
  const id = await insertDataCenter(server);
  const cloudOf = (name: string) => ({
    tenants: [tenant('t', { name })],
    hosts: [host('h', { name: 'h' })],
    aggregates: [aggregate('1', ['h'], { name })],
    servers: [machine('m', { name, tenantId: 't', host: 'h' })],
  });
  await takeIn(server, id, cloudOf('old'));
  const path = `/host_data?dc_id=${id}`;
  const before = await get(path);
  const [begun, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const searching = vi.spyOn(HostService.prototype, 'search').mockImplementation(async function (
    this: HostService,
    ...given
  ) {
    searching.mockRestore();
    const found = await this.search(...given);
    begun.resolve();
    await taken.promise;
    return found;
  });
  const answering = get(path);
  await begun.promise;
  await takeIn(server, id, cloudOf('new'));
  taken.resolve();
  expect(await answering).toEqual(before);
  const text = JSON.stringify(await get(path));
  expect([text.includes('"old"'), text.includes('"new"')]).toEqual([false, true]);
});

test('a quota has every type of volumes, and -1 where there is no limit', async () => {
  const { body } = await get(`/${center}/t2/tenant_quota`);
  expect(body['data']).toEqual({
    cores: { in_use: 1, limit: -1, total: 24, other: 5, availability: 18 },
    ram: { in_use: 2048, limit: -1, total: 49_152, other: 5632, availability: 41_472 },
    volume: { default: { in_use: 1, limit: -1 }, 'default (type)': { in_use: 0, limit: 5 } },
  });
  // Nothing is known of it yet.
  const unread = await get(`/${center}/t3/tenant_quota`);
  expect(unread.body['data']).toMatchObject({
    cores: { in_use: 0, other: 6 },
    volume: { default: { in_use: 0, limit: 0 } },
  });
});

test.each([
  ['/nova_data', 'dc_id'],
  ['/nova_data?dc_id=1', '32 hex digits'],
  ['/nova_data?dc_id=$&query=name', 'nova_name, nova_status, nova_host, nova_tenant, stack_id'],
  ['/nova_data?dc_id=$&filter=x', 'query'],
  ['/nova_data?dc_id=$&sort=name', 'memory, disk, vcpu, time'],
  ['/nova_data?dc_id=$&order=up', 'asc, desc'],
  ['/nova_data?dc_id=$&limit=0', 'from 1 to 1000'],
  ['/nova_data?dc_id=$&limit=1001', 'from 1 to 1000'],
  ['/nova_data?dc_id=$&offset=-1', 'from 0 to'],
  ['/nova_data?dc_id=$&offset=99999999999', 'from 0 to'],
  ['/nova_data?dc_id=$&query=nova_name&filter=%00', 'NUL'],
  ['/host_data?dc_id=$&query=vm', 'host, host_aggregate, availability_zone, state'],
  ['/host_data?dc_id=$&sort=time', 'vm_num, update_time'],
  ['/host_data?dc_id=$&filter=x', 'query'],
  ['/infrastructure', 'cid'],
  ['/infrastructure?cid=x', '32 hex digits'],
  ['/config_data?dc_id=x', '32 hex digits'],
  ['/host_config_data', 'dc_id'],
  ['/$/nova_service/sideways', 'up, down'],
])('%s is refused and told the range', async (path, range) => {
  const { status, body } = await get(path.replace('$', center));
  expect([status, body['status'], body['code'], body['data']]).toEqual([400, false, 400, null]);
  expect(body['message']).toContain(range);
});

test('what is unknown is 404', async () => {
  const none = newId();
  const paths = [
    `/infrastructure?cid=${none}`,
    `/${none}/infra_resource/s1`,
    '/x/infra_resource/s1',
    `/${center}/infra_resource/s9`,
    `/${center}/infra_resource/%00`,
    `/${none}/nova_service/up`,
    `/${center}/nobody/tenant_quota`,
    `/${none}/t1/tenant_quota`,
    ...['nova_data', 'config_data', 'host_data', 'host_config_data'].map((path) => `/${path}?dc_id=${none}`),
  ];
  for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 404]);
});

test('both prefixes and upper-case ids work', async () => {
  const path = `/api/v1/infrastructure?cid=${center.toUpperCase()}`;
  const response = await sendRaw(server.url + path, { headers: { authorization: token } });
  expect(response.status).toBe(200);
});

describe('at 20,000 virtual machines', () => {
  let large: string;
  beforeAll(async () => {
    large = await insertDataCenter(server);
    const statuses = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'SHUTOFF', 'ERROR'];
    await takeIn(server, large, {
      tenants: Array.from({ length: 20 }, (_, index) => tenant(`t${index}`)),
      servers: Array.from({ length: 20_000 }, (_, index) =>
        machine(`m${index}`, {
          name: `vm-${index}`,
          tenantId: `t${index % 20}`,
          host: `h${index % 1000}`,
          stackId: index % 3 === 0 ? `k${index % 400}` : null,
          status: statuses[index % 5] ?? '',
          flavor: flavorOf(index % 16, (index % 7) * 1024, index % 9),
          createdAt: new Date(Date.UTC(2026, 0, 1) + ((index * 7919) % 20_000) * 1000),
        }),
      ),
    });
    await server.database.query('analyze');
  });

  const filters = [
    '',
    '&query=nova_name&filter=vm-77',
    '&query=nova_status&filter=active',
    '&query=nova_status&filter=ERROR',
    '&query=nova_host&filter=h7',
    '&query=nova_tenant&filter=t3',
    '&query=stack_id&filter=k3',
  ];

  test.each(filters)('no page with %s reads or sorts more than a few', async (filter) => {
    for (const sort of ['memory', 'disk', 'vcpu', 'time']) {
      for (const order of ['asc', 'desc']) {
        const queries = recordQueries(server.database);
        const { status } = await get(`/nova_data?dc_id=${large}${filter}&sort=${sort}&order=${order}`);
        queries.stop();
        expect(status).toBe(200);
        expect(queries.found.length).toBe(1);
        for (const each of queries.found) {
          const work = await queries.workOf(each);
          // Rows that any step of the plan takes: few hundred, which a host or a stack may have.
          expect([each.sql, work.rows < 500]).toEqual([each.sql, true]);
          expect(work.text).not.toMatch(/Seq Scan on virtual_machines/);
        }
      }
    }
  });
});
