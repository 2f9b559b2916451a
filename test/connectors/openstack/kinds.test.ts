import { describe, expect, test } from 'vitest';
import {
  flavor,
  hypervisor,
  network,
  port,
  project,
  quota,
  server,
  service,
  smallWorld,
  stack,
  volume,
} from '../../support/openstack/world.js';
import { openFake, readAll } from './reading.js';

describe('tenants', () => {
  test('are the projects of every domain, but domains and those that Heat makes for users of stacks', async () => {
    const world = smallWorld();
    world.domains.push({ id: 'domain-2', name: 'Partners' });
    world.projects.push(
      project('domain', { is_domain: true }),
      project('vepc-2', { name: 'vepc', domain_id: 'domain-2', enabled: false, description: null }),
    );
    const { session } = await openFake({ world });
    expect(await readAll(session, 'tenants')).toEqual([
      expect.objectContaining({ id: 'project-admin', name: 'admin' }),
      {
        id: 'project-vepc',
        name: 'vepc',
        domainId: 'default',
        domainName: 'Default',
        description: 'of vepc',
        isEnabled: true,
      },
      {
        id: 'project-vepc-2',
        name: 'vepc',
        domainId: 'domain-2',
        domainName: 'Partners',
        description: '',
        isEnabled: false,
      },
    ]);
  });
});

describe('hosts', () => {
  test('are the nova-compute services, with the sums over their hypervisors', async () => {
    const world = smallWorld();
    world.hypervisors.push(
      hypervisor('blade-2', { service: { id: 'service-compute-1', host: 'compute-1' } }),
    );
    const { session } = await openFake({ world });
    expect(await readAll(session, 'hosts')).toEqual([
      {
        id: 'service-compute-1',
        name: 'compute-1',
        zone: 'az1',
        isUp: true,
        isEnabled: true,
        disabledReason: null,
        updatedAt: new Date('2026-03-01T10:00:05.123Z'),
        address: '192.0.2.11',
        hypervisorType: 'QEMU',
        vcpus: 128,
        memoryMb: 770_802,
        diskGb: 1622,
        usedVcpus: 16,
        usedMemoryMb: 91_136,
        usedDiskGb: 160,
      },
      expect.objectContaining({
        id: 'service-compute-2',
        isUp: false,
        isEnabled: false,
        disabledReason: '维护',
        address: '192.0.2.12',
        vcpus: 64,
      }),
    ]);
  });

  test('have the figures of Placement where Nova has none, and zeros where nobody has any', async () => {
    const world = smallWorld();
    world.services.push(service('compute-3'));
    world.hypervisors = [hypervisor('compute-1', { vcpus: null, memory_mb: null, local_gb: null })];
    const of = (total: number, reserved: number) => ({ total, reserved, allocation_ratio: 16 });
    world.providers['compute-1'] = {
      inventories: { VCPU: of(16, 1), PCPU: of(48, 0), MEMORY_MB: of(1000, 512), DISK_GB: of(800, 10) },
      usages: { VCPU: 4, PCPU: 8, MEMORY_MB: 100, DISK_GB: 20 },
    };
    const { session } = await openFake({ world });
    const [first, second, third] = await readAll(session, 'hosts');
    expect(first).toMatchObject({ vcpus: 64, memoryMb: 1000, diskGb: 800, address: '192.0.2.11' });
    expect(first).toMatchObject({ usedVcpus: 13, usedMemoryMb: 612, usedDiskGb: 30 });
    expect(second).toMatchObject({ vcpus: 0, usedMemoryMb: 0, address: null });
    expect(third).toMatchObject({ name: 'compute-3', diskGb: 0 });
  });

  test('that Nova knows do not lead to Placement', async () => {
    const { fake, session } = await openFake();
    await readAll(session, 'hosts');
    expect(fake.asked('/placement')).toBe(0);
  });

  test('of an older Nova have their numbers as ids', async () => {
    const { session } = await openFake({ microversion: '2.52' });
    expect((await readAll(session, 'hosts')).map(({ id }) => id)).toEqual(['1', '2']);
  });
});

