import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Gathered } from '../../src/kernel/gathered.js';

test('all that comes is there, in its order, whatever the pieces and whatever becomes of them', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 60 });
  fc.assert(
    fc.property(pieces, (given) => {
      const gathered = new Gathered();
      for (const piece of given) {
        const passing = Uint8Array.from(piece);
        gathered.add(passing);
        passing.fill(0);
      }
      const all = Buffer.concat(given);
      expect(gathered.length).toBe(all.length);
      expect(gathered.whole().equals(all)).toBe(true);
      expect(gathered.whole().equals(all)).toBe(true);
    }),
  );
});

test('a million single bytes take no more than pieces of their size', () => {
  const gathered = new Gathered();
  const allocations = vi.spyOn(Buffer, 'allocUnsafe');
  for (let byte = 0; byte < 1_000_000; byte += 1) gathered.add(Uint8Array.of(byte % 251));
  const allocated = allocations.mock.calls.map(([size]) => size);
  allocations.mockRestore();
  expect(allocated.length).toBeLessThan(32);
  expect(allocated.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_100_000);
  const whole = gathered.whole();
  expect(whole).toHaveLength(1_000_000);
  expect(whole.every((byte, index) => byte === index % 251)).toBe(true);
});
