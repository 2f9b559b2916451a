import { afterEach, expect, test, vi } from 'vitest';
import type { Copy } from '../../src/database/copy.js';
import { Copies } from '../../src/database/copies.js';
import { createLogger } from '../../src/log/logger.js';

afterEach(() => vi.restoreAllMocks());

/** Milliseconds. */
let now = 0;
let position = 5;
let looks = 0;
const lines: string[] = [];
const copy = {
  replayed: 5,
  look: async () => undefined,
  giveUp: () => undefined,
  close: async () => undefined,
};

test('a copy that is too far behind is told of, and that it is read from again', async () => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const copies = new Copies({
    copies: [copy as unknown as Copy],
    query: async () => {
      looks += 1;
      return { rows: [{ position, installation: 'ours' }] };
    },
    fork: () => ({}) as never,
    notifications: { subscribe: () => () => undefined, onGap: () => () => undefined } as never,
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
  });
  const told = () => lines.map((line) => /is (not )?read from/.exec(line)?.[0]);
  await expect.poll(told).toEqual(['is read from']);
  // It has all that there was ten seconds ago.
  [now, position] = [11_000, 9];
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 1);
  expect(told()).toHaveLength(1);
  now = 22_000;
  await expect.poll(told).toEqual(['is read from', 'is not read from']);
  expect(lines[1]).toContain('"why":"it is more than 10 s behind"');
  copy.replayed = 9;
  await expect.poll(told).toEqual(['is read from', 'is not read from', 'is read from']);
  await copies.close();
});
