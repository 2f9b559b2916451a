import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenStackConnector } from '../../src/connectors/openstack/index.js';
import type { CloudItems, CloudKind, CloudSession } from '../../src/domains/datacenters/cloud.port.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { CLOUD_KINDS } from '../connectors/openstack/kinds.js';
import { readAll } from '../connectors/openstack/reading.js';
import { cinderUsage, openstack } from './commandLine.js';
import { account } from './given.js';
import type * as Printed from './printed.js';

type All = { [K in CloudKind]: CloudItems[K][] };

let session: CloudSession;
const found = {} as All;

beforeAll(async () => {
  const connector = createOpenStackConnector({
    addresses: new AddressPolicy([]),
    viaName: 'test',
    isLegacyAllowed: false,
  });
  session = await connector.open(account, new AbortController().signal);
  for (const kind of CLOUD_KINDS) Object.assign(found, { [kind]: await readAll(session, kind) });
});
afterAll(() => session.close());

const sorted = (texts: readonly string[]) => texts.toSorted();
const byId = <T extends { id: string }>(items: readonly T[]) =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
/** What is there is what the command line prints, in any order. */
function expectSame<T extends { id: string }>(items: readonly T[], printed: readonly T[]): void {
  expect(printed.length).toBeGreaterThan(0);
  expect(byId(items)).toEqual(byId(printed));
}

test('all services are there', () => {
  expect(session.missing).toEqual([]);
});

test('tenants are its projects, without those of the users of stacks', async () => {
  const [projects, domains, stacks] = await openstack<[Printed.Project[], Printed.Listed[], Printed.Stack[]]>(
    'project list --long',
    'domain list',
    'stack list',
  );
  const details = await openstack<{ stack_user_project_id: string }[]>(
    ...stacks.map(({ ID: id }) => `stack show ${id}`),
  );
  const hidden = details.map((stack) => stack.stack_user_project_id);
  const shown = projects.filter(({ ID: id }) => !hidden.includes(id));
  expect(shown.length).toBeLessThan(projects.length);
  expectSame(
    found.tenants,
    shown.map((project) => ({
      id: project.ID,
      name: project.Name,
      domainId: project['Domain ID'],
      domainName: domains.find(({ ID: id }) => id === project['Domain ID'])?.Name ?? null,
      description: project.Description,
      isEnabled: project.Enabled,
    })),
  );
});

test('hosts are its compute services, with what their hypervisors have and use', async () => {
  const [services, hypervisors, sums] = await openstack<
    [Printed.Service[], Printed.Hypervisor[], Printed.Sums]
  >('compute service list --service nova-compute --long', 'hypervisor list --long', 'hypervisor stats show');
  const details = await openstack<Printed.HypervisorDetail[]>(
    // One that is down is shown by nobody.
    ...hypervisors.filter(({ State: state }) => state === 'up').map(({ ID: id }) => `hypervisor show ${id}`),
  );
  for (const host of found.hosts) {
    const service = services.find(({ Host: name }) => name === host.name);
    const hypervisor = hypervisors.find((each) => each['Hypervisor Hostname'] === host.name);
    const disk = details.find((each) => each.service_host === host.name);
    expect(host).toMatchObject({
      id: service?.ID,
      zone: service?.Zone,
      isUp: service?.State === 'up',
      isEnabled: service?.Status === 'enabled',
      disabledReason: service?.['Disabled Reason'] ?? null,
      address: hypervisor?.['Host IP'],
      hypervisorType: hypervisor?.['Hypervisor Type'],
      vcpus: hypervisor?.vCPUs,
      usedVcpus: hypervisor?.['vCPUs Used'],
      memoryMb: hypervisor?.['Memory MB'],
      usedMemoryMb: hypervisor?.['Memory MB Used'],
      ...(disk && { diskGb: disk.local_gb, usedDiskGb: disk.local_gb_used }),
    });
    // Those that are up go on reporting.
    if (!host.isUp)
      expect(host.updatedAt?.toISOString().slice(0, 23)).toBe(service?.['Updated At'].slice(0, 23));
  }
  expect(found.hosts).toHaveLength(services.length);
  expect(found.hosts.some(({ isUp }) => !isUp)).toBe(true);
  const sum = (of: (host: CloudItems['hosts']) => number) =>
    found.hosts.filter(({ isEnabled }) => isEnabled).reduce((all, host) => all + of(host), 0);
  // It leaves disabled ones out.
  expect({
    vcpus: sum(({ vcpus }) => vcpus),
    vcpus_used: sum(({ usedVcpus }) => usedVcpus),
    memory_mb: sum(({ memoryMb }) => memoryMb),
    memory_mb_used: sum(({ usedMemoryMb }) => usedMemoryMb),
    local_gb: sum(({ diskGb }) => diskGb),
    local_gb_used: sum(({ usedDiskGb }) => usedDiskGb),
  }).toEqual(
    Object.fromEntries(Object.entries(sums).filter(([key]) => /^(vcpus|memory_mb|local_gb)/.test(key))),
  );
});

