import { once } from 'node:events';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Threads, type ThreadLimits } from '../../src/kernel/threads.js';
import type * as work from './support/threadWork.js';

const LIMITS: ThreadLimits = {
  what: 'the numbers',
  memory: 32,
  time: 20_000,
  atOnce: 1,
  waiting: 2,
  ofOne: 2,
};

const threads = (limits: Partial<ThreadLimits> = {}) =>
  new Threads<typeof work>(new URL('./support/threadWork', import.meta.url), { ...LIMITS, ...limits });

/** A task that runs until the port is told to end it. */
async function started(pool: ReturnType<typeof threads>, owner: string) {
  const { port1, port2 } = new MessageChannel();
  const result = pool.run(owner, 'wait', port2, { transfer: [port2] });
  await once(port1, 'message');
  return { result, goOn: () => port1.postMessage('go on', []) };
}

test('work is done in a thread, and its errors come as they are', async () => {
  const pool = threads();
  expect(await pool.run('a', 'double', 21)).toBe(42);
  await expect(pool.run('a', 'refuse', 'rows.3')).rejects.toMatchObject({
    name: 'DomainError',
    code: 'BAD_INPUT',
    message: 'rows.3: is not wanted',
    details: { fields: [{ path: 'rows.3', message: 'is not wanted' }] },
  });
  const defect = pool.run('a', 'fail', 'broken');
  await expect(defect).rejects.toThrow('broken');
  await expect(defect).rejects.not.toMatchObject({ name: 'DomainError' });
});

test('endless work is ended, and the next is done', async () => {
  const pool = threads({ time: 3000 });
  const endless = pool.run('a', 'endless', undefined);
  const next = pool.run('b', 'double', 1);
  await expect(endless).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'the numbers take longer than 3 s',
  });
  expect(await next).toBe(2);
});

test('greedy work is ended, and the next is done', async () => {
  const pool = threads();
  const greedy = pool.run('a', 'greedy', undefined);
  const next = pool.run('b', 'double', 1);
  await expect(greedy).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'the numbers need more than 32 MiB of memory',
  });
  expect(await next).toBe(2);
});

test('a thread that fails when nobody waits for it any more ends itself alone', async () => {
  const pool = threads();
  const begun = once(process, 'worker') as Promise<[Worker]>;
  await pool.run('a', 'double', 2);
  const [worker] = await begun;
  // As where its memory is used up in the moment after its task was given up.
  worker.emit('error', new Error('out of memory'));
  expect(await pool.run('a', 'double', 3)).toBe(6);
});

test('who asks may end it', async () => {
  const pool = threads();
  const ending = new AbortController();
  const endless = pool.run('a', 'endless', undefined, { signal: ending.signal });
  ending.abort();
  await expect(endless).rejects.toMatchObject({ name: 'AbortError' });
  expect(await pool.run('a', 'double', 2)).toBe(4);
});

test('owners take turns, however much one has to do', async () => {
  const pool = threads({ waiting: 6, ofOne: 4 });
  const first = await started(pool, 'a');
  const done: string[] = [];
  const later = ['a', 'a', 'b', 'a', 'b', 'c'].map(async (owner, place) => {
    await pool.run(owner, 'double', place);
    done.push(`${owner}${place}`);
  });
  first.goOn();
  await Promise.all([first.result, ...later]);
  expect(done).toEqual(['a0', 'b2', 'c5', 'a1', 'b4', 'a3']);
});

test('one owner holds only a share of the places, and all together no more than there are', async () => {
  const pool = threads();
  const first = await started(pool, 'a');
  const second = pool.run('a', 'double', 1);
  const busy = {
    code: 'RATE_LIMITED',
    message: 'too much is under way for the numbers; try again',
    details: { retryAfter: 2 },
  };
  await expect(pool.run('a', 'double', 2)).rejects.toMatchObject(busy);
  const third = pool.run('b', 'double', 3);
  await expect(pool.run('c', 'double', 4)).rejects.toMatchObject(busy);
  first.goOn();
  expect(await Promise.all([first.result, second, third])).toEqual(['told', 2, 6]);
  expect(await pool.run('a', 'double', 5)).toBe(10);
});

test('who goes away while it waits leaves its place to others at once', async () => {
  const pool = threads();
  const first = await started(pool, 'a');
  const leaving = new AbortController();
  const waiting = ['a', 'b'].map(async (owner) => pool.run(owner, 'double', 1, { signal: leaving.signal }));
  leaving.abort(new Error('gone'));
  for (const each of waiting) await expect(each).rejects.toThrow('gone');
  const others = [pool.run('a', 'double', 2), pool.run('b', 'double', 3)];
  await expect(pool.run('c', 'double', 4)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  first.goOn();
  expect(await Promise.all([first.result, ...others])).toEqual(['told', 4, 6]);
  expect(await pool.run('b', 'double', 5)).toBe(10);
});
