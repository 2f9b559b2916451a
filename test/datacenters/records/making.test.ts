import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HostService } from '../../../src/domains/datacenters/inventory/host.service.js';
import { InfrastructureService } from '../../../src/domains/datacenters/inventory/infrastructure.service.js';
import { VirtualMachineService } from '../../../src/domains/datacenters/inventory/virtualMachine.service.js';
import { RecordContentService } from '../../../src/domains/datacenters/records/recordContent.service.js';
import { RecordLeaseService } from '../../../src/domains/datacenters/records/recordLease.service.js';
import { RecordMakingService } from '../../../src/domains/datacenters/records/recordMaking.service.js';
import { ReportService } from '../../../src/domains/datacenters/records/report/report.service.js';
import { type SheetPart, packPart } from '../../../src/domains/datacenters/records/workbook/sheetPart.js';
import { DomainError } from '../../../src/kernel/errors.js';
import { newBusiness } from '../../support/people.js';
import { useServer } from '../../support/useServer.js';
import { host, machine } from '../inventory/support/items.js';
import { insertDataCenter, takeIn } from '../inventory/support/world.js';
import { optimus, startClouds } from '../support/world.js';
import { insertRecord } from './support/stored.js';
import { SMALL_CLOUD, createRecord, download, recordsOf } from './support/world.js';
import { readWorkbook } from './support/workbook.js';

/** Nothing is made by itself here. */
const server = useServer(async () => startClouds());

const NEVER = new AbortController().signal;

interface Given {
  /** What happens when rows are written. */
  whilePacking?: (part: SheetPart) => Promise<unknown>;
  lease?: number;
  most?: number;
}

/** A replica. */
function replica({ whilePacking = async () => undefined, lease = 60_000, most = 100 }: Given = {}) {
  const { database } = server;
  const services = {
    hosts: new HostService(),
    infrastructures: new InfrastructureService(),
    virtualMachines: new VirtualMachineService(),
  };
  const leases = new RecordLeaseService(database, lease, most);
  const making = new RecordMakingService({
    contents: new RecordContentService(database),
    leases,
    logger: pino({ level: 'silent' }),
    pack: async (_owner, part) => {
      await whilePacking(part);
      return packPart(part);
    },
    reports: new ReportService(database.reader, services),
  });
  return { leases, making };
}

const isServerRow = ({ rows }: SheetPart, name: string) => rows.some(([first]) => first === name);

async function asked(items = SMALL_CLOUD): Promise<{ cid: string; id: string }> {
  const cid = await insertDataCenter(server);
  await takeIn(server, cid, items);
  return { cid, id: await createRecord(server, cid) };
}

const only = async (cid: string) => (await recordsOf(server, cid))[0];
const chunksOf = async (id: string) =>
  (await server.database.query('select number from record_chunks where record_id = $1 order by number', [id]))
    .rows;
/** As if its replica had gone without a word. */
const expire = async (id: string) =>
  server.database.query("update records set held_until = now() - interval '1 second' where id = $1", [id]);

test('a replica makes what is asked for, and another meanwhile does not', async () => {
  const { cid, id } = await asked();
  const other = replica();
  const pending: string[][] = [];
  const { making } = replica({
    whilePacking: async () => {
      pending.push((await other.making.pending()).filter((each) => each === id));
      await other.making.run(id, NEVER);
    },
  });
  expect(await making.pending()).toContain(id);
  await making.run(id, NEVER);
  expect(pending.flat()).toEqual([]);
  expect(await only(cid)).toMatchObject({ id, status: 'successful' });
  expect(readWorkbook(await download(server, id)).get('Hosts')).toHaveLength(3);
  await making.run(id, NEVER);
});

test('what a replica left is made by another, and nothing of the first one gets in', async () => {
  const { cid, id } = await asked();
  const second = replica();
  let hasLeft = false;
  const first = replica({
    whilePacking: async (part) => {
      if (hasLeft || !isServerRow(part, 'web')) return;
      hasLeft = true;
      await expire(id);
      await second.making.run(id, NEVER);
    },
  });
  await first.making.run(id, NEVER);
  const record = await only(cid);
  expect(record).toMatchObject({ id, status: 'successful' });
  const { rows } = await server.database.query(
    'select attempts, process_id, size from records where id = $1',
    [id],
  );
  expect(rows).toMatchObject([{ attempts: 2, process_id: record?.pid }]);
  const content = await download(server, id);
  expect(content).toHaveLength(Number(rows[0]?.['size']));
  expect(readWorkbook(content).get('Servers')).toHaveLength(3);
});

test('what ends its server each time fails after three', async () => {
  const { cid, id } = await asked();
  const { leases } = replica();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await leases.begin(id)).not.toBeNull();
    expect(await leases.begin(id)).toBeNull();
    await expire(id);
  }
  expect(await leases.begin(id)).toBeNull();
  expect(await only(cid)).toMatchObject({
    status: 'failed',
    traceback: 'the server that made it, or its database, went away 3 times',
  });
  expect(await leases.pending()).not.toContain(id);
});

test('a server that is stopped gives it up at once, and that does not count', async () => {
  const { cid, id } = await asked();
  const stopping = new AbortController();
  const { making } = replica({ whilePacking: async () => stopping.abort() });
  for (let turn = 0; turn < 5; turn += 1) await making.run(id, stopping.signal);
  expect(await only(cid)).toMatchObject({ status: 'running', traceback: null });
  const other = replica();
  expect(await other.making.pending()).toContain(id);
  await other.making.run(id, NEVER);
  expect(await only(cid)).toMatchObject({ status: 'successful' });
});

