import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMPUTE_TOOLS, failing, missing, printing } from '../../../support/ssh/computeHost.js';
import type { Machine, MachineOptions } from '../../../support/ssh/machine.js';
import { ADDRESS, started, startHost } from './behindLcm.js';
import { sample } from './samples.js';

const PORT_ID = '767b85ad-b6ea-4b34-8a28-ed63940f76ec';

const toolsOf = (machine: Machine) =>
  machine.seen.commands.map((command) => command.replaceAll("'", '').split(' sh ').at(-1) ?? '');

/** The LCM's own ssh, which runs what it is asked to on the LCM itself. */
const OWN_SSH = `[ "$1 $2 $3 $4 $5" = "-o BatchMode=yes -o ConnectTimeout=8 --" ] || exit 9
echo "$6" >> hosts; exec sh -c "$7"`;

describe('a host behind the LCM', () => {
  test('tells its CPUs, and who uses them', async () => {
    const { host, lcm, read } = await startHost();
    const { reading, complaints, hostKey, lcmHostKey } = await read('cpuLayout');
    expect(reading.cores).toHaveLength(8);
    expect(reading.cores[1]).toEqual({ core: 0, socket: 1, cpus: [1, 9] });
    expect(reading.domains).toEqual([
      { name: 'instance-0000000a', cpus: [4, 12, 5, 13], serverName: null },
      {
        name: 'instance-0000001f',
        cpus: [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 14, 15],
        serverName: '数据库 №1 "a" <b>',
      },
    ]);
    expect({ complaints, hostKey, lcmHostKey }).toEqual({
      complaints: [],
      hostKey: host.hostKey,
      lcmHostKey: lcm.hostKey,
    });
    expect(lcm.seen.commands).toEqual([]);
    expect(existsSync(join(host.home, 'pwned'))).toBe(false);
    await expect.poll(() => [host.connections, lcm.connections]).toEqual([0, 0]);
  });

  test('tells its network interfaces', async () => {
    const { read } = await startHost();
    const { reading, complaints } = await read('interfaces');
    expect(reading.map(({ name }) => name)).toEqual(['control0', 'ens2f0']);
    expect(reading[0]).toEqual({
      name: 'control0',
      mac: '6c:92:bf:f6:8f:54',
      pciNumber: '0000:3b:00.0',
      driver: 'i40e',
      driverVersion: '2.8.20-k',
      firmwareVersion: '6.01 0x80003d3b 1.1862.0',
      description: 'Ethernet controller: Intel Corporation Ethernet Controller X710 for 10GbE SFP+ (rev 02)',
      ...{ rxDropped: 17, rxErrors: 0, txDropped: 0, txErrors: 0, txPackets: 176_395_534 },
    });
    expect(reading[1]).toMatchObject({ pciNumber: '0000:af:00.1', description: '', txPackets: 1 });
    expect(complaints).toEqual([]);
  });

  test('tells the counters of its switch', async () => {
    const { read } = await startHost();
    const { reading } = await read('portCounters');
    expect(reading).toMatchObject({ [PORT_ID]: { rxDropped: '3', rxErrors: null } });
  });

  test('is found by its name where it has no address', async () => {
    const { read } = await startHost();
    expect((await read('portCounters', { address: null })).complaints).toEqual([]);
    await expect(read('portCounters', { address: null, name: '-oProxyCommand=x' })).rejects.toThrow(
      'has no address of a machine',
    );
    await expect(read('portCounters', { address: '169.254.169.254' })).rejects.toMatchObject({
      code: 'ADDRESS_DENIED',
    });
  });

  test('with another host key than before is left, and the LCM is not asked to go there', async () => {
    const { host, lcm, read } = await startHost({ lcm: { tools: { ssh: OWN_SSH } } });
    const other = await started({});
    await expect(read('portCounters', { hostKey: other.hostKey })).rejects.toMatchObject({
      code: 'UPSTREAM_CERTIFICATE',
      message: expect.stringMatching(/^the host 192\.0\.2\.11 has another host key than before/),
    });
    expect([host.seen.passwords, lcm.seen.commands]).toEqual([[], []]);
    expect((await read('portCounters', { hostKey: host.hostKey })).hostKey).toBe(host.hostKey);
  });

  test('that does not answer, or not to the end, fails', async () => {
    const silent = await started({ commands: 'hang' });
    const { read } = await startHost({
      lcm: { reaches: { [`${ADDRESS}:22`]: silent.address } },
      silence: 1500,
    });
    await expect(read('cpuLayout')).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'the host 192.0.2.11 said nothing for 1.5 s',
    });
    await expect(read('cpuLayout', { address: '127.0.0.1', name: 'x' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
    });
    const { read: flooded } = await startHost({ host: { commands: 'flood' } });
    await expect(flooded('cpuLayout')).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  });

  test('is left when nobody waits any more', async () => {
    const silent = await started({ instead: 'hang' });
    const { lcm, read } = await startHost({ lcm: { reaches: { [`${ADDRESS}:22`]: silent.address } } });
    const leaving = new AbortController();
    const reading = read('cpuLayout', {}, leaving.signal);
    await expect.poll(() => silent.seen.passwords.length).toBe(1);
    leaving.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    await expect.poll(() => [silent.connections, lcm.connections]).toEqual([0, 0]);
  });
});

