import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { cinderUsage, openstack } from './commandLine.js';
import { given } from './given.js';
import type * as Printed from './printed.js';

let server: TestServer;
let token: string;
let id: string;
let services: Printed.Service[];
let servers: Printed.Server[];
let projects: Printed.Project[];

async function optimus<T>(path: string): Promise<T> {
  const response = await send(`${server.url}/api/ericic/v1${path}`, { headers: { authorization: token } });
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: T }).data;
}

async function ask<T>(document: string, variables: object = {}): Promise<T> {
  const { data, errors } = await query<T>(server.url, document, { token, variables });
  expect(errors).toEqual([]);
  return data as T;
}

interface Lists {
  dataCenter: Record<string, { nodes: Record<string, never>[] }>;
}

/** All of a list of the data center in GraphQL, by OpenStack's own key. */
async function listed(field: string, selection: string): Promise<Map<string, Record<string, unknown>>> {
  const { dataCenter } = await ask<Lists>(
    `query ($id: ID!) { dataCenter(id: $id) { ${field}(first: 100) { nodes { cloudId ${selection} } } } }`,
    { id },
  );
  return new Map((dataCenter[field]?.nodes ?? []).map((node) => [node['cloudId'] ?? '', node]));
}

const REGISTER = `mutation ($input: RegisterDataCenterInput!) { registerDataCenter(input: $input) { dataCenter { id } } }`;

interface Run {
  task_name: string;
  error_info: string | null;
}

/** Whether both tasks of the data center have read it. */
async function bothRead(): Promise<void> {
  const runs = await optimus<Run[]>(`/scheduler/task/history?cid=${id}`);
  expect(runs.map(({ task_name: task, error_info: error }) => ({ task, error }))).toEqual(
    expect.arrayContaining([
      { task: 'static', error: null },
      { task: 'dynamic', error: null },
    ]),
  );
}

beforeAll(async () => {
  server = await startServer({}, { background: true });
  token = await server.adminToken();
  const input = {
    name: 'real',
    mode: true,
    lcmIp: given.lcm,
    lcmUser: given.user,
    lcmPwd: given.password,
    openstackrcDir: given.openrc,
  };
  const made = await ask<{ registerDataCenter: { dataCenter: { id: string } } }>(REGISTER, { input });
  ({ id } = made.registerDataCenter.dataCenter);
  await vi.waitFor(bothRead, { timeout: 300_000, interval: 1000 });
  [services, projects] = await openstack<[Printed.Service[], Printed.Project[]]>(
    'compute service list --service nova-compute --long',
    'project list --long',
  );
  const [list] = await openstack<[Printed.Listed[]]>('server list --all-projects --limit -1');
  servers = await openstack(...list.map(({ ID: key }) => `server show ${key}`));
});
afterAll(() => server.stop());

const capitalized = (text: string) => text.charAt(0) + text.slice(1).toLowerCase();
const POWER: Record<number, string> = {
  0: 'NOSTATE',
  1: 'Running',
  3: 'Paused',
  4: 'Shutdown',
  6: 'Crashed',
  7: 'Suspended',
};
const on = (host: string) => servers.filter((each) => each['OS-EXT-SRV-ATTR:host'] === host);
const tenantOf = (server: Printed.Server) => projects.find(({ ID: key }) => key === server.project_id)?.Name;
const byText = (one: string, other: string) => (one < other ? -1 : 1);

