import { AggregatorRegistry, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { registerFigures } from '../../src/http/metrics.js';
import { type Figure, Tally, gauge } from '../../src/kernel/figures.js';

const shared: Figure = {
  kind: 'gauge',
  name: 'shared',
  help: 'Read from the database',
  labels: ['state'],
  isShared: true,
  read: () => [[{ state: 'alive' }, 3]],
};

function registryOf(...figures: Figure[]): Registry {
  const registry = new Registry();
  registerFigures(registry, figures);
  return registry;
}

test('of several workers what each has is added up, and what all read alike is not', async () => {
  const told = [1, 2].map(async (value) =>
    registryOf(
      shared,
      gauge('own', 'Of a process', () => value),
    ).getMetricsAsJSON(),
  );
  const text = await AggregatorRegistry.aggregate(await Promise.all(told)).metrics();
  expect(text).toContain('shared{state="alive"} 3\n');
  expect(text).toContain('own 3\n');
});

test('a figure that cannot be read, or not in time, is missing; the others are told', async () => {
  const failing: Figure = { ...shared, name: 'failing', read: async () => Promise.reject(new Error('away')) };
  const silent: Figure = { ...shared, name: 'silent', read: async () => new Promise(() => undefined) };
  const text = await registryOf(failing, silent, shared).metrics();
  expect(text).toContain('shared{state="alive"} 3\n');
  expect(text).not.toMatch(/^(failing|silent)\{/m);
});

test('what is gone is not told any more, and a tally adds up by its labels', async () => {
  let isThere = true;
  const tally = new Tally<'code'>();
  const registry = registryOf(
    { ...shared, read: () => (isThere ? [[{ state: 'alive' }, 3]] : []) },
    { kind: 'counter', name: 'tally', help: 'A tally', labels: ['code'], read: () => tally.values() },
  );
  tally.add({ code: 'OK' });
  tally.add({ code: 'OK' }, 2);
  tally.add({ code: 'CONFLICT' });
  expect(await registry.metrics()).toContain('shared{state="alive"} 3');
  isThere = false;
  const text = await registry.metrics();
  expect(text).not.toContain('shared{');
  expect(text).toContain('tally{code="OK"} 3\n');
  expect(text).toContain('tally{code="CONFLICT"} 1\n');
});
