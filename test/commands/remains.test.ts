import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { giveBackRemains } from '../../src/commands/remains.js';

/** In a function of its own, so that nothing else refers to it. */
const remains = (): WeakRef<object> => new WeakRef({ of: 'a start' });

test('what a start leaves behind is given back a while after it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const left = remains();
    giveBackRemains();
    await nextTurn();
    vi.runAllTimers();
    await nextTurn();
    expect(left.deref()).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
