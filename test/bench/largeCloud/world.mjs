import { opt } from './options.mjs';
import { EPOCH, hash, uuid } from './ids.mjs';

export const T = opt.tenants,
  N = opt.hosts;
const NAMES = ['vepc', 'vims', 'udm', '测试', 'lab', 'cms', 'épc', 'edge'];
export const ADMIN = 0; // the tenant that one logs in to
export const tenantName = (t) => (t === ADMIN ? 'admin' : `${NAMES[t % NAMES.length]}-${t}`);
export const FLAVORS = [...Array(24).keys()].map((i) => ({
  id: uuid('flavor', i),
  name: i === 23 ? '大内存 x' : `nfv.${i}`,
  vcpus: [1, 2, 4, 8, 16][i % 5],
  ram: 1024 << (i % 6),
  disk: [0, 10, 20, 40, 80][i % 5],
  ephemeral: i % 7 ? 0 : 5,
  swap: i % 5 ? 0 : 512,
  pinned: i % 3 === 0,
}));
const ZONES = ['vepc_cp', 'vepc_up', 'vims', '管理'];
export const AGGREGATES = [
  ...ZONES.map((name, i) => ({ name, zone: name, has: (h) => h % 5 === i })),
  { name: '高速 ssd', zone: null, has: (h) => h % 2 === 0 },
  { name: 'agg-empty', zone: 'az-empty', has: () => false },
];
export const zoneOf = (h) => ZONES[h % 5] ?? 'nova'; // one host in five is in no zone of its own
export const hostName = (h) => `compute-${h}.lc.example.com`;
export const isDown = (h) => h % 97 === 96,
  isDisabled = (h) => h % 41 === 40;
export const TYPES = ['__DEFAULT__', 'ssd', 'hdd 归档'];
export const STATUS = [
  ['ACTIVE', 'active', 1],
  ['SHUTOFF', 'stopped', 4],
  ['PAUSED', 'paused', 3],
  ['ERROR', 'error', 0],
  ['BUILD', 'building', 0],
  ['SHELVED_OFFLOADED', 'shelved_offloaded', 4],
];

export let count = 0; // servers ever made
export const S = { host: [], flavor: [], status: [], alive: [], updated: [], tenant: [] };
function make() {
  const i = count++,
    r = hash(1, i);
  S.tenant[i] = 1 + Math.min(T - 2, Math.floor((hash(2, i) / 2 ** 32) ** 2 * (T - 1))); // few large tenants, many small; the last is empty
  S.flavor[i] = r % FLAVORS.length;
  S.status[i] = r % 100 < 90 ? 0 : r % 100 < 96 ? 1 : 2 + (r % 4);
  S.host[i] = S.status[i] > 2 ? -1 : hash(3, i) % N;
  [S.alive[i], S.updated[i]] = [true, EPOCH + i * 7000 + 90_000];
  return i;
}
for (let i = 0; i < opt.servers; i++) make();
export const stackOf = (i) => (i % 5 < 3 && opt.stacks ? Math.floor(i / 5) % opt.stacks : -1); // three servers in five are of a stack
export const portsOf = (i) => 1 + (hash(4, i) % 3);
export const volumeOf = (i) => (i % 2 ? i : -1); // every second one has a volume
export const bootable = (i) => i % 4 === 1;

export let generation = 0,
  last = null,
  use;
export function usage() {
  if (use) return use;
  use = {
    host: [...Array(N)].map(() => ({ VCPU: 0, PCPU: 0, MEMORY_MB: 0, DISK_GB: 0, n: 0 })),
    tenant: [...Array(T)].map(() => ({ cores: 0, ram: 0, instances: 0, volumes: {} })),
  };
  for (let i = 0; i < count; i++) {
    if (!S.alive[i]) continue;
    const f = FLAVORS[S.flavor[i]],
      t = use.tenant[S.tenant[i]],
      h = use.host[S.host[i]];
    t.cores += f.vcpus;
    t.ram += f.ram;
    t.instances++;
    if (volumeOf(i) >= 0) {
      const k = TYPES[i % 3];
      t.volumes[k] = [(t.volumes[k]?.[0] ?? 0) + 1, (t.volumes[k]?.[1] ?? 0) + size(i)];
    }
    if (!h) continue;
    h[f.pinned && S.host[i] % 3 === 0 ? 'PCPU' : 'VCPU'] += f.vcpus;
    h.MEMORY_MB += f.ram;
    h.n++;
    h.DISK_GB += (bootable(i) ? 0 : f.disk) + f.ephemeral + Math.ceil(f.swap / 1024);
  }
  return use;
}
export function churn(percent) {
  generation++;
  const out = { generation, status: [], resized: [], moved: [], vanished: [], appeared: [] };
  const living = S.alive.reduce((a, x) => a + x, 0),
    before = count;
  for (let k = 0; k < Math.round((living * percent) / 100); k++) {
    const i = hash(5, generation, k) % before,
      r = hash(6, generation, k) % 100;
    if (!S.alive[i]) continue;
    if (r < 95) {
      if (r < 50) S.status[i] = S.status[i] === 0 ? 1 : S.status[i] === 1 ? 0 : S.status[i];
      else if (r < 70) S.flavor[i] = (S.flavor[i] + 1) % FLAVORS.length;
      else if (r < 90) S.host[i] = S.host[i] < 0 ? -1 : (S.host[i] + 1) % N;
      else S.alive[i] = false;
      S.updated[i] = Date.now();
    }
    out[r < 50 ? 'status' : r < 70 ? 'resized' : r < 90 ? 'moved' : r < 95 ? 'vanished' : 'appeared'].push(
      uuid('server', r < 95 ? i : make()),
    );
  }
  use = undefined;
  return (last = out);
}
export const size = (i) => 1 + (hash(8, i) % 100);