test('aggregates, flavors, volume types and images', async () => {
  const [aggregates, flavors, types, images] = await openstack<
    [Printed.Aggregate[], Printed.Flavor[], Printed.VolumeType[], Printed.Image[]]
  >('aggregate list --long', 'flavor list --all --long', 'volume type list --long', 'image list --long');
  expectSame(
    found.aggregates.map((each) => ({ ...each, hosts: sorted(each.hosts) })),
    aggregates.map((each) => ({
      id: String(each.ID),
      name: each.Name,
      zone: each['Availability Zone'],
      hosts: sorted(each.Hosts),
      // Which it prints apart.
      metadata: {
        ...each.Properties,
        ...(each['Availability Zone'] !== null && { availability_zone: each['Availability Zone'] }),
      },
    })),
  );
  expectSame(
    found.flavors,
    flavors.map((each) => ({
      id: each.ID,
      name: each.Name,
      vcpus: each.VCPUs,
      memoryMb: each.RAM,
      diskGb: each.Disk,
      isPublic: each['Is Public'],
    })),
  );
  expectSame(
    found.volumeTypes,
    types.map((each) => ({ id: each.ID, name: each.Name, isPublic: each['Is Public'] })),
  );
  expectSame(
    found.images,
    images.map((each) => ({ id: each.ID, name: each.Name, status: each.Status, size: each.Size })),
  );
});

test('networks with their subnets', async () => {
  const [list, subnets] = await openstack<[Printed.Listed[], Printed.Subnet[]]>(
    'network list',
    'subnet list --long',
  );
  const networks = await openstack<Printed.Network[]>(...list.map(({ ID: id }) => `network show ${id}`));
  expectSame(
    found.networks.map((each) => ({ ...each, subnets: byId(each.subnets) })),
    networks.map((each) => ({
      id: each.id,
      name: each.name,
      tenantId: each.project_id,
      status: each.status,
      isShared: each.shared,
      isExternal: each['router:external'],
      networkType: each['provider:network_type'],
      segmentationId: each['provider:segmentation_id'],
      mtu: each.mtu,
      subnets: byId(
        subnets
          .filter(({ Network: network }) => network === each.id)
          .map((subnet) => ({
            id: subnet.ID,
            name: subnet.Name,
            cidr: subnet.Subnet,
            gateway: subnet.Gateway,
          })),
      ),
    })),
  );
});

test('volumes', async () => {
  const [list] = await openstack<[Printed.Listed[]]>('volume list --all-projects');
  const volumes = await openstack<Printed.Volume[]>(...list.map(({ ID: id }) => `volume show ${id}`));
  expectSame(
    found.volumes,
    volumes.map((each) => ({
      id: each.id,
      name: each.name ?? '',
      tenantId: each['os-vol-tenant-attr:tenant_id'],
      type: each.type,
      status: each.status,
      sizeGb: each.size,
      isBootable: each.bootable === 'true',
      serverIds: each.attachments.map(({ server_id: server }) => server),
      createdAt: new Date(`${each.created_at.slice(0, 23)}Z`),
    })),
  );
});

