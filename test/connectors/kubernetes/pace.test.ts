import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PACE, paceFor } from '../../../src/connectors/kubernetes/pace.js';
import { SETTINGS } from '../../../src/config/settings.js';

/** After which a cluster that says nothing must count as away. */
const AWAY = 60_000;
const BOOKMARKS = 60_000;

test('a silent cluster is noticed in time, and one that is back is too', () => {
  expect(PACE.silence + PACE.probe).toBeLessThan(AWAY);
  expect(PACE.backoffCap + 2 * PACE.patience).toBeLessThan(AWAY);
});

test('a watch is not thought broken before two bookmarks are missed', () => {
  expect(PACE.stale).toBeGreaterThan(2 * BOOKMARKS);
  expect(PACE.watchLength).toBeGreaterThan(PACE.stale);
});

test('a quiet cluster is heard of well before it counts as away, whatever is set', () => {
  const { min = 0 } = SETTINGS.CLUSTER_SILENCE;
  fc.assert(
    fc.property(fc.double({ min: min * 1000, max: 1e9, noNaN: true }), (away) => {
      const { silence, probe } = paceFor(away);
      expect(silence).toBeGreaterThan(0);
      expect(probe).toBeGreaterThan(0);
      expect(silence + probe).toBeLessThan(0.6 * away);
    }),
  );
});

test('where clusters may be silent for the usual time or longer, the pace is the usual one', () => {
  expect(paceFor(AWAY)).toEqual(PACE);
  expect(paceFor(10 * AWAY)).toEqual(PACE);
});