test('hosts: nova_service, host_data, host_config_data', async () => {
  for (const state of ['up', 'down'])
    expect(
      (await optimus<{ id: string }[]>(`/${id}/nova_service/${state}`)).toSorted((a, b) =>
        byText(a.id, b.id),
      ),
    ).toEqual(
      services
        .filter(({ State: own }) => own === state)
        .toSorted((a, b) => byText(a.ID, b.ID))
        .map((each) => ({
          availability_zone: each.Zone,
          cid: id,
          host: each.Host,
          id: each.ID,
          state,
          status: each.Status,
        })),
    );
  const [aggregates] = await openstack<[Printed.Aggregate[]]>('aggregate list --long');
  interface HostRow {
    id: string;
    vm_info: { id: string }[];
    update_at: number;
    state: string;
  }
  const rows = await optimus<HostRow[]>(`/host_data?dc_id=${id}&limit=1000`);
  const hosts = await listed(
    'hosts',
    'name isUp isEnabled availabilityZone aggregateNames virtualMachineCount',
  );
  expect(rows).toHaveLength(services.length);
  expect(hosts.size).toBe(services.length);
  for (const service of services) {
    const row = rows.find((each) => each.id === service.ID);
    const names = aggregates
      .filter(({ Hosts: own }) => own.includes(service.Host))
      .map(({ Name: name }) => name)
      .toSorted(byText);
    const running = on(service.Host);
    expect(row).toMatchObject({
      availability_zone: service.Zone,
      dc_id: id,
      host: service.Host,
      host_aggregate: names.join(),
      state: service.State,
      status: service.Status,
      vm_num: running.length,
    });
    // Those that are up go on reporting.
    if (service.State === 'down')
      expect(row?.update_at).toBe(Math.floor(Date.parse(`${service['Updated At'].slice(0, 19)}Z`) / 1000));
    expect(row?.vm_info.toSorted((a, b) => byText(a.id, b.id))).toEqual(
      running
        .toSorted((a, b) => byText(a.id, b.id))
        .map((each) => ({
          id: each.id,
          name: each.name,
          status: capitalized(each.status),
          tenant_id: each.project_id,
          tenant_name: tenantOf(each),
        })),
    );
    expect(hosts.get(service.ID)).toMatchObject({
      name: service.Host,
      isUp: service.State === 'up',
      isEnabled: service.Status === 'enabled',
      availabilityZone: service.Zone,
      aggregateNames: names,
      virtualMachineCount: running.length,
    });
  }
  expect(await optimus(`/host_config_data?dc_id=${id}`)).toEqual([
    {
      host_az: [...new Set(services.map(({ Zone: zone }) => zone))]
        .toSorted(byText)
        .map((zone) => ({ availability_zone: zone })),
      host_ha: aggregates
        .map(({ Name: name }) => name)
        .toSorted(byText)
        .map((name) => ({ aggregate_name: name })),
    },
  ]);
});

test('figures of hosts: infra_resource, infrastructure', async () => {
  const [hypervisors] = await openstack<[Printed.Hypervisor[]]>('hypervisor list --long');
  const details = await openstack<Printed.HypervisorDetail[]>(
    // One that is down is shown by nobody.
    ...hypervisors
      .filter(({ State: state }) => state === 'up')
      .map(({ ID: key }) => `hypervisor show ${key}`),
  );
  const hosts = await listed('hosts', 'vcpus usedVcpus memoryMb usedMemoryMb diskGb usedDiskGb');
  for (const { ID: hid, Host: name } of services) {
    const hypervisor = hypervisors.find((each) => each['Hypervisor Hostname'] === name);
    const disk = details.find((each) => each.service_host === name);
    expect(await optimus(`/${id}/infra_resource/${hid}`)).toMatchObject({
      total_cpu: hypervisor?.vCPUs,
      total_ram: hypervisor?.['Memory MB'],
      used_cpu: hypervisor?.['vCPUs Used'],
      used_ram: hypervisor?.['Memory MB Used'],
      ...(disk && { total_rom: disk.local_gb, used_rom: disk.local_gb_used }),
    });
    expect(hosts.get(hid)).toMatchObject({
      vcpus: hypervisor?.vCPUs,
      usedVcpus: hypervisor?.['vCPUs Used'],
      memoryMb: hypervisor?.['Memory MB'],
      usedMemoryMb: hypervisor?.['Memory MB Used'],
      ...(disk && { diskGb: disk.local_gb, usedDiskGb: disk.local_gb_used }),
    });
  }
  const sum = (of: (each: Printed.Hypervisor) => number) =>
    hypervisors.reduce((all, each) => all + of(each), 0);
  const up = services.filter(({ State: state }) => state === 'up').length;
  const figures = {
    total_memory: sum((each) => each['Memory MB']),
    total_vcpus: sum((each) => each.vCPUs),
    used_memory: sum((each) => each['Memory MB Used']),
    used_vcpus: sum((each) => each['vCPUs Used']),
  };
  expect(await optimus(`/infrastructure?cid=${id}`)).toMatchObject({
    host_info: { down: services.length - up, total: services.length, up },
    ...figures,
  });
  const { dataCenter } = await ask<{ dataCenter: { infrastructure: object } }>(
    `query ($id: ID!) { dataCenter(id: $id) { infrastructure { hostInfo { up down total }
       totalMemory totalVcpus usedMemory usedVcpus virtualMachineCount } } }`,
    { id },
  );
  expect(dataCenter.infrastructure).toEqual({
    hostInfo: { down: services.length - up, total: services.length, up },
    totalMemory: figures.total_memory,
    totalVcpus: figures.total_vcpus,
    usedMemory: figures.used_memory,
    usedVcpus: figures.used_vcpus,
    virtualMachineCount: servers.filter((each) => each['OS-EXT-SRV-ATTR:host'] !== null).length,
  });
});

