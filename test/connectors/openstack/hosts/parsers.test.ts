import { describe, expect, test } from 'vitest';
import {
  coresOf,
  isWhole,
  parseCpuinfo,
  parseTopology,
} from '../../../../src/connectors/openstack/hosts/cpuTopology.js';
import {
  parseDomainNames,
  parseServerName,
  parseVcpuPins,
} from '../../../../src/connectors/openstack/hosts/domains.js';
import { parseDescriptions, parseDriver } from '../../../../src/connectors/openstack/hosts/drivers.js';
import {
  parseJsonLinks,
  parseSysfsLinks,
  parseTextLinks,
} from '../../../../src/connectors/openstack/hosts/links.js';
import { parseSwitchPorts } from '../../../../src/connectors/openstack/hosts/switchPorts.js';
import { sample } from './samples.js';

const TWO_SOCKETS = [
  { core: 0, socket: 0, cpus: [0, 8] },
  { core: 0, socket: 1, cpus: [1, 9] },
  { core: 1, socket: 0, cpus: [2, 10] },
  { core: 1, socket: 1, cpus: [3, 11] },
  { core: 8, socket: 0, cpus: [4, 12] },
  { core: 8, socket: 1, cpus: [5, 13] },
  { core: 9, socket: 0, cpus: [6, 14] },
  { core: 9, socket: 1, cpus: [7, 15] },
];
const alone = (cpu: number) => ({ core: cpu, socket: 0, cpus: [cpu] });

describe('CPUs', () => {
  test('cores of two sockets have the same numbers, with gaps', () => {
    const cpus = parseCpuinfo(sample('cpuinfo-2-sockets.txt'));
    expect(isWhole(cpus)).toBe(true);
    expect(coresOf(cpus)).toEqual(TWO_SOCKETS);
    expect(coresOf(parseTopology(sample('sysfs-topology-2-sockets.txt')))).toEqual(TWO_SOCKETS);
  });

  test('those that are offline are left out', () => {
    const offline = [3, 11];
    const online = TWO_SOCKETS.map((each) => ({
      ...each,
      cpus: each.cpus.filter((cpu) => !offline.includes(cpu)),
    })).filter(({ cpus }) => cpus.length > 0);
    expect(coresOf(parseTopology(sample('sysfs-topology-offline.txt')))).toEqual(online);
  });

  test('without cores each is its own, and without sockets all are on the first', () => {
    const told = parseCpuinfo(sample('cpuinfo-arm64.txt'));
    expect(isWhole(told)).toBe(false);
    for (const cpus of [told, parseTopology(sample('sysfs-topology-arm64.txt'))])
      expect(coresOf(cpus)).toEqual([0, 1, 2, 3].map(alone));
    const nothing = '/sys/devices/system/cpu/cpu7/topology/core_id:-1\n';
    expect(coresOf(parseTopology(nothing))).toEqual([alone(7)]);
    expect(isWhole([])).toBe(false);
  });
});

describe('domains', () => {
  test('are those whose names can be asked for, each once', () => {
    expect(parseDomainNames('instance-0000000a\n b.c \n\n-r\n$(reboot)\na b\ninstance-0000000a\n')).toEqual([
      'b.c',
      'instance-0000000a',
    ]);
  });

  test.each([
    ['virsh-vcpupin-4.5.txt', [4, 12, 5, 13]],
    ['virsh-vcpupin-9.0.txt', [4, 12, 5, 13]],
    ['virsh-vcpupin-9.0-floating.txt', [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 14, 15]],
    ['virsh-vcpupin-error.txt', []],
  ])('%s', (name, cpus) => expect(parseVcpuPins(sample(name))).toEqual(cpus));

  test.each([
    ['virsh-dumpxml-nova-1.0.xml', 'vm_a_01'],
    ['virsh-dumpxml-nova-1.1.xml', '数据库 №1 "a" <b>'],
    ['virsh-connect-error.txt', null],
  ])('%s', (name, told) => expect(parseServerName(sample(name))).toBe(told));

  test('characters that XML writes as numbers', () => {
    expect(parseServerName('<nova:name>&#65;&#x4e2d;&#1114112;&nope;&amp;lt;</nova:name>')).toBe(
      'A中&#1114112;&nope;&lt;',
    );
  });
});

