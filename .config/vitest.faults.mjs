import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/faults/**/*.test.ts'],
    exclude: [],
    // Each file breaks something of its own, and measures what others stand.
    maxWorkers: 1,
    isolate: true,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
