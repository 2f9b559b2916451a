import { expect, test } from 'vitest';
import { useServer } from '../../support/useServer.js';
import { machine } from '../inventory/support/items.js';
import { insertDataCenter, takeIn } from '../inventory/support/world.js';
import { optimus, startClouds } from '../support/world.js';
import { SMALL_CLOUD, createRecord, endOf, reportOf } from './support/world.js';

const server = useServer(async () => startClouds({}, { background: true }));

const NOW = new Date('2026-11-29T03:00:00.000Z');

test('a report shows what is stored of a cloud, and when that was read', async () => {
  const cid = await insertDataCenter(server);
  await takeIn(server, cid, SMALL_CLOUD);
  const report = await reportOf(server, cid);
  expect([...report.keys()]).toEqual([
    'Summary',
    'Hosts',
    'Servers',
    'Tenants',
    'Quotas',
    'Volumes',
    'Changes',
  ]);
  const rows = (name: string) => report.get(name)?.slice(1);
  expect(rows('Hosts')).toEqual([
    [
      'h1',
      'h1',
      'up',
      'yes',
      null,
      'nova',
      'east, ssd',
      '10.0.0.1',
      'QEMU',
      1,
      8,
      2,
      16_384,
      2560,
      100,
      10,
      NOW,
    ],
    [
      ...['h2', 'h2', 'down', 'yes', 'repair', 'edge', 'east', '10.0.0.1', 'QEMU'],
      ...[0, 8, 2, 16_384, 2560, 100, 10, null],
    ],
  ]);
  expect(rows('Servers')).toEqual([
    [
      ...['db', 's2', null, 'SHELVED_OFFLOADED', 'SHUTDOWN', null, 'nova', 'instance-s2', 'f1', 2, 2048, 20],
      ...[null, null, null, null, null, NOW, NOW],
    ],
    [
      ...['web', 's1', 'video', 'ACTIVE', 'RUNNING', 'h1', 'nova', 'instance-s1', 'f1', 2, 2048, 20],
      ...[null, null, null, 'data, v9', null, NOW, NOW],
    ],
  ]);
  expect(rows('Tenants')).toEqual([
    ['t2', 't2', 'Default', 'no', null],
    ['video', 't1', 'Default', 'yes', 'Video'],
  ]);
  expect(rows('Quotas')).toEqual([
    ['video', 't1', 'Cores', 2, 20],
    ['video', 't1', 'Memory, MB', 2048, 'unlimited'],
    ['video', 't1', 'Servers', 1, 10],
    ['video', 't1', 'Volumes, GB: default', 10, 1000],
    ['video', 't1', 'Volumes, GB: ssd', 10, 'unlimited'],
  ]);
  expect(rows('Volumes')).toEqual([
    [null, 'v2', 'video', null, 'in-use', 5, 'yes', null, NOW],
    ['data', 'v1', 'video', 'ssd', 'in-use', 10, 'no', 'web', NOW],
  ]);
  expect(rows('Changes')).toEqual([]);
  const summary = report.get('Summary') ?? [];
  const table = (title: string) => {
    const start = summary.findIndex(([first]) => first === title);
    const end = summary.findIndex((row, index) => index > start && row.every((cell) => cell === null));
    return summary
      .slice(start + 1, end === -1 ? undefined : end)
      .map((row) => row.filter((cell) => cell !== null));
  };
  expect(table('Record').slice(1)).toEqual([
    ['Data center', `dc ${cid}`],
    ['System'],
    ['Version of CEE'],
    ['LCM'],
  ]);
  expect(table('Inventory')).toEqual(
    Object.keys(SMALL_CLOUD)
      .toSorted()
      .map((kind) => [kind, expect.any(Date) as Date]),
  );
  expect(table('Capacity')).toEqual([
    ['CPUs', 16, 4, 12, 25],
    ['Memory, MB', 32_768, 5120, 27_648, 15.6],
    ['Local disk, GB', 200, 20, 180, 10],
  ]);
  expect(table('Hosts by state')).toEqual([
    ['up', 1],
    ['down', 1],
  ]);
  expect(table('Availability zone')).toEqual([
    ['edge', 0, 1, 0, 8, 2, 16_384, 2560, 100, 10],
    ['nova', 1, 0, 1, 8, 2, 16_384, 2560, 100, 10],
  ]);
  expect(table('Servers by status')).toEqual([
    ['active', 1],
    ['shelved_offloaded', 1],
  ]);
  expect(table('Servers by tenant')).toEqual([
    ['video', 1],
    ['(unknown)', 1],
  ]);
  expect(table('Volumes by type')).toEqual([
    ['(none)', 1, 5],
    ['ssd', 1, 10],
  ]);
  expect(table('Changes since')).toEqual([['There is no earlier record']]);
});