test.each([
  [
    'a defect',
    new TypeError('x of undefined'),
    'INTERNAL: a failure of the server, whose log has the detail',
  ],
  [
    'a limit',
    new DomainError('BAD_INPUT', 'rows of a report take longer than 60 s'),
    'BAD_INPUT: rows of a report take longer than 60 s',
  ],
])('%s is told with what was being read', async (_what, error, line) => {
  const { cid, id } = await asked();
  const { making } = replica({
    whilePacking: async (part) => {
      if (isServerRow(part, 'web')) throw error;
    },
  });
  await making.run(id, NEVER);
  expect(await only(cid)).toMatchObject({ status: 'failed', traceback: `while reading servers:\n${line}` });
  expect(await chunksOf(id)).toEqual([]);
  expect((await optimus(server, 'DELETE', '/record', { id })).status).toBe(200);
});

test('a database that is away for a while does not make it fail', async () => {
  const { cid, id } = await asked();
  const away = new DomainError('UNAVAILABLE', 'the database is away', { retryAfter: 1 });
  const { making } = replica({
    whilePacking: async () => {
      throw new Error('a statement failed', { cause: away });
    },
  });
  await expect(making.run(id, NEVER)).rejects.toThrow('a statement failed');
  expect(await only(cid)).toMatchObject({ status: 'running', traceback: null });
  await expire(id);
  await replica().making.run(id, NEVER);
  expect(await only(cid)).toMatchObject({ status: 'successful' });
});

test('what is deleted with its data center while it is made leaves nothing', async () => {
  const { cid, id } = await asked();
  const { making } = replica({
    whilePacking: async (part) => {
      if (isServerRow(part, 'web')) await optimus(server, 'DELETE', '/data_center', { id: cid });
    },
  });
  await making.run(id, NEVER);
  expect(await chunksOf(id)).toEqual([]);
});

test('what is read anew while it is made is reported as a whole, as it was after that', async () => {
  const { cid, id } = await asked({ hosts: [host('h1')], servers: [machine('s1')] });
  let turns = 0;
  const { making } = replica({
    whilePacking: async (part) => {
      if (!isServerRow(part, 's1') || turns > 0) return;
      turns += 1;
      await takeIn(server, cid, { hosts: [host('h1'), host('h2')], servers: [machine('s1'), machine('s2')] });
    },
  });
  await making.run(id, NEVER);
  expect(await only(cid)).toMatchObject({ status: 'successful' });
  const report = readWorkbook(await download(server, id));
  expect([report.get('Hosts'), report.get('Servers')].map((rows) => rows?.length)).toEqual([3, 3]);
});

test('what is read anew time after time fails in the end', async () => {
  const { cid, id } = await asked({ servers: [machine('s1')] });
  const { making } = replica({
    whilePacking: async (part) => {
      if (isServerRow(part, 's1')) await takeIn(server, cid, { servers: [machine('s1')] });
    },
  });
  await making.run(id, NEVER);
  expect((await only(cid))?.traceback).toContain(
    'the inventory was changed each of the 5 times that it was read',
  );
});

test('no more of a tenant are kept than may be, and none of another goes for them', async () => {
  const [own, foreign] = [await newBusiness(server), await newBusiness(server)];
  const [one, two] = [
    await insertDataCenter(server, { businessId: own.id }),
    await insertDataCenter(server, { businessId: own.id }),
  ];
  const other = await insertDataCenter(server, { businessId: foreign.id });
  const alone = await insertDataCenter(server);
  for (const cid of [one, two, other, alone])
    for (let place = 1; place <= 3; place += 1)
      await insertRecord(server, cid, { age: cid === two ? place + 0.5 : place, name: String(place) });
  await insertRecord(server, two, { age: 9, status: 'RUNNING', name: 'running' });
  const id = await createRecord(server, one);
  await replica({ most: 4 }).making.run(id, NEVER);
  const namesOf = async (cid: string) => (await recordsOf(server, cid)).map(({ name }) => name);
  expect(await namesOf(one)).toEqual(['test', '1', '2']);
  expect(await namesOf(two)).toEqual(['1', 'running']);
  expect(await namesOf(other)).toEqual(['1', '2', '3']);
  expect(await namesOf(alone)).toEqual(['1', '2', '3']);
});

test('no more bytes of a tenant are kept than may be', async () => {
  const { id: businessId } = await newBusiness(server);
  const cid = await insertDataCenter(server, { businessId });
  for (let age = 1; age <= 4; age += 1)
    await insertRecord(server, cid, { age, name: String(age), size: 2 ** 27 });
  const id = await createRecord(server, cid);
  await replica().making.run(id, NEVER);
  expect((await recordsOf(server, cid)).map(({ name }) => name)).toEqual(['test', '1', '2', '3']);
});

test('a lease is renewed as long as the record is made, and the progress told', async () => {
  const { id } = await asked({
    servers: Array.from({ length: 700 }, (_, index) => machine(String(index))),
  });
  const progress: number[] = [];
  const leases: number[] = [];
  // The clock by which it is told how long the rows took.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { making } = replica({
    whilePacking: async (part) => {
      if (part.rows.length < 100) return;
      const { rows } = await server.database.query('select progress, held_until from records where id = $1', [
        id,
      ]);
      progress.push(Number(rows[0]?.['progress']));
      leases.push(Date.parse(String(rows[0]?.['held_until'])));
      vi.advanceTimersByTime(600);
    },
  });
  await making.run(id, NEVER);
  expect(progress.toSorted((one, other) => one - other)).toEqual(progress);
  expect(new Set(leases).size).toBeGreaterThan(5);
  expect(leases.toSorted((one, other) => one - other)).toEqual(leases);
  expect(progress.at(-1)).toBeGreaterThan(0);
  expect(progress.at(-1)).toBeLessThan(100);
});
