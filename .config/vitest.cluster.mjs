import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import suite from './vitest.mjs';

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
if (values.kubeconfig === undefined) {
  process.stderr.write('usage: npm run test:cluster -- --kubeconfig FILE\n');
  process.exit(2);
}

await startVitest(
  'test',
  [],
  {
    config: false,
    root: suite.root,
    watch: false,
    include: ['test/cluster/**/*.cluster.ts'],
    // Tests share the one cluster.
    fileParallelism: false,
    globalSetup: suite.test.globalSetup,
    setupFiles: suite.test.setupFiles,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    provide: { kubeconfig: readFileSync(values.kubeconfig, 'utf8') },
  },
  { oxc: suite.oxc, resolve: suite.resolve },
);