describe('where the LCM', () => {
  const own = { tools: { ...COMPUTE_TOOLS, ssh: OWN_SSH } };

  test.each<[string, { host?: MachineOptions; lcm?: MachineOptions }]>([
    ['forwards nothing', { lcm: { ...own, forwarding: false } }],
    ['has another account than the host', { host: { password: 'another' }, lcm: own }],
    ['has an account that the host locks', { host: { instead: 'hang up' }, lcm: own }],
  ])('%s, its own ssh is used', async (_what, given) => {
    const { lcm, read } = await startHost(given);
    const { reading, complaints, hostKey } = await read('cpuLayout');
    expect([reading.cores.length, reading.domains.length, complaints, hostKey]).toEqual([8, 2, [], null]);
    // A tool that fails with the code that ssh itself has is no failure of ssh.
    const { reading: interfaces } = await read('interfaces');
    expect(interfaces).toHaveLength(2);
    expect(existsSync(join(lcm.home, 'pwned'))).toBe(false);
  });

  test('may not log in either, both reasons are told', async () => {
    const words = 'ceeinfra@192.0.2.11: Permission denied (publickey,password).';
    const { read } = await startHost({
      host: { password: 'another' },
      lcm: { tools: { ssh: failing(words, 255) } },
    });
    await expect(read('cpuLayout')).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: expect.stringMatching(/refuses the user or the password; nor by the LCM's own ssh: .*denied/),
    });
  });
});