test('tenants: tenant_info, tenant_quota, config_data', async () => {
  interface Summary {
    tenant_info: { id: string; name: string; core_used: number; ram_used: number }[];
    total_vcpus: number;
    used_vcpus: number;
    total_memory: number;
    used_memory: number;
  }
  const summary = await optimus<Summary>(`/infrastructure?cid=${id}`);
  const [stacks] = await openstack<[Printed.Stack[]]>('stack list');
  const details = await openstack<{ stack_user_project_id: string }[]>(
    ...stacks.map(({ ID: key }) => `stack show ${key}`),
  );
  const hidden = details.map((stack) => stack.stack_user_project_id);
  const shown = projects.filter(({ ID: key }) => !hidden.includes(key));
  const usage = await openstack<Printed.Figure[][]>(
    ...shown.map(({ ID: key }) => `quota list --detail --compute --project ${key}`),
  );
  const tenants = await listed(
    'tenants',
    'name quota { cores { inUse limit } ram { inUse limit } volumes { name inUse limit } }',
  );
  expect(tenants.size).toBe(shown.length);
  expect(summary.tenant_info).toHaveLength(shown.length);
  for (const [index, project] of shown.entries()) {
    const figure = (name: string) => {
      const printed = usage[index]?.find(({ Resource: resource }) => resource === name);
      return { in_use: printed?.['In Use'] ?? -1, limit: printed?.Limit };
    };
    const cores = figure('cores');
    const ram = figure('ram');
    expect(summary.tenant_info.find((each) => each.id === project.ID)).toEqual({
      core_used: cores.in_use,
      id: project.ID,
      name: project.Name,
      ram_used: ram.in_use,
    });
    const volumes = [...(await cinderUsage(project.ID))].flatMap(([name, { inUse, limit }]) => {
      if (name !== 'gigabytes' && !name.startsWith('gigabytes_')) return [];
      return [{ name: name === 'gigabytes' ? 'default' : name.slice('gigabytes_'.length), inUse, limit }];
    });
    const within = (own: { in_use: number; limit?: number | undefined }, total: number, used: number) => ({
      ...own,
      total,
      other: Math.max(0, used - own.in_use),
      availability: Math.max(0, total - used),
    });
    expect(await optimus(`/${id}/${project.ID}/tenant_quota`)).toEqual({
      cores: within(cores, summary.total_vcpus, summary.used_vcpus),
      ram: within(ram, summary.total_memory, summary.used_memory),
      volume: Object.fromEntries(volumes.map(({ name, inUse, limit }) => [name, { in_use: inUse, limit }])),
    });
    const { quota } = tenants.get(project.ID) as { quota: { volumes: { name: string }[] } };
    expect({ ...quota, volumes: quota.volumes.toSorted((a, b) => byText(a.name, b.name)) }).toEqual({
      cores: { inUse: cores.in_use, limit: cores.limit },
      ram: { inUse: ram.in_use, limit: ram.limit },
      volumes: volumes.toSorted((a, b) => byText(a.name, b.name)),
    });
  }
  const [config] = await optimus<{ stack: { stack_id: string }[]; tenant: object[] }[]>(
    `/config_data?dc_id=${id}`,
  );
  expect(config?.stack.toSorted((a, b) => byText(a.stack_id, b.stack_id))).toEqual(
    stacks
      .map((each) => ({ stack_id: each.ID, stack_name: each['Stack Name'] }))
      .toSorted((a, b) => byText(a.stack_id, b.stack_id)),
  );
  expect(config?.tenant).toHaveLength(shown.length);
  expect(config?.tenant).toEqual(
    expect.arrayContaining(shown.map((each) => ({ tenant_id: each.ID, tenant_name: each.Name }))),
  );
});