describe('stacks', () => {
  test('are those that are in no other', async () => {
    const world = smallWorld();
    world.stacks.push(stack('inner', { parent: 'stack-lab' }));
    const { session } = await openFake({ world });
    expect(await readAll(session, 'stacks')).toEqual([
      { id: 'stack-lab', name: 'lab', tenantId: 'project-vepc', status: 'CREATE_COMPLETE' },
    ]);
  });

  test.each([{ missing: ['orchestration'] }, { isHeatOpen: false }])(
    'are those that servers name where Heat does not tell: %j',
    async (options) => {
      const world = smallWorld();
      const metadata = { 'metering.stack': 'stack-named' };
      world.servers.push(server('c', { metadata }), server('d', { metadata }));
      const { session } = await openFake({ world, ...options, pageSize: 3 });
      expect(await readAll(session, 'stacks')).toEqual([
        { id: 'stack-named', name: 'stack-named', tenantId: null, status: null },
      ]);
      const byName = new Map((await readAll(session, 'servers')).map(({ id, stackId }) => [id, stackId]));
      expect(byName.get('server-c')).toBe('stack-named');
      expect(byName.get('server-a')).toBeNull();
    },
  );

  test('are asked for once, however many kinds need them', async () => {
    const { fake, session } = await openFake();
    await readAll(session, 'tenants');
    await readAll(session, 'stacks');
    await readAll(session, 'servers');
    await readAll(session, 'quotas');
    expect(fake.asked('/orchestration')).toBe(2);
    expect(fake.asked('/identity/v3/projects')).toBe(1);
  });

  test('that vanish while they are read have no servers', async () => {
    const world = smallWorld();
    world.stacks[0] = stack('lab', {
      links: [{ rel: 'self', href: 'http://x/v1/other/stacks/gone/stack-lab' }],
    });
    const { session } = await openFake({ world });
    expect((await readAll(session, 'servers')).map(({ stackId }) => stackId)).toEqual([null, null]);
  });

  test('are found where their links lead astray', async () => {
    const world = smallWorld();
    world.stacks[0] = stack('lab', { links: [{ rel: 'self', href: 'http://x/v1/../stacks/%2e%2e/a' }] });
    const { fake, session } = await openFake({ world });
    await readAll(session, 'servers');
    expect(fake.requests.some((request) => request.includes('..'))).toBe(false);
  });
});

