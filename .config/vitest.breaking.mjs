import { defineConfig } from 'vitest/config';
import base from './vitest.mjs';

export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/breaking/**/*.test.ts'], globalSetup: [], setupFiles: [] },
});