describe('tools', () => {
  const refused = failing('error: Failed to connect socket: Permission denied');
  const needsRoot = (name: string) => `if [ -z "$AS_ROOT" ]; then\n${refused}\nfi\n${COMPUTE_TOOLS[name]}`;
  const sudo = 'shift; AS_ROOT=1 exec "$@"';

  test('that need root are asked as such after they were refused, and others never', async () => {
    const { host, read } = await startHost({
      host: { tools: { virsh: needsRoot('virsh'), 'ovs-vsctl': needsRoot('ovs-vsctl'), sudo } },
    });
    expect((await read('cpuLayout')).reading.domains).toHaveLength(2);
    expect((await read('portCounters')).reading).toHaveProperty(PORT_ID);
    await read('interfaces');
    const asRoot = toolsOf(host).filter((command) => command.includes('sudo'));
    expect(asRoot.map((command) => /sudo -n ([\w-]+)/.exec(command)?.[1])).toEqual(
      expect.arrayContaining(['virsh', 'ovs-vsctl']),
    );
    expect(asRoot.filter((command) => !/virsh|ovs-vsctl/.test(command))).toEqual([]);
    const plain = toolsOf(host).findIndex((command) => command.startsWith('ovs-vsctl'));
    expect(toolsOf(host)[plain + 1]).toMatch(/^sudo -n ovs-vsctl/);
  });

  test('that are refused for good are named', async () => {
    const { read } = await startHost({
      host: { tools: { virsh: refused, sudo: failing('sudo: a password is required') } },
    });
    const { reading, complaints } = await read('cpuLayout');
    expect(reading.domains).toEqual([]);
    expect(complaints).toEqual(['virsh is refused to the account on the host']);
  });

  test('that are missing are named, and what others tell is there', async () => {
    const names = ['virsh', 'ethtool', 'lspci', 'ovs-vsctl'];
    const tools = Object.fromEntries(names.map((name) => [name, missing(name)]));
    const { read } = await startHost({ host: { tools } });
    const not = (name: string) => `${name} is not installed on the host`;
    const layout = await read('cpuLayout');
    expect([layout.reading.cores.length, layout.reading.domains, layout.complaints]).toEqual([
      8,
      [],
      [not('virsh')],
    ]);
    expect(await read('interfaces')).toMatchObject({ reading: [], complaints: [not('ethtool')] });
    expect(await read('portCounters')).toMatchObject({ reading: {}, complaints: [not('ovs-vsctl')] });
    const { read: undescribed } = await startHost({ host: { tools: { lspci: missing('lspci') } } });
    const { reading, complaints } = await undescribed('interfaces');
    expect([reading.map(({ description }) => description), complaints]).toEqual([['', ''], [not('lspci')]]);
  });

  test('of other versions are understood', async () => {
    const json = printing(sample('ip-s-j-link-6.1.json'));
    const { read } = await startHost({
      host: {
        tools: {
          ip: json,
          ethtool: `[ "$2" = eth0 ] || exit 71\n${printing(sample('ethtool-i-6.1-virtio.txt'))}`,
        },
      },
    });
    expect((await read('interfaces')).reading).toEqual([
      expect.objectContaining({
        name: 'eth0',
        rxDropped: 4,
        txPackets: 85_541,
        description: 'Ethernet controller: Red Hat, Inc. Virtio 1.0 network device (rev 01)',
      }),
    ]);
    const odd = printing('not an interface list');
    const { read: oddly } = await startHost({ host: { tools: { 'ovs-vsctl': odd } } });
    expect((await oddly('portCounters')).complaints).toEqual([
      'ovs-vsctl prints something else than its interfaces',
    ]);
  });

  test('without ip and cpuinfo, files of the kernel tell it', async () => {
    const grep = `case "$*" in
*/proc/cpuinfo)
${printing(sample('cpuinfo-arm64.txt'))}
;;
*topology*)
${printing(sample('sysfs-topology-2-sockets.txt'))}
;;
*)
${printing('/sys/class/net/control0/address:6c:92:bf:f6:8f:54\n/sys/class/net/control0/statistics/tx_packets:7')}
exit 2;;
esac`;
    const { read } = await startHost({ host: { tools: { grep, ip: missing('ip') } } });
    expect((await read('cpuLayout')).reading.cores).toHaveLength(8);
    const { reading, complaints } = await read('interfaces');
    expect([reading.length, reading[0]?.mac, reading[0]?.txPackets, complaints]).toEqual([
      1,
      '6c:92:bf:f6:8f:54',
      7,
      [],
    ]);
  });

  test('a domain that has gone in between is left out', async () => {
    const virsh = COMPUTE_TOOLS['virsh']?.replace('"vcpupin instance-0000000a")', '"none")');
    const { read } = await startHost({ host: { tools: { virsh: virsh ?? '' } } });
    const { reading, complaints } = await read('cpuLayout');
    expect([reading.domains.map(({ name }) => name), complaints]).toEqual([['instance-0000001f'], []]);
  });

  test('names that are no words of a shell stay names', async () => {
    const name = `"';$(touch x)`;
    const link = { ifname: name, link_type: 'ether', stats64: { rx: {}, tx: {} } };
    const { host, read } = await startHost({
      host: {
        tools: {
          ip: printing(JSON.stringify([link, { ...link, ifname: '-x' }, { ...link, ifname: '__proto__' }])),
          ethtool: `[ "$2" = '__proto__' ] || { echo "$2" >> asked; exit 71; }\n${printing(sample('ethtool-i-6.1-virtio.txt'))}`,
        },
      },
    });
    expect((await read('interfaces')).reading.map((each) => each.name)).toEqual(['__proto__']);
    expect(existsSync(join(host.home, 'x'))).toBe(false);
  });
});
