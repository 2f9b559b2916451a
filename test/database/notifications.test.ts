import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { Topic } from '../../src/database/notifications.js';
import { openTestDatabase } from '../support/database.js';

const TOPIC = new Topic<{ n: number }>('test');

let database: Database;
const heard: number[] = [];
beforeAll(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
  database.notifications.subscribe(TOPIC, ({ n }) => heard.push(n));
});
afterAll(() => database.close());

const publish = async (n: number, fail = false) =>
  database.fork().transactional(async (em) => {
    await database.notifications.publish(em, TOPIC, { n });
    expect(heard).not.toContain(n);
    if (fail) throw new Error('rolled back');
  });

test('who publishes hears its message once, as soon as the transaction has committed, and none that is rolled back', async () => {
  await publish(1);
  expect(heard).toEqual([1]);
  await expect(publish(2, true)).rejects.toThrow('rolled back');
  await database.notifications.publish(database.fork(), TOPIC, { n: 3 });
  expect(heard).toEqual([1, 3]);
  // What another process sends comes after everything that was sent before it.
  await database.query(`select pg_notify('isthmus', '{"topic":"test","payload":{"n":4}}')`);
  await expect.poll(() => heard).toEqual([1, 3, 4]);
});

test('what others say on the channel is no message of ours', async () => {
  heard.length = 0;
  for (const text of ['', 'no JSON', 'null', '1', '{"topic":"test"}', '{"topic":1,"payload":{}}'])
    await database.query('select pg_notify($1, $2)', ['isthmus', text]);
  await database.query(`select pg_notify('isthmus', '{"topic":"test","payload":{"n":5}}')`);
  await expect.poll(() => heard).toEqual([5]);
});
