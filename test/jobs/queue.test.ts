import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.js';
import type { JobKind } from '../../src/domains/jobKind.js';
import { JobQueue, type QueueDatabase } from '../../src/domains/jobs/queue.js';
import { TEST_DATABASE_URL, openTestDatabase } from '../support/database.js';
import { PATIENCE } from '../support/patience.js';
import { QUICK } from '../support/server.js';
import { forwarderTo } from '../support/forwarder.js';

const lines: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });

/** The database, as the queue reaches it while it is not away. */
interface Reachable {
  place: QueueDatabase;
  setAway: (isAway: boolean) => void;
  close: () => Promise<void>;
}

async function reachServer(address: string): Promise<Reachable> {
  const { url, become, close } = await forwarderTo(address);
  become('away');
  return { place: { url }, setAway: (isAway) => become(isAway ? 'away' : 'there'), close };
}

function reachEmbedded(pool: Extract<QueueDatabase, { pool: unknown }>['pool']): Reachable {
  let isAway = true;
  const refuse = async () => Promise.reject(new Error('the database is away'));
  const query = async (...statement: [string]) => (isAway ? refuse() : pool.query(...statement));
  return {
    place: { pool: { query: query as typeof pool.query } },
    setAway: (value) => (isAway = value),
    close: async () => undefined,
  };
}

let database: Database;
let reachable: Reachable;
let queue: JobQueue;
let done: string[];
const kindOf = (name: string): JobKind => ({
  name,
  wakes: [],
  pending: async () => (done.length === 0 ? ['7'] : []),
  run: async (subject) => void done.push(subject),
});

beforeAll(async () => {
  database = await openTestDatabase(logger);
});
afterAll(() => database.close());

beforeEach(async () => {
  lines.length = 0;
  done = [];
  const { native } = database;
  reachable = 'url' in native ? await reachServer(native.url) : reachEmbedded(native.pool);
  queue = new JobQueue(reachable.place, [kindOf('tried')], logger, QUICK);
});
afterEach(async () => {
  await queue.stop();
  await reachable.close();
  await database.query('delete from jobs.job');
});

const failures = () => lines.filter((line) => line.includes('the job queue cannot start')).length;

test('a queue whose database is away at the start begins when it is there', async () => {
  queue.start();
  await expect(queue.started()).rejects.toThrow();
  await expect.poll(failures).toBeGreaterThan(1);
  reachable.setAway(false);
  await expect.poll(() => done).toEqual(['7']);
  await queue.started();
});

test('a queue that is stopped tries no more', async () => {
  queue.start();
  await expect.poll(failures).toBeGreaterThan(0);
  await queue.stop();
  const tried = failures();
  reachable.setAway(false);
  await expect(queue.started()).rejects.toThrow();
  queue.sweep();
  expect(failures()).toBe(tried);
  expect(done).toEqual([]);
});

test('a queue that an earlier release made gets the options of this one', async () => {
  reachable.setAway(false);
  queue.start();
  await queue.started();
  await queue.stop();
  const retryLimit = async () => (await database.query('select retry_limit from jobs.queue')).rows;
  const before = await retryLimit();
  await database.query('update jobs.queue set retry_limit = 1');
  queue = new JobQueue(
    reachable.place,
    [{ name: 'tried', wakes: [], pending: async () => [], run: async () => undefined }],
    logger,
    QUICK,
  );
  queue.start();
  await queue.started();
  expect(await retryLimit()).toEqual(before);
});

test('of what is pending each is done once, whatever else was queued already', async () => {
  const subjects = ['1', '2', '3'];
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const kind: JobKind = {
    name: 'tried',
    wakes: [],
    pending: async () => subjects.filter((subject) => !done.includes(subject)),
    run: async (subject) => {
      begun.push(subject);
      await promise;
      done.push(subject);
    },
  };
  queue = new JobQueue(reachable.place, [kind], logger, QUICK);
  reachable.setAway(false);
  queue.start();
  await expect.poll(() => begun.toSorted()).toEqual(['1', '2', '3']);
  subjects.push('4');
  queue.sweep();
  await expect.poll(() => begun.at(-1)).toBe('4');
  resolve();
  await expect.poll(() => done.toSorted()).toEqual(['1', '2', '3', '4']);
  expect(begun).toHaveLength(4);
});

