import { expect, test } from 'vitest';
import { RefreshService } from '../../src/domains/datacenters/refresh/refresh.service.js';

/** Places that one owner has. */
const MOST_OF_OWNER = 7;

test('the turn of a data center that is gone by then is handed on', async () => {
  const ends = new Map<string, () => void>();
  const reminded: string[] = [];
  const gone = new Set<string>();
  const leases = {
    ownerOf: async (id: string) => (gone.has(id) ? undefined : 'owner'),
    begin: async (id: string) => new Promise((resolve) => ends.set(id, () => resolve(null))),
    remind: async (id: string) => void reminded.push(id),
  };
  const service = new RefreshService({ leases } as never, {} as never);
  const { signal } = new AbortController();
  const runs = Array.from({ length: MOST_OF_OWNER }, async (_, index) => service.run(`r${index}`, signal));
  await expect.poll(() => ends.size).toBe(MOST_OF_OWNER);
  await service.run('gone', signal);
  await service.run('next', signal);
  gone.add('gone');
  ends.get('r0')?.();
  await runs[0];
  expect(reminded).toEqual(['gone']);
  await service.run('gone', signal);
  expect(reminded).toEqual(['gone', 'next']);
  for (const end of ends.values()) end();
  await Promise.all(runs);
});
