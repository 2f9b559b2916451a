import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/browser/**/*.test.ts'],
    exclude: [],
    globalSetup: ['test/support/databaseImage.ts', 'test/browser/support/setup.ts'],
    // One browser and one server at a time, which each file opens and closes.
    maxWorkers: 1,
    isolate: true,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
