import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from '../../../src/connectors/kubernetes/backoff.js';

const CAP = 30_000;

test('waits grow from half of the base to the cap, and start over', () => {
  const backoff = new Backoff(500, CAP);
  for (const most of [500, 1000, 2000, 4000, 8000, 16_000, CAP, CAP]) {
    const wait = backoff.next();
    expect(wait).toBeGreaterThanOrEqual(most / 2);
    expect(wait).toBeLessThanOrEqual(most);
  }
  backoff.reset();
  expect(backoff.next()).toBeLessThanOrEqual(500);
});

test('no number of tries makes a wait longer than the cap, and what is asked for is honoured up to it', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(100_000), (tries, atLeast) => {
      const backoff = new Backoff(500, CAP);
      for (let count = 0; count < tries; count += 1) backoff.next();
      const wait = backoff.next(atLeast);
      expect(wait).toBeGreaterThanOrEqual(Math.min(atLeast, CAP));
      expect(wait).toBeLessThanOrEqual(CAP);
    }),
    { numRuns: 50 },
  );
});

test('two that failed together do not come back together', () => {
  const waits = Array.from({ length: 20 }, () => new Backoff(500, CAP).next());
  expect(new Set(waits).size).toBeGreaterThan(1);
});

test('an abort ends the wait', async () => {
  const stop = new AbortController();
  const waiting = new Backoff(1e9, 1e9).wait(stop.signal);
  stop.abort();
  await expect(waiting).resolves.toBeUndefined();
});