describe('network interfaces', () => {
  const named = (links: { name: string; mac: string }[]) => links.map(({ name, mac }) => `${name} ${mac}`);

  test('of a version without JSON', () => {
    expect(parseJsonLinks(sample('ip-j-error-4.11.txt'))).toBeUndefined();
    const links = parseTextLinks(sample('ip-s-link-4.11.txt'));
    expect(named(links)).toEqual([
      'lo ',
      'control0 6c:92:bf:f6:8f:54',
      'control1 6c:92:bf:f6:8f:54',
      'ens2f0 b4:05:5d:1a:02:fd',
      'bond0 6c:92:bf:f6:8f:54',
      'bond0.201 6c:92:bf:f6:8f:54',
    ]);
    expect(links[1]).toMatchObject({ rxDropped: 17, rxErrors: 0, txPackets: 176_395_534 });
    expect(links[2]).toMatchObject({ rxDropped: 0, rxErrors: 3, txPackets: 0 });
  });

  test('of a version with JSON and without are the same', () => {
    const [json, text] = [
      parseJsonLinks(sample('ip-s-j-link-6.1.json')) ?? [],
      parseTextLinks(sample('ip-s-link-6.1.txt')),
    ];
    expect(named(json)).toEqual(['lo ', 'eth0 02:fc:00:00:00:01', 'cee-veth1 06:28:b5:c0:8d:79']);
    expect(json[1]).toEqual({
      ...{ name: 'eth0', mac: '02:fc:00:00:00:01', rxDropped: 4, rxErrors: 0 },
      ...{ txDropped: 0, txErrors: 0, txPackets: 85_541 },
    });
    expect(named(text)).toEqual(named(json));
    expect(text.slice(1)).toEqual(json.slice(1));
  });

  test('JSON without figures is as none', () => {
    expect(parseJsonLinks('[{"ifname":"eth0"}]')).toBeUndefined();
    expect(parseJsonLinks('[{}]')).toBeUndefined();
    expect(parseJsonLinks('{"a":1}')).toBeUndefined();
  });

  test('of files', () => {
    const files = [
      '/sys/class/net/eth0/address:02:fc:00:00:00:01',
      '/sys/class/net/eth0/statistics/rx_dropped:4',
      '/sys/class/net/eth0/statistics/tx_packets:85541',
      '/sys/class/net/lo/statistics/rx_errors:1',
      'grep: /sys/class/net/bad: nothing',
    ];
    expect(parseSysfsLinks(files.join('\n'))).toEqual([
      {
        ...{ name: 'eth0', mac: '02:fc:00:00:00:01', rxDropped: 4, rxErrors: 0 },
        ...{ txDropped: 0, txErrors: 0, txPackets: 85_541 },
      },
      { name: 'lo', mac: '', rxDropped: 0, rxErrors: 1, txDropped: 0, txErrors: 0, txPackets: 0 },
    ]);
  });

  test.each([
    ['ethtool-i-3.15-i40e.txt', ['i40e', '2.8.20-k', '6.01 0x80003d3b 1.1862.0', '0000:3b:00.0']],
    ['ethtool-i-5.4-mlx5.txt', ['mlx5_core', '5.0-0', '16.35.2000 (MT_0000000012)', '0000:af:00.1']],
    ['ethtool-i-6.1-kernel-version.txt', ['ixgbe', '6.1.0-18-amd64', '0x800003e5, 1.2585.0', '0001:05:00.0']],
    ['ethtool-i-6.1-virtio.txt', ['virtio_net', '1.0.0', '', '0000:00:03.0']],
  ])('%s', (name, told) => {
    const { driver, driverVersion, firmwareVersion, pciNumber } = parseDriver(sample(name)) ?? {};
    expect([driver, driverVersion, firmwareVersion, pciNumber]).toEqual(told);
  });

  test.each(['ethtool-i-bond.txt', 'ethtool-i-6.1-tun.txt', 'ethtool-i-lo-error.txt'])(
    '%s is no PCI device',
    (name) => expect(parseDriver(sample(name))).toBeUndefined(),
  );

  test.each([
    [
      'lspci-D-3.9.txt',
      '0001:05:00.0',
      'Ethernet controller: Intel Corporation 82599ES 10-Gigabit SFI/SFP+ Network Connection (rev 01)',
    ],
    [
      'lspci-D-3.9.txt',
      '10000:01:00.0',
      'Non-Volatile memory controller: Samsung Electronics Co Ltd NVMe SSD Controller PM9A1/PM9A3/980PRO',
    ],
    ['lspci-D-unknown-ids.txt', '0000:04:00.0', 'Class 0200: Device 8086:10fb (rev 01)'],
    [
      'lspci-3.5.txt',
      '0000:af:00.1',
      'Ethernet controller: Mellanox Technologies MT27800 Family [ConnectX-5]',
    ],
  ])('%s: %s', (name, pciNumber, description) =>
    expect(parseDescriptions(sample(name)).get(pciNumber)).toBe(description),
  );
});

describe('ports of the switch', () => {
  test('are known by the ids of Neutron, with the counters that are kept', () => {
    expect(parseSwitchPorts(sample('ovs-vsctl-interfaces-2.8-dpdk.json'))).toEqual({
      '767b85ad-b6ea-4b34-8a28-ed63940f76ec': {
        ...{ rxDropped: '3', rxErrors: null, rxPackets: '6' },
        ...{ txDropped: '3', txErrors: null, txPackets: '6' },
      },
    });
    expect(parseSwitchPorts(sample('ovs-vsctl-interfaces-3.1.json'))).toEqual({});
  });

  test('what ran below zero is not known, and an interface that is open counts', () => {
    const row = (port: unknown, statistics: string) =>
      `["i",${JSON.stringify(port)},["map",[["iface-id","p"]]],["map",[${statistics}]]]`;
    const table = (...rows: string[]) =>
      `{"headings":["name","ofport","external_ids","statistics"],"data":[${rows.join()}]}`;
    const open = row(
      3,
      '["rx_packets",9007199254740991],["tx_packets",-2],["rx_dropped",18446744073709551614],["tx_dropped",1.5]',
    );
    for (const rows of [
      [open, row(['set', []], '["rx_packets",1]')],
      [row(-1, '["rx_packets",1]'), open],
    ])
      expect(parseSwitchPorts(table(...rows))).toMatchObject({
        p: { rxPackets: '9007199254740991', txPackets: null, rxDropped: null, txDropped: null },
      });
  });

  test.each(['', 'null', '[]', '{"headings":[],"data":{}}', '['.repeat(100_000)])('%.30s is none', (text) =>
    expect(parseSwitchPorts(text)).toBeUndefined(),
  );
});
