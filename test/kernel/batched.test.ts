import { describe, expect, test } from 'vitest';
import { Batched } from '../../src/kernel/batched.js';

/** Work that ends when the test says so. */
function startedWork() {
  const calls: { key: string; items: readonly number[]; end: (error?: Error) => void }[] = [];
  const batched = new Batched<string, number, string>(async (key, items) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => `${key}${item}`)));
    calls.push({ key, items: [...items], end });
    return promise;
  });
  const begun = async (count: number) => {
    await expect.poll(() => calls.length).toBe(count);
  };
  return { batched, calls, begun };
}

describe('what comes for one key', () => {
  test('while work is under way is done together, in its order', async () => {
    const { batched, calls, begun } = startedWork();
    const first = batched.add('a', 1);
    await begun(1);
    const others = [2, 3, 4].map(async (item) => batched.add('a', item));
    calls[0]?.end();
    expect(await first).toBe('a1');
    await begun(2);
    const last = batched.add('a', 5);
    calls[1]?.end();
    expect(await Promise.all(others)).toEqual(['a2', 'a3', 'a4']);
    await begun(3);
    calls[2]?.end();
    expect(await last).toBe('a5');
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]]);
  });

  test('is held up by no other key', async () => {
    const { batched, calls, begun } = startedWork();
    void batched.add('a', 1);
    const other = batched.add('b', 2);
    await begun(2);
    calls[1]?.end();
    expect(await other).toBe('b2');
  });

  test('fails together, and not with what failed before', async () => {
    const { batched, calls, begun } = startedWork();
    const first = batched.add('a', 1);
    await begun(1);
    const second = batched.add('a', 2);
    calls[0]?.end(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await begun(2);
    calls[1]?.end();
    expect(await second).toBe('a2');
  });
});
