import { Counter, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { WorkerMetrics } from '../../src/commands/workerMetrics.js';

/** What a process tells that has counted so far. */
function telling(count: number): () => Promise<unknown> {
  const registry = new Registry();
  new Counter({ name: 'done_total', help: 'done', registers: [registry] }).inc(count);
  return async () => registry.getMetricsAsJSON();
}

const doneIn = (text: string): number => Number(/^done_total (\d+)$/m.exec(text)?.[1]);

test('what processes have counted stays when several end at once', async () => {
  const metrics = new WorkerMetrics();
  const processes = new Map([1, 2, 3, 4].map((id) => [id, telling(10 ** (id - 1))]));
  expect(doneIn(await metrics.gather(processes))).toBe(1111);
  const ending = [1, 2, 3].map(async (id) => metrics.end(id));
  const left = new Map([[4, telling(1000)]]);
  expect(doneIn(await metrics.gather(left))).toBe(1111);
  await Promise.all(ending);
  expect(doneIn(await metrics.gather(left))).toBe(1111);
});

test('a process that ends while others are waited for counts once', async () => {
  const metrics = new WorkerMetrics();
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = telling(100);
  const processes = new Map([
    [1, telling(1)],
    [
      2,
      async () => {
        await promise;
        return late();
      },
    ],
  ]);
  const gathered = metrics.gather(processes);
  await new Promise(setImmediate);
  await metrics.end(1);
  resolve();
  expect(doneIn(await gathered)).toBe(101);
});
