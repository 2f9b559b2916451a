import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/frontends/*.test.ts'],
    exclude: [],
    maxWorkers: 1,
    // Each is generated, compiled and run until tokens have ended.
    testTimeout: 180_000,
  },
});
