import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import ssh2, { type Client } from 'ssh2';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { send } from '../support/rest.js';
import { type TestServer, startServer } from '../support/server.js';
import { openstack } from './commandLine.js';
import { given } from './given.js';
import type * as Printed from './printed.js';

interface Port {
  id: string;
  name: string;
  mac_address: string;
  device_id: string;
  fixed_ips: { ip_address: string }[];
  binding_vif_type: string;
}

let server: TestServer;
let token: string;
let id: string;
let services: Printed.Service[];
let hypervisors: Printed.Hypervisor[];
let servers: Printed.Server[];

interface Answer<T> {
  status: number;
  data: T;
  message?: string;
}

async function optimus<T>(path: string): Promise<Answer<T>> {
  const response = await send(`${server.url}/api/ericic/v1${path}`, { headers: { authorization: token } });
  const body = (await response.json()) as Answer<T>;
  return { ...body, status: response.status };
}

const enter = async (options: ssh2.ConnectConfig): Promise<Client> => {
  const client = new ssh2.Client();
  const ready = once(client, 'ready');
  client.connect({ username: given.user, password: given.password, ...options });
  await ready;
  return client;
};

/** What a command prints on a host, by another program than ours. */
async function printedOn(address: string, command: string): Promise<string> {
  const [host = '', port = '22'] = given.lcm.split(':');
  const lcm = await enter({ host, port: Number(port) });
  const sock = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    lcm.forwardOut('127.0.0.1', 0, address, 22, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
  const client = await enter({ sock });
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.exec(`PATH=$PATH:/usr/sbin:/sbin; ${command}`, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const out = await text(channel);
  client.end();
  lcm.end();
  return out;
}

/** Whether both tasks of the data center have read it. */
async function bothRead(): Promise<void> {
  const { data } = await optimus<{ status: boolean }[]>(`/scheduler/task/history?cid=${id}`);
  expect(data.map(({ status }) => status)).toEqual([true, true]);
}

beforeAll(async () => {
  server = await startServer({}, { background: true });
  token = await server.adminToken();
  [services, hypervisors] = await openstack<[Printed.Service[], Printed.Hypervisor[]]>(
    'compute service list --service nova-compute --long',
    'hypervisor list --long',
  );
  const [listed] = await openstack<[Printed.Listed[]]>('server list --all-projects --limit -1');
  servers = await openstack<Printed.Server[]>(...listed.map(({ ID: key }) => `server show ${key}`));
  const response = await send(`${server.url}/api/ericic/v1/data_center`, {
    method: 'POST',
    headers: { authorization: token },
    body: {
      ...{ name: 'hosts', mode: true, lcm_ip: given.lcm, lcm_user: given.user },
      ...{ lcm_pwd: given.password, openstackrc_dir: given.openrc },
    },
  });
  id = ((await response.json()) as { data: string }).data;
  await vi.waitFor(bothRead, { timeout: 300_000, interval: 1000 });
});
afterAll(async () => server.stop());

/** Hosts that are up, with their addresses. */
const hosts = () =>
  services.flatMap((service) => {
    const hypervisor = hypervisors.find((each) => each['Hypervisor Hostname'] === service.Host);
    return service.State === 'up' && hypervisor ? [{ ...service, address: hypervisor['Host IP'] }] : [];
  });

test('CPUs are those that lscpu prints, and domains those that virsh does', async () => {
  expect(hosts().length).toBeGreaterThan(0);
  for (const { ID: hid, Host: name, address } of hosts()) {
    const { status, data, message } = await optimus<{
      socket_info: Record<string, Record<string, number[]>>;
      instance_info: { vcpu: number[]; vm: string; instance: string }[];
    }>(`/${id}/cpu_layout/${hid}`);
    expect([status, message]).toEqual([200, undefined]);
    const rows = (await printedOn(address, 'lscpu -p=CPU,SOCKET'))
      .split('\n')
      .filter((line) => /^\d/.test(line));
    const printed = rows.map((row) => row.split(',').map(Number));
    const sockets = Object.values(data.socket_info).flatMap((each) => Object.entries(each));
    const shown = sockets.flatMap(([socket, cpus]) =>
      cpus.map((cpu) => [cpu, Number(socket.slice('socket '.length))]),
    );
    expect(shown.toSorted(([a = 0], [b = 0]) => a - b)).toEqual(printed);

    const virsh = 'virsh -r -c qemu:///system';
    const domains = (await printedOn(address, `${virsh} list --name`)).split('\n').filter(Boolean).toSorted();
    expect(data.instance_info.map(({ instance }) => instance)).toEqual(domains);
    for (const { instance, vcpu, vm } of data.instance_info) {
      const affinities = (await printedOn(address, `${virsh} vcpuinfo ${instance}`)).matchAll(
        /Affinity:\s+([y-]+)/g,
      );
      const cpus = [...affinities].flatMap(([, mask = '']) =>
        [...mask].flatMap((letter, cpu) => (letter === 'y' ? [cpu] : [])),
      );
      expect(vcpu).toEqual([...new Set(cpus)]);
      // One that never had a host may have the name of another.
      const own = servers.find(
        (each) => each['OS-EXT-SRV-ATTR:instance_name'] === instance && each['OS-EXT-SRV-ATTR:host'] === name,
      );
      expect(vm).toBe(own?.name);
    }
  }
});

test('network interfaces are those that are PCI devices', async () => {
  for (const { ID: hid, address } of hosts()) {
    const { status, data, message } = await optimus<{
      firmware: Record<string, { mac: string; driver: string; pci_number: string; desc: string }>;
      static: Record<string, { tx_packets: number; rx_dropped: number }>;
    }>(`/${id}/interface_driver/${hid}`);
    expect([status, message]).toEqual([200, undefined]);
    const buses = await printedOn(
      address,
      'for i in /sys/class/net/*; do n=${i##*/}; echo "$n $(cat $i/address) $(ethtool -i $n 2>/dev/null | sed -n "s/^bus-info: //p")"; done',
    );
    const printed = buses
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, , bus]) => bus !== undefined && /^[\da-f]{4,}:[\da-f]{2}:/.test(bus));
    expect(Object.entries(data.firmware).map(([name, { mac, pci_number: pci }]) => [name, mac, pci])).toEqual(
      printed,
    );
    expect(Object.keys(data.static)).toEqual(Object.keys(data.firmware));
    for (const [name, { tx_packets: sent }] of Object.entries(data.static)) {
      const now = Number(await printedOn(address, `cat /sys/class/net/${name}/statistics/tx_packets`));
      expect(sent).toBeLessThanOrEqual(now);
    }
  }
});