test('servers and volumes: nova_data, volume_info', async () => {
  const [list] = await openstack<[Printed.Listed[]]>('volume list --all-projects');
  const volumes = await openstack<Printed.Volume[]>(...list.map(({ ID: key }) => `volume show ${key}`));
  const { volume_info: info } = await optimus<{ volume_info: object[] }>(`/infrastructure?cid=${id}`);
  expect(info).toEqual(
    volumes
      .map((each) => ({ id: each.id, name: each.name ?? '' }))
      .toSorted((a, b) => byText(`${a.name}\0${a.id}`, `${b.name}\0${b.id}`)),
  );
  interface ServerRow {
    nova_uuid: string;
    networks: { name: string; ip: string }[];
    volume: { id: string }[];
  }
  const rows = await optimus<ServerRow[]>(`/nova_data?dc_id=${id}&limit=1000`);
  const machines = await listed(
    'virtualMachines',
    'name cloudStatus cloudPowerState hostName vcpus memoryMb diskGb tenant { name } addresses { ip }',
  );
  expect(rows).toHaveLength(servers.length);
  expect(machines.size).toBe(servers.length);
  for (const each of servers) {
    const row = rows.find(({ nova_uuid: key }) => key === each.id);
    expect(row).toMatchObject({
      created_time: Date.parse(each.created) / 1000,
      dc_id: id,
      flavor_disk: each.flavor.disk,
      flavor_memory: each.flavor.ram,
      flavor_vcpu: each.flavor.vcpus,
      host: each['OS-EXT-SRV-ATTR:host'],
      nova_name: each.name,
      nova_power_state: POWER[each['OS-EXT-STS:power_state']],
      nova_status: capitalized(each.status),
      tenant: tenantOf(each),
    });
    const ips = Object.values(each.addresses).flat().toSorted(byText);
    expect(row?.networks.map(({ name, ip }) => `${name} ${ip}`).toSorted(byText)).toEqual(
      Object.entries(each.addresses)
        .flatMap(([name, all]) => all.map((ip) => `${name} ${ip}`))
        .toSorted(byText),
    );
    const attached = each.volumes_attached.map(({ id: key }) => volumes.find((volume) => volume.id === key));
    expect(row?.volume.toSorted((a, b) => byText(a.id, b.id))).toEqual(
      attached
        .map((volume) => ({
          id: volume?.id ?? '',
          volume_type: volume?.type,
          volume_status: volume?.status,
          volume_size: volume?.size,
          volume_bootable: volume?.bootable,
        }))
        .toSorted((a, b) => byText(a.id, b.id)),
    );
    const { addresses, ...machine } = machines.get(each.id) as { addresses: { ip: string }[] };
    expect(addresses.map(({ ip }) => ip).toSorted(byText)).toEqual(ips);
    expect(machine).toEqual({
      cloudId: each.id,
      name: each.name,
      cloudStatus: each.status,
      cloudPowerState: each['OS-EXT-STS:power_state'],
      hostName: each['OS-EXT-SRV-ATTR:host'],
      vcpus: each.flavor.vcpus,
      memoryMb: each.flavor.ram,
      diskGb: each.flavor.disk,
      tenant: { name: tenantOf(each) },
    });
  }
});
