import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/deploy/*.deploy.ts'],
    exclude: [],
    globalSetup: [],
    testTimeout: 180_000,
  },
});