test('a kind whose pending work cannot be told keeps no other from its own', async () => {
  const failing = { ...kindOf('failing'), pending: async () => Promise.reject(new Error('not now')) };
  queue = new JobQueue(reachable.place, [failing, kindOf('tried')], logger, QUICK);
  reachable.setAway(false);
  queue.start();
  await expect.poll(() => done).toEqual(['7']);
  expect(lines.join('')).toContain('not now');
});

test('a job whose replica is gone is done by another', async () => {
  reachable.setAway(false);
  queue.start();
  await expect.poll(() => done).toEqual(['7']);
  await queue.stop();
  // As a process leaves it behind that is killed.
  await database.query(
    `update jobs.job set state = 'active', completed_on = null, started_on = now(), heartbeat_on = now() - interval '1 minute'`,
  );
  done.length = 0;
  queue = new JobQueue(reachable.place, [kindOf('tried')], logger, QUICK);
  queue.start();
  await expect.poll(() => done).toEqual(['7']);
}, 40_000);

test('a job that an earlier release sent, which has a number for its subject, is done', async () => {
  reachable.setAway(false);
  queue.start();
  await expect.poll(() => done).toEqual(['7']);
  await database.query(
    `update jobs.job set state = 'created', started_on = null, completed_on = null, singleton_key = '12', data = '{"subject":12}'`,
  );
  await expect.poll(() => done).toEqual(['7', '12']);
});

test('what is new goes before what has waited longer', async () => {
  reachable.setAway(false);
  const begun: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const kind: JobKind = {
    name: 'tried',
    wakes: [],
    pending: async () => (begun.length === 0 ? [...'12345678'] : []),
    run: async (subject) => {
      begun.push(subject);
      await released;
    },
  };
  queue = new JobQueue(reachable.place, [kind], logger, QUICK);
  queue.start();
  // As many as are done at once.
  await expect.poll(() => begun.length).toBe(4);
  const jobs = async () =>
    (await database.query('select count(*)::int as sent, max(priority) as newest from jobs.job')).rows[0];
  await expect.poll(async () => (await jobs())?.['sent']).toBe(8);
  const { newest } = (await jobs()) as { newest: number };
  await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(newest);
  queue.enqueue('tried', '9');
  await expect.poll(async () => (await jobs())?.['newest']).toBeGreaterThan(newest);
  release();
  await expect.poll(() => begun.length).toBe(9);
  expect(begun[4]).toBe('9');
});

test('jobs of a kind that keeps their order are done in the order in which they were asked for', async () => {
  reachable.setAway(false);
  const begun: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const kind: JobKind = {
    name: 'tried',
    isInOrder: true,
    concurrency: 1,
    wakes: [],
    pending: async () => (begun.length === 0 ? [...'1234'] : []),
    run: async (subject) => {
      begun.push(subject);
      await released;
    },
  };
  queue = new JobQueue(reachable.place, [kind], logger, QUICK);
  queue.start();
  const jobs = async () =>
    (
      await database.query(
        'select count(*)::int as sent, extract(epoch from max(created_on))::float as newest from jobs.job',
      )
    ).rows[0] as { sent: number; newest: number };
  await expect.poll(async () => (await jobs()).sent).toBe(4);
  const { newest } = await jobs();
  await expect.poll(() => Date.now() / 1000).toBeGreaterThan(newest + 1);
  queue.enqueue('tried', '5');
  await expect.poll(async () => (await jobs()).sent).toBe(5);
  release();
  await expect.poll(() => begun).toEqual([...'12345']);
});

/** Several replicas need a database server. */
test.runIf(TEST_DATABASE_URL)(
  'replicas that send the same at once hold each other up in no order',
  async () => {
    const subjects = Array.from({ length: 3000 }, (_, index) => String(index));
    const replica = (pending: readonly string[]) =>
      new JobQueue(
        reachable.place,
        [{ name: 'tried', wakes: [], pending: async () => [...pending], run: async () => undefined }],
        logger,
        QUICK,
      );
    reachable.setAway(false);
    queue = replica(subjects);
    const other = replica(subjects.toReversed());
    onTestFinished(() => other.stop());
    const sent = async () => {
      const { rows } = await database.query('select count(*) as count from jobs.job');
      return Number(rows[0]?.['count']);
    };
    queue.start();
    other.start();
    await Promise.all([queue.started(), other.started()]);
    for (let round = 0; round < 3; round += 1) {
      await expect.poll(sent, PATIENCE).toBeGreaterThanOrEqual(subjects.length);
      await database.query('delete from jobs.job');
      queue.sweep();
      other.sweep();
    }
    expect(lines).toEqual([]);
  },
);
