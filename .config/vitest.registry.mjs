import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import suite from './vitest.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { url: text, user: text, password: text } });
const { url, user, password } = values;
if (url === undefined || user === undefined || password === undefined) {
  process.stderr.write(
    'usage: npm run test:registry -- --url URL --user ADMINISTRATOR --password PASSWORD\n',
  );
  process.exit(2);
}

await startVitest(
  'test',
  [],
  {
    config: false,
    root: suite.root,
    watch: false,
    setupFiles: suite.test.setupFiles,
    include: ['test/registry/**/*.registry.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    provide: { harbor: { url: new URL(url).origin, user, password } },
  },
  { oxc: suite.oxc, resolve: suite.resolve },
);
