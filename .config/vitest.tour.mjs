import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/tour/**/*.tour.ts'],
    exclude: [],
    globalSetup: [],
    // Installs and builds everything, more than once.
    testTimeout: 900_000,
  },
});