describe('servers', () => {
  test('come with their flavors, stacks, volumes and addresses, and without user data', async () => {
    const world = smallWorld();
    world.ports = [
      port('a', ['10.0.0.5', '2001:db8::5']),
      port('a', ['10.0.1.5'], { network_id: 'network-gone' }),
      port('a', ['10.0.0.1'], { device_owner: 'network:router_interface' }),
      port('b', []),
    ];
    const floating = (ip: string) => ({
      id: `floating-${ip}`,
      floating_ip_address: ip,
      fixed_ip_address: '10.0.0.5',
      port_id: 'port-a-10.0.0.5-2001:db8::5',
    });
    world.floatingips = [floating('203.0.113.8'), floating('203.0.113.7')];
    world.servers[1] = server('b', {
      status: 'ERROR',
      image: '',
      'OS-EXT-SRV-ATTR:host': null,
      'OS-EXT-STS:power_state': 0,
      fault: { code: 500, message: 'No valid host was found. ' },
    });
    const { session } = await openFake({ world });
    const [first, second] = await readAll(session, 'servers');
    const oam = { networkId: 'network-oam', networkName: 'oam', portId: 'port-a-10.0.0.5-2001:db8::5' };
    expect(first).toEqual({
      id: 'server-a',
      name: 'a',
      tenantId: 'project-vepc',
      status: 'ACTIVE',
      powerState: 1,
      host: 'compute-1',
      zone: 'az1',
      instanceName: 'instance-a',
      flavor: { id: null, name: 'nfv.4', vcpus: 4, memoryMb: 8192, diskGb: 40 },
      imageId: 'image-1',
      stackId: 'stack-lab',
      volumeIds: ['volume-disk'],
      addresses: [
        { ...oam, ip: '10.0.0.5', isFloating: false },
        { ...oam, ip: '203.0.113.7', isFloating: true },
        { ...oam, ip: '203.0.113.8', isFloating: true },
        { ...oam, ip: '2001:db8::5', isFloating: false },
        {
          networkId: 'network-gone',
          networkName: null,
          portId: 'port-a-10.0.1.5',
          ip: '10.0.1.5',
          isFloating: false,
        },
      ],
      fault: null,
      createdAt: new Date('2026-03-01T10:00:00Z'),
      updatedAt: new Date('2026-03-02T10:00:00Z'),
    });
    expect(second).toMatchObject({
      status: 'ERROR',
      host: null,
      imageId: null,
      stackId: null,
      volumeIds: [],
      addresses: [],
      fault: 'No valid host was found. ',
    });
    expect(JSON.stringify([first, second])).not.toContain('cGFzc3dvcmQ6IGdlaGVpbQ==');
  });

  test('of an older Nova have the flavors that their ids name, as far as those are left', async () => {
    const world = smallWorld();
    world.servers.push(
      server('c', { flavor: { original_name: 'deleted', vcpus: 9, ram: 9, disk: 9 } }),
      server('d', { flavor: { original_name: 'deleted', vcpus: 9, ram: 9, disk: 9 } }),
    );
    const { fake, session } = await openFake({ world, microversion: '2.46' });
    const flavors = (await readAll(session, 'servers')).map((each) => each.flavor);
    const nfv = { id: 'flavor-nfv.4', name: 'nfv.4', vcpus: 4, memoryMb: 8192, diskGb: 40 };
    const gone = { id: 'flavor-deleted', name: null, vcpus: 0, memoryMb: 0, diskGb: 0 };
    expect(flavors).toEqual([nfv, nfv, gone, gone]);
    expect(fake.asked('/compute/v2.1/flavors/flavor-deleted')).toBe(1);
  });

  test('have no addresses in a cloud without Neutron, nor floating ones without routers', async () => {
    const none = await openFake({ missing: ['network'] });
    expect((await readAll(none.session, 'servers')).flatMap(({ addresses }) => addresses)).toEqual([]);
    const plain = await openFake();
    plain.faults.add({ fault: 'status', status: 404, path: '/floatingips' });
    expect((await readAll(plain.session, 'servers')).flatMap(({ addresses }) => addresses)).toHaveLength(1);
  });
});

describe('quotas', () => {
  test('are what Nova and Cinder count for a tenant, for each volume type too', async () => {
    const world = smallWorld();
    world.novaQuotas['project-vepc'] = {
      cores: quota(-1, 8),
      ram: quota(51_200, 16_384),
      instances: quota(10, 2),
    };
    world.cinderQuotas['project-vepc'] = {
      gigabytes: quota(1000, 10),
      volumes: quota(10, 1),
      'gigabytes_hdd 归档': quota(-1, 0),
      gigabytes_default: quota(500, 10),
      gigabytes___proto__: quota(1, 1),
    };
    const { session } = await openFake({ world });
    const quotas = await readAll(session, 'quotas');
    expect(quotas.map(({ id }) => id)).toEqual(['project-admin', 'project-vepc']);
    expect(quotas[1]).toMatchObject({
      cores: { inUse: 8, limit: -1 },
      ram: { inUse: 16_384, limit: 51_200 },
      instances: { inUse: 2, limit: 10 },
    });
    expect(Object.entries(quotas[1]?.volumes ?? {})).toEqual([
      ['default', { inUse: 10, limit: 1000 }],
      ['hdd 归档', { inUse: 0, limit: -1 }],
      ['default (type)', { inUse: 10, limit: 500 }],
      ['__proto__', { inUse: 1, limit: 1 }],
    ]);
  });

  test('of a tenant that goes meanwhile are left out, and those that a service refuses fail', async () => {
    const { fake, faults, session } = await openFake();
    await readAll(session, 'tenants');
    fake.world.projects = fake.world.projects.filter(({ id }) => id !== 'project-vepc');
    expect((await readAll(session, 'quotas')).map(({ id }) => id)).toEqual(['project-admin']);
    faults.add({ fault: 'status', status: 404, path: '/os-quota-sets' });
    await expect(readAll(session, 'quotas')).rejects.toThrow('404');
  });

  test('are without volumes in a cloud without Cinder', async () => {
    const { session } = await openFake({ missing: ['volumev3'] });
    const [first] = await readAll(session, 'quotas');
    expect(first?.volumes).toEqual({ default: { inUse: 0, limit: 0 } });
  });
});

