import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/tour/**/*.tour.ts'],
    exclude: [],
    globalSetup: [],
    // Each installs and builds everything, more than once.
    maxWorkers: 1,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