test('changes are those since the last record', async () => {
  const cid = await insertDataCenter(server);
  const take = async (...servers: ReturnType<typeof machine>[]) => takeIn(server, cid, { servers });
  await take(machine('a'), machine('b'), machine('c'));
  await take(machine('b'), machine('c'));
  await reportOf(server, cid);
  await take(machine('b', { host: 'h2' }), machine('d'));
  await take(machine('b', { host: 'h3' }), machine('d'), machine('e'));
  await take(machine('b', { host: 'h3' }), machine('d'));
  const size = '2 vCPUs, 2048 MB, 20 GB';
  const report = await reportOf(server, cid);
  expect(report.get('Changes')?.slice(1)).toEqual([
    ['b', 'b', 'moved', 'h1', 'h3', 'f1', 'f1', size, size],
    ['c', 'c', 'vanished', 'h1', null, 'f1', null, size, null],
    ['d', 'd', 'appeared', null, 'h1', null, 'f1', null, size],
  ]);
  const summary = (report.get('Summary') ?? []).map((row) => row.filter((cell) => cell !== null));
  expect(summary).toContainEqual(['test', expect.any(Date)]);
  expect(summary.slice(-4)).toEqual([
    ['appeared', 1],
    ['vanished', 1],
    ['moved', 1],
    ['resized', 0],
  ]);
  expect((await reportOf(server, cid)).get('Changes')?.slice(1)).toEqual([]);
});

test('one that is offline has a report too, which says that nothing was read', async () => {
  const { body } = await optimus(server, 'POST', '/data_center', { name: 'offline', cee_version: 'drop28' });
  const cid = String(body['data']);
  const report = await reportOf(server, cid);
  expect([...report.values()].map(({ length }) => length).slice(1)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(report.get('Summary')).toContainEqual(
    expect.arrayContaining(['nothing was ever read']) as unknown[],
  );
});

test('many items are in it, each once and in the order of their names', async () => {
  const cid = await insertDataCenter(server);
  const names = Array.from({ length: 950 }, (_, index) => `s${String(index).padStart(4, '0')}`);
  const servers = names.map((name, index) => machine(String(1000 - index), { name }));
  await takeIn(server, cid, { servers });
  const report = await reportOf(server, cid);
  expect(
    report
      .get('Servers')
      ?.slice(1)
      .map(([name]) => name),
  ).toEqual(names);
});

test('texts that a cloud tells stay texts, whatever is in them', async () => {
  const cid = await insertDataCenter(server);
  const odd = [
    '=1+1',
    '+cmd|" /C calc"!A0',
    '<b>&amp;"\'',
    '_x0041_',
    ' a  b ',
    'x\u0001\u001b\ufffey',
    '🦉漢字',
    '12',
    'a\nb\tc',
  ];
  await takeIn(server, cid, { servers: odd.map((name, index) => machine(String(index), { name })) });
  const report = await reportOf(server, cid);
  const names = report
    .get('Servers')
    ?.slice(1)
    .map(([name]) => name);
  expect(names?.toSorted()).toEqual(odd.toSorted());
});

test('a record shows its data center as it was when it was asked for', async () => {
  const draft = { name: 'changing', system_name: 'DL33', cee_version: 'drop28', lcm_ip: 'fd00::17' };
  const { body } = await optimus(server, 'POST', '/data_center', { ...draft, openstackrc_dir: '/rc' });
  const cid = String(body['data']);
  const before = Math.floor(Date.now() / 1000);
  const id = await createRecord(server, cid);
  await optimus(server, 'PUT', '/data_center', { id: cid, cee_version: 'drop29' });
  const record = await endOf(server, cid, id);
  expect(record).toEqual({
    cee_version: 'drop28',
    cid,
    data_center: 'changing',
    id,
    lcm_ip: 'fd00::17',
    name: 'test',
    openrc_path: '/rc',
    pid: expect.stringMatching(/^[0-9a-f]{32}$/),
    status: 'successful',
    system_name: 'DL33',
    timestamp: expect.any(Number),
    traceback: null,
  });
  expect(record.timestamp).toBeGreaterThanOrEqual(before);
});