test('the other kinds', async () => {
  const world = smallWorld();
  world.flavors.push(flavor('large', { 'os-flavor-access:is_public': false, disk: 0 }));
  world.networks.push(
    network('external', {
      shared: true,
      'router:external': true,
      'provider:network_type': null,
      'provider:segmentation_id': null,
      project_id: undefined,
    }),
  );
  world.volumes.push(
    volume(null, {
      id: 'volume-nameless',
      volume_type: null,
      bootable: 'true',
      attachments: [{ server_id: 'server-a' }, { server_id: 'server-b' }],
    }),
  );
  world.images.push({ id: 'image-2', name: null, status: 'queued', size: null });
  const { session } = await openFake({ world });
  expect(session.missing).toEqual([]);
  expect(await readAll(session, 'aggregates')).toEqual([
    { id: '1', name: 'agg-1', zone: 'az1', hosts: ['compute-1'], metadata: { availability_zone: 'az1' } },
  ]);
  expect(await readAll(session, 'flavors')).toEqual([
    { id: 'flavor-nfv.4', name: 'nfv.4', vcpus: 4, memoryMb: 8192, diskGb: 40, isPublic: true },
    { id: 'flavor-large', name: 'large', vcpus: 4, memoryMb: 8192, diskGb: 0, isPublic: false },
  ]);
  expect(await readAll(session, 'networks')).toEqual([
    {
      id: 'network-oam',
      name: 'oam',
      tenantId: 'project-vepc',
      status: 'ACTIVE',
      isShared: false,
      isExternal: false,
      networkType: 'vlan',
      segmentationId: 1001,
      mtu: 2140,
      subnets: [{ id: 'subnet-oam', name: 'v4', cidr: '10.0.0.0/24', gateway: '10.0.0.1' }],
    },
    expect.objectContaining({
      id: 'network-external',
      tenantId: 'project-vepc',
      isShared: true,
      isExternal: true,
      networkType: null,
      segmentationId: null,
      subnets: [],
    }),
  ]);
  expect(await readAll(session, 'volumeTypes')).toEqual([{ id: 'type-ssd', name: 'ssd', isPublic: true }]);
  expect(await readAll(session, 'images')).toEqual([
    { id: 'image-1', name: 'cirros', status: 'active', size: 1_048_576 },
    { id: 'image-2', name: '', status: 'queued', size: null },
  ]);
  expect(await readAll(session, 'volumes')).toEqual([
    {
      id: 'volume-disk',
      name: 'disk',
      tenantId: 'project-vepc',
      type: 'ssd',
      status: 'in-use',
      sizeGb: 10,
      isBootable: false,
      serverIds: ['server-a'],
      createdAt: new Date('2026-03-01T10:00:05.123Z'),
    },
    expect.objectContaining({
      name: '',
      type: null,
      isBootable: true,
      serverIds: ['server-a', 'server-b'],
    }),
  ]);
});

test('kinds of services that the catalog lacks are empty, and the services are named', async () => {
  const { session } = await openFake({
    missing: ['volumev3', 'network', 'image', 'orchestration', 'placement'],
  });
  expect(session.missing).toEqual(['Placement', 'Cinder', 'Neutron', 'Glance', 'Heat']);
  for (const kind of ['volumes', 'volumeTypes', 'networks', 'images', 'stacks'] as const)
    expect(await readAll(session, kind)).toEqual([]);
  expect(await readAll(session, 'servers')).toHaveLength(2);
});
