import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairRoom } from '../../src/kernel/fairRoom.js';

test('one owner may have half of it, and there is some for whoever comes', () => {
  const room = new FairRoom(128);
  const takeAll = (owner: string) => {
    let taken = 0;
    while (room.take(owner, 1)) taken += 1;
    return taken;
  };
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(takeAll)).toEqual([64, 32, 16, 8, 4, 2, 1, 0]);
  room.give('a', 64);
  expect(takeAll('h')).toBe(32);
});

test('whatever is taken and given, no more is held than there is, and all of it can be had again', () => {
  const step = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), amount: fc.integer({ min: 0, max: 60 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const room = new FairRoom(100);
      const held = steps.filter(({ owner, amount }) => room.take(owner, amount));
      const sum = held.reduce((all, { amount }) => all + amount, 0);
      expect(sum).toBeLessThanOrEqual(100);
      for (const { owner, amount } of held) room.give(owner, amount);
      expect(room.take('d', 50)).toBe(true);
      expect(room.take('d', 1)).toBe(false);
    }),
  );
});