describe('servers and stacks', () => {
  let servers: Printed.Server[];
  let stacks: Printed.Stack[];
  beforeAll(async () => {
    const [list, ...others] = await openstack<[Printed.Listed[], Printed.Stack[]]>(
      // All of its pages.
      'server list --all-projects --limit -1',
      'stack list',
    );
    [stacks] = others;
    servers = await openstack(...list.map(({ ID: id }) => `server show ${id}`));
  });

  test('stacks are those that are in no other', () => {
    expectSame(
      found.stacks,
      stacks.map((each) => ({
        id: each.ID,
        name: each['Stack Name'],
        tenantId: each.Project,
        status: each['Stack Status'],
      })),
    );
  });

  test('servers, in every field', async () => {
    const resources = await openstack<Printed.StackResource[][]>(
      ...stacks.map(({ ID: id }) => `stack resource list -n 20 ${id}`),
    );
    const stackOf = new Map(
      stacks.flatMap((stack, index) =>
        (resources[index] ?? [])
          .filter((each) => each.resource_type === 'OS::Nova::Server')
          .map((each) => [each.physical_resource_id, stack.ID]),
      ),
    );
    expect(servers).toHaveLength(found.servers.length);
    expect(stackOf.size).toBeGreaterThan(2);
    const flavorOf = (server: Printed.Server): CloudItems['servers']['flavor'] => {
      const { original_name: name, vcpus, ram, disk } = server.flavor;
      return { id: null, name, vcpus, memoryMb: ram, diskGb: disk };
    };
    for (const server of servers) {
      const own = found.servers.find(({ id }) => id === server.id);
      expect(own).toMatchObject({
        name: server.name,
        tenantId: server.project_id,
        status: server.status,
        powerState: server['OS-EXT-STS:power_state'],
        host: server['OS-EXT-SRV-ATTR:host'],
        zone: server['OS-EXT-AZ:availability_zone'] || null,
        instanceName: server['OS-EXT-SRV-ATTR:instance_name'],
        flavor: flavorOf(server),
        imageId: /\(([\da-f-]{36})\)$/.exec(server.image ?? '')?.[1] ?? null,
        stackId: stackOf.get(server.id) ?? server.properties['metering.stack'] ?? null,
        volumeIds: server.volumes_attached.map(({ id }) => id),
        // Nova's list does not tell why a server never got a host.
        fault: server['OS-EXT-SRV-ATTR:host'] === null ? null : (server.fault?.message ?? null),
        createdAt: new Date(server.created),
        // One that waits for a host is tried again and again.
        ...(server.status !== 'BUILD' && { updatedAt: new Date(server.updated) }),
      });
      const addresses = Map.groupBy(own?.addresses ?? [], ({ networkName }) => networkName ?? '');
      expect(
        Object.fromEntries([...addresses].map(([name, all]) => [name, sorted(all.map(({ ip }) => ip))])),
      ).toEqual(
        Object.fromEntries(Object.entries(server.addresses).map(([name, all]) => [name, sorted(all)])),
      );
    }
  });

  test('some have floating addresses, several networks, and two addresses in one', () => {
    const all = found.servers.map(({ addresses }) => addresses);
    expect(all.some((each) => each.some(({ isFloating }) => isFloating))).toBe(true);
    expect(all.some((each) => new Set(each.map(({ networkId }) => networkId)).size > 1)).toBe(true);
    expect(all.some((each) => each.filter(({ ip }) => ip.includes(':')).length > 0)).toBe(true);
    expect(all.some((each) => each.length === 0)).toBe(true);
  });

  test('no user data is in what is read', () => {
    const data = servers.flatMap((server) => server['OS-EXT-SRV-ATTR:user_data'] ?? []);
    expect(data.length).toBeGreaterThan(0);
    const read = JSON.stringify(found);
    for (const text of data) expect(read).not.toContain(text.slice(0, 40));
  });
});

test('quotas are what Nova and Cinder count', async () => {
  const tenants = found.tenants.map(({ id }) => id);
  const nova = await openstack<Printed.Figure[][]>(
    ...tenants.map((id) => `quota list --detail --compute --project ${id}`),
  );
  expect(found.quotas.map(({ id }) => id)).toEqual(tenants);
  for (const [index, tenant] of tenants.entries()) {
    const figure = (name: string) => {
      const printed = nova[index]?.find(({ Resource: resource }) => resource === name);
      return { inUse: printed?.['In Use'], limit: printed?.Limit };
    };
    const volumes = [...(await cinderUsage(tenant))].flatMap(([name, usage]) => {
      if (name === 'gigabytes') return [['default', usage] as const];
      return name.startsWith('gigabytes_') ? [[name.slice('gigabytes_'.length), usage] as const] : [];
    });
    expect(volumes.length).toBeGreaterThan(1);
    expect(found.quotas[index]).toEqual({
      id: tenant,
      cores: figure('cores'),
      ram: figure('ram'),
      instances: figure('instances'),
      volumes: Object.fromEntries(volumes),
    });
  }
});
