import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/openapi/*.test.ts'],
    exclude: [],
    maxWorkers: 1,
    // Tools that start slowly.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
