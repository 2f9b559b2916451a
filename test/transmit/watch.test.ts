import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Watch, type Watched } from '../../src/transmit/watch.js';

const LIMIT = 1_000;

class Item implements Watched {
  slot = -1;
  expired = 0;

  constructor(
    public deadline: number,
    private readonly onExpire: (item: Item) => void = () => {},
  ) {}

  expire(): void {
    this.expired += 1;
    this.onExpire(this);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watchOf(count: number, onExpire?: (item: Item, watch: Watch<Item>) => void) {
  const watch = new Watch<Item>(LIMIT);
  const items = Array.from(
    { length: count },
    () => new Item(watch.after(LIMIT), (item) => onExpire?.(item, watch)),
  );
  for (const item of items) watch.add(item);
  return { watch, items };
}

it('expires what is late, not before its time, and keeps telling until it is deleted', () => {
  const { items } = watchOf(1);
  vi.advanceTimersByTime(LIMIT - 1);
  expect(items[0]?.expired).toBe(0);
  vi.advanceTimersByTime(LIMIT / 2);
  expect(items[0]?.expired).toBeGreaterThan(0);
});

it('goes on watching the others after one in the middle is deleted, and deletes each once', () => {
  const { watch, items } = watchOf(4, (item) => watch.delete(item));
  const [, second] = items;
  if (!second) throw new Error('no second item');
  watch.delete(second);
  watch.delete(second);
  expect(new Set(watch)).toEqual(new Set(items.filter((item) => item !== second)));
  vi.advanceTimersByTime(LIMIT * 2);
  expect(items.map(({ expired }) => expired)).toEqual([1, 0, 1, 1]);
  expect(watch.size).toBe(0);
});

it('does not expire what the end of another one ended, nor what it postponed', () => {
  const { watch, items } = watchOf(3, (item) => {
    for (const other of items.slice(1)) watch.delete(other);
    item.deadline = Number.POSITIVE_INFINITY;
  });
  vi.advanceTimersByTime(LIMIT * 3);
  expect(items.map(({ expired }) => expired)).toEqual([1, 0, 0]);
  expect([...watch]).toEqual(items.slice(0, 1));
});

it('has no timer while it watches nothing, and one again afterwards', () => {
  const { watch, items } = watchOf(2, (item) => watch.delete(item));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(LIMIT * 2);
  expect(vi.getTimerCount()).toBe(0);
  const late = new Item(watch.after(LIMIT), (item) => watch.delete(item));
  watch.add(late);
  vi.advanceTimersByTime(LIMIT * 2);
  expect([items.length, late.expired]).toEqual([2, 1]);
});
