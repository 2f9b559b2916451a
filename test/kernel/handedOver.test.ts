import { expect, test } from 'vitest';
import { handedOver } from '../../src/kernel/handedOver.js';

test('what is put is taken in order, and nothing is made before it is asked for', async () => {
  let made = 0;
  const given = handedOver<number>(async (put) => {
    while (made < 5) {
      made += 1;
      await put(made);
    }
  });
  const taken: number[] = [];
  for await (const item of given) {
    taken.push(item);
    // One is on its way meanwhile.
    expect(made).toBeLessThanOrEqual(item + 1);
  }
  expect(taken).toEqual([1, 2, 3, 4, 5]);
});

test('a failure comes after what was taken before it', async () => {
  const taken: number[] = [];
  const take = async () => {
    for await (const item of handedOver<number>(async (put) => {
      await put(1);
      throw new Error('broken off');
    }))
      taken.push(item);
  };
  await expect(take()).rejects.toThrow('broken off');
  expect(taken).toEqual([1]);
});

test('who puts learns that nobody takes any more', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const given = handedOver<number>(async (put) => {
    try {
      for (let item = 0; ; item += 1) await put(item);
    } finally {
      end('given up');
    }
  });
  for await (const item of given) if (item === 3) break;
  expect(await ended).toBe('given up');
});
