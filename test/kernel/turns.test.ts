import { expect, test } from 'vitest';
import { z } from 'zod';
import { readPage } from '../../src/connectors/openstack/page.js';
import { nextTurn, pace } from '../../src/kernel/turns.js';

/** How many turns the event loop takes meanwhile. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const counted = { turns: 0, isOver: false };
  const count = () => {
    if (counted.isOver) return;
    counted.turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  await work();
  counted.isOver = true;
  return counted.turns;
}

test('each that waits for a turn has one of its own', async () => {
  const waiting = async () => {
    for (let step = 0; step < 10; step += 1) await nextTurn();
  };
  expect(
    await turnsDuring(async () => Promise.all([waiting(), waiting(), waiting()])),
  ).toBeGreaterThanOrEqual(29);
});

/** Work of so many milliseconds. */
function spend(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('work that has time takes a quarter of it, however much of it goes on at once', async () => {
  const work = async () => {
    for (let step = 0; step < 10; step += 1) {
      pace.part(() => spend(1));
      await pace.rest();
    }
  };
  const begun = performance.now();
  await Promise.all([work(), work()]);
  // Of 20 ms; timers may be early by less than one.
  expect(performance.now() - begun).toBeGreaterThan(75);
});

test('small parts leave others a turn after each half of a millisecond, whoever does them', async () => {
  const work = async () => {
    for (let step = 0; step < 100; step += 1) {
      pace.part(() => spend(0.1));
      await pace.rest();
    }
  };
  // Of 20 ms.
  expect(await turnsDuring(async () => Promise.all([work(), work()]))).toBeGreaterThanOrEqual(30);
});

test('who waited for a processor in a part does not rest for that', async () => {
  pace.part(() => spend(50));
  const begun = performance.now();
  await pace.rest();
  // Not the 150 ms that such work would be followed by.
  expect(performance.now() - begun).toBeLessThan(100);
});

test('a page of a cloud that is there at once leaves others their turns', async () => {
  const items = Array.from({ length: 5000 }, (_, index) => ({ id: String(index) }));
  async function* body() {
    yield Buffer.from(JSON.stringify({ items }));
  }
  const whom = { named: 'Nova', conceal: (text: string) => text };
  const read = { key: 'items', item: z.object({ id: z.string() }), what: 'items' };
  const turns = await turnsDuring(async () => {
    const taken: { id: string }[] = [];
    const marker = await readPage(whom, body(), read, async (part) => {
      taken.push(...part);
    });
    expect(marker).toBeNull();
    expect(taken).toEqual(items);
  });
  expect(turns).toBeGreaterThanOrEqual(50);
});
