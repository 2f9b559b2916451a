import { expect, test } from 'vitest';
import type { ClusterClient } from '../../src/domains/edge/clusters/cluster.port.js';
import { KeptClients } from '../../src/domains/edge/clusters/keptClients.js';

/** Clients that tell which of them are open. */
function startedClients() {
  const open = new Set<number>();
  let made = 0;
  return {
    open,
    begin: async () => {
      made += 1;
      const number = made;
      open.add(number);
      return { close: () => void open.delete(number) } as ClusterClient;
    },
    count: () => made,
  };
}

test('who comes back finds the client that was used before, and nobody else has it meanwhile', async () => {
  const { open, begin, count } = startedClients();
  const kept = new KeptClients();
  const used: ClusterClient[] = [];
  const note = async (client: ClusterClient) => void used.push(client);
  await kept.use('one', begin, note);
  await kept.use('one', begin, note);
  expect([count(), used[0] === used[1]]).toEqual([1, true]);
  await kept.use('one', begin, async (client) => {
    await kept.use('one', begin, async (other) => expect(other).not.toBe(client));
  });
  expect(count()).toBe(2);
  // Of two that are free one is enough.
  expect(open.size).toBe(1);
  await kept.use('other', begin, async (client) => expect(used).not.toContain(client));
  expect(open.size).toBe(2);
});

test('a client whose work fails is closed, and the next one is new', async () => {
  const { open, begin, count } = startedClients();
  const kept = new KeptClients();
  const fail = async () => Promise.reject(new Error('no'));
  await kept.use('one', begin, async () => undefined);
  await expect(kept.use('one', begin, fail)).rejects.toThrow('no');
  expect(open.size).toBe(0);
  await kept.use('one', begin, async () => undefined);
  expect([count(), open.size]).toEqual([2, 1]);
});

test('so many are kept, of those that were used last', async () => {
  const { open, begin } = startedClients();
  const kept = new KeptClients();
  for (let number = 1; number <= 300; number += 1)
    await kept.use(String(number), begin, async () => undefined);
  expect([open.size, Math.min(...open)]).toEqual([250, 51]);
});
