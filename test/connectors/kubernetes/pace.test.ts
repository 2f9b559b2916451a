import { expect, test } from 'vitest';
import { PACE } from '../../../src/connectors/kubernetes/pace.js';

/** After which a cluster that says nothing must count as away. */
const AWAY = 60_000;
const BOOKMARKS = 60_000;

test('a silent cluster is noticed in time, and one that is back is too', () => {
  expect(PACE.silence + 2 * PACE.patience).toBeLessThan(AWAY);
  expect(PACE.backoffCap + 2 * PACE.patience).toBeLessThan(AWAY);
});

test('a watch is not thought broken before two bookmarks are missed', () => {
  expect(PACE.stale).toBeGreaterThan(2 * BOOKMARKS);
  expect(PACE.watchLength).toBeGreaterThan(PACE.stale);
});
