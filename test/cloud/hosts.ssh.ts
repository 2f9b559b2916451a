import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createOpenStackConnector } from '../../src/connectors/openstack/index.js';
import type { HostReadingKind } from '../../src/domains/datacenters/hostDetail/hostDetail.port.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { type Account, SshServers } from './support/sshd.js';

/** Of the host, whose port is 22, as nobody is asked for another. */
const HOST = '127.0.0.77';
const NAME = 'compute-1';

const servers = new SshServers();
let account: Account;
let hostKey: string;

beforeAll(() => {
  account = servers.account('hosts');
  hostKey = servers.key();
  const folder = join(account.home, '.ssh');
  mkdirSync(folder);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id_ed25519')]);
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'id_ed25519.pub')));
  writeFileSync(join(folder, 'config'), 'StrictHostKeyChecking accept-new\n');
  writeFileSync(join(account.home, '.bashrc'), 'echo "Welcome to $(hostname)"; echo noise >&2\n');
  execFileSync('chown', ['-R', `${account.user}:`, account.home]);
  execFileSync('chmod', ['-R', 'go-rwx', folder]);
});
afterAll(() => servers.close());

async function start(...given: Parameters<SshServers['start']>) {
  const server = await servers.start(...given);
  onTestFinished(server.stop);
  return server;
}

const startHost = async (...lines: string[]) => start(lines, { address: HOST, port: 22, keys: [hostKey] });

function reader(address: string) {
  const connector = createOpenStackConnector({
    addresses: new AddressPolicy([]),
    viaName: 'test',
    isLegacyAllowed: false,
  });
  const { user, password } = account;
  return async <K extends HostReadingKind>(kind: K, pinned: string | null = null) =>
    connector.readHost(
      { address, user, password, hostKey: null },
      { name: NAME, address: HOST, hostKey: pinned, domains: new Set() },
      kind,
      new AbortController().signal,
    );
}

/** By the kernel's own files. */
const onlineCpus = (): number =>
  readdirSync('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name)).length;

const ownKey = (): string => {
  const [type, blob] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ');
  return `${type} ${blob}`;
};

test('a host is read through the connection of the LCM', async () => {
  await startHost('PubkeyAuthentication no');
  const lcm = await start();
  const read = reader(lcm.address);
  const layout = await read('cpuLayout');
  expect(layout.reading.cores.flatMap(({ cpus }) => cpus)).toHaveLength(onlineCpus());
  expect(layout.hostKey).toBe(ownKey());
  expect((await read('cpuLayout', ownKey())).reading).toEqual(layout.reading);
  const { reading } = await read('interfaces');
  for (const { name, mac } of reading)
    expect(readFileSync(`/sys/class/net/${name}/address`, 'utf8').trim()).toBe(mac);
  await expect(read('cpuLayout', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG90aGVy')).rejects.toMatchObject({
    code: 'UPSTREAM_CERTIFICATE',
  });
});

test.each<[string, { host?: string[]; lcm?: string[] }]>([
  ['the LCM forwards nothing', { lcm: ['AllowTcpForwarding no'] }],
  ['the LCM forwards to others alone', { lcm: ['PermitOpen 192.0.2.1:22'] }],
  ['the host takes keys alone', { host: ['PasswordAuthentication no'] }],
])('%s, and its own ssh is used', async (_what, { host = [], lcm: lines = [] }) => {
  await startHost(...host);
  const read = reader((await start(lines)).address);
  const { reading, hostKey: seen } = await read('cpuLayout');
  expect(reading.cores.flatMap(({ cpus }) => cpus)).toHaveLength(onlineCpus());
  expect(seen).toBeNull();
  // No tool need be there.
  const { complaints } = await read('interfaces');
  expect(complaints.filter((words) => !words.endsWith(' is not installed on the host'))).toEqual([]);
});

test('neither works, and both are told', async () => {
  await startHost('PasswordAuthentication no', 'PubkeyAuthentication no');
  const read = reader((await start()).address);
  await expect(read('cpuLayout')).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    message: expect.stringMatching(/takes no password.*nor by the LCM's own ssh: .*Permission denied/),
  });
});
