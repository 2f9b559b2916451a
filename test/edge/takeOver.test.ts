import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyDatabase, TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { type EdgeServer, ask, register, startEdge } from './support/world.js';

const WARNING = 40;

/** As the serializer of errors writes what is expected. */
interface Line {
  level: number;
  msg: string;
  err?: { stack?: string[]; meaning?: string; code?: string };
}

describe.runIf(TEST_DATABASE_URL)('what a replica that is suddenly gone leaves locked', () => {
  let postgres: EmptyDatabase;
  let server: EdgeServer;
  beforeAll(async () => {
    const opened = await openPostgres(pino({ level: 'silent' }), 5);
    ({ postgres } = opened);
    server = await startEdge({ CLUSTER_LEASE: '15' }, { database: opened.database, background: true });
  });
  afterAll(() => server.stop());

  const troubles = () =>
    server
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
      .filter(({ level }) => level >= WARNING);
  const stateOf = async (id: number) =>
    (await ask<{ cluster: object }>(server, `{ cluster(id: "${id}") { failure version } }`)).data?.cluster;

  test('is told in lines without a stack, and tried again until it is free', async () => {
    const { id, fake } = await register(server);
    await expect.poll(() => fake.watches).toBe(1);
    const gone = await postgres.hold('select 1 from clusters for update');
    fake.upgrade('v1.99.0');
    fake.setSilent(true);
    const told = () => new Set(troubles().map(({ msg }) => msg));
    await expect.poll(told).toContain('what a cluster tells could not be recorded; it is tried again');
    await expect.poll(told).toContain('the leases of clusters could not be renewed; it is tried again');
    for (const { err, msg } of troubles()) {
      expect(err, msg).toMatchObject({
        code: '55P03',
        meaning: 'the database is busy with what others change',
      });
      expect(err?.stack, msg).toBeUndefined();
    }
    await gone.release();
    await expect
      .poll(() => stateOf(id))
      .toEqual({ failure: `${fake.name} does not answer`, version: 'v1.31.0' });
    fake.setSilent(false);
    await expect.poll(() => stateOf(id)).toEqual({ failure: null, version: 'v1.99.0' });
  });
});
