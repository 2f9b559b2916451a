import { expect, test } from 'vitest';
import { COMPUTE_TOOLS, printing } from '../../../support/ssh/computeHost.js';
import { startHost } from './behindLcm.js';
import { sample } from './samples.js';

const link = (ifname: string) => ({ ifname, link_type: 'ether', stats64: { rx: {}, tx: {} } });
const DRIVER = sample('ethtool-i-6.1-virtio.txt');

test('names with backslashes are taken as they are', async () => {
  const names = [String.raw`a\nb`, String.raw`c\c`, 'eth0'];
  const { read } = await startHost({
    host: { tools: { ip: printing(JSON.stringify(names.map(link))), ethtool: printing(DRIVER) } },
  });
  expect((await read('interfaces')).reading.map(({ name }) => name)).toEqual(names);
});

test('names with control characters are none', async () => {
  const names = ['a\u0000b', '\u001B[2Jx', 'x\u007F', 'eth0'];
  const { read } = await startHost({
    host: { tools: { ip: printing(JSON.stringify(names.map(link))), ethtool: printing(DRIVER) } },
  });
  expect((await read('interfaces')).reading.map(({ name }) => name)).toEqual(['eth0']);
});

test('a tool that does not end its last line takes nothing from the next', async () => {
  const ethtool = `printf '%s' '${DRIVER.trimEnd()}'`;
  const { read } = await startHost({
    host: { tools: { ip: printing(JSON.stringify(['eth0', 'eth1'].map(link))), ethtool } },
  });
  expect((await read('interfaces')).reading.map(({ name }) => name)).toEqual(['eth0', 'eth1']);
});

const VIRSH = COMPUTE_TOOLS['virsh'] ?? '';

test.each<[string, string]>([
  ['reads its input', `cat >/dev/null\n${VIRSH}`],
  ['prints NUL and bytes that are no UTF-8', `printf '\\0\\377\\376\\033[31m\\n'\n${VIRSH}`],
  ['prints much about what is wrong', `head -c 100000 /dev/zero >&2\n${VIRSH}`],
  ['leaves something in the background', `(sleep 300 >/dev/null 2>&1 </dev/null) &\n${VIRSH}`],
])('a tool that %s is read all the same', async (_what, virsh) => {
  const { read } = await startHost({ host: { tools: { virsh } } });
  const { reading, complaints } = await read('cpuLayout');
  expect([reading.cores.length, reading.domains.length, complaints]).toEqual([8, 2, []]);
});

test('a tool that hangs is ended and named, and what others tell is there', async () => {
  const { read } = await startHost({ host: { tools: { virsh: 'exec sleep 300' } } });
  const { reading, complaints } = await read('cpuLayout');
  expect([reading.cores.length, reading.domains, complaints]).toEqual([
    8,
    [],
    ['virsh did not end within 8 s on the host'],
  ]);
});

test('a tool that hangs at one of many names is not asked for the next', async () => {
  const virsh = VIRSH.replace('"vcpupin instance-0000001f")', '$&\nexec sleep 300;;\n"never")');
  const { read } = await startHost({ host: { tools: { virsh } } });
  const { reading, complaints } = await read('cpuLayout');
  expect([reading.domains.map(({ name }) => name), complaints]).toEqual([
    ['instance-0000000a'],
    ['virsh did not end within 8 s on the host'],
  ]);
});

test.each<[string, string, string]>([
  ['prints for ever', 'exec cat /dev/zero', 'prints more than is read'],
  ['complains for ever', 'exec cat /dev/zero >&2', 'prints more than is read'],
  ['leaves something that holds its output', '(exec sleep 300) & exit 0', 'said nothing for 3 s'],
])('a host is left whose tool %s', async (_what, virsh, message) => {
  const { host, lcm, read } = await startHost({ host: { tools: { virsh } }, silence: 3000 });
  await expect(read('cpuLayout')).rejects.toThrow(`the host 192.0.2.11 ${message}`);
  await expect.poll(() => [host.connections, lcm.connections]).toEqual([0, 0]);
});

test('a host with one session, and much to say before, is read', async () => {
  const noise = 'Welcome\n\u001B[31m***';
  const { read } = await startHost({
    host: { maxSessions: 1, noise, banner: 'hello\n', greeting: 'hello' },
    lcm: { maxSessions: 1, noise, banner: 'hello\n', greeting: 'hello' },
  });
  const { reading, complaints } = await read('cpuLayout');
  expect([reading.cores.length, reading.domains.length, complaints]).toEqual([8, 2, []]);
});

test('hundreds of large machines of a host are read', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `instance-${index + 100}`);
  const set = Array.from({ length: 32 }, (_, index) => `${index * 4}-${index * 4 + 2}`).join();
  const pins = Array.from({ length: 64 }, (_, index) => ` ${index}      ${set}`).join('\n');
  const { read } = await startHost({
    host: {
      tools: {
        virsh: `case "$4" in\nlist)\n${printing(names.join('\n'))}\n;;\nvcpupin)\n${printing(pins)}\n;;\n*) exit 1;;\nesac`,
      },
    },
  });
  const { reading, complaints } = await read('cpuLayout');
  expect([reading.cores.length, reading.domains.map(({ cpus }) => cpus.length), complaints]).toEqual([
    8,
    names.map(() => 96),
    [],
  ]);
});
