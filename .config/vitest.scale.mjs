import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/scale/**/*.test.ts'],
    exclude: [],
    // Each starts servers of its own and ends some.
    maxWorkers: 1,
    isolate: true,
    expect: { poll: { timeout: 120_000, interval: 100 } },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