test('ports are those of the command line, with the counters of the switch', async () => {
  const [list] = await openstack<[Printed.Listed[]]>('port list');
  const ports = await openstack<Port[]>(...list.map(({ ID: key }) => `port show ${key}`));
  const up = hosts().map(({ Host: name }) => name);
  for (const { id: vid, ...machine } of servers) {
    const { status, data } = await optimus<Record<string, string>[]>(`/${id}/${vid}/network_port`);
    expect(status).toBe(200);
    const own = ports.filter(({ device_id: device }) => device === vid);
    expect(
      data.map(({ id: key, name, mac, ip_address: ips, vif_type: type }) => ({ key, name, mac, ips, type })),
    ).toEqual(
      own
        .map((port) => ({
          key: port.id,
          name: port.name,
          mac: port.mac_address,
          ips: port.fixed_ips.map(({ ip_address: ip }) => ip).join(),
          type: port.binding_vif_type,
        }))
        .toSorted((a, b) => (`${a.name}\0${a.key}` < `${b.name}\0${b.key}` ? -1 : 1)),
    );
    const isBound = (port: Record<string, string>) => /^(tap|vhu)/.test(port['vhostuser'] ?? '');
    const host = machine['OS-EXT-SRV-ATTR:host'];
    for (const port of data.filter(isBound))
      expect(port['rx_packets']).toMatch(host !== null && up.includes(host) ? /^(\d+|\?)$/ : /^\?$/);
  }
  const counted = await Promise.all(
    servers.map(
      async ({ id: vid }) => (await optimus<Record<string, string>[]>(`/${id}/${vid}/network_port`)).data,
    ),
  );
  expect(counted.flat().some((port) => /^\d+$/.test(port['rx_packets'] ?? ''))).toBe(true);
});
