import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import suite from './vitest.mjs';

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { lcm: text, user: text, password: text, openrc: text, 'cli-openrc': text },
});
const { lcm, user, password, openrc, 'cli-openrc': cliOpenrc } = values;
if ([lcm, user, password, openrc, cliOpenrc].includes(undefined)) {
  process.stderr.write(
    'usage: npm run test:cloud -- --lcm HOST[:PORT] --user USER --password PASSWORD --openrc PATH_ON_THE_LCM --cli-openrc FILE_HERE [NAME_OF_A_TEST_FILE]\n',
  );
  process.exit(2);
}

await startVitest(
  'test',
  positionals,
  {
    config: false,
    root: suite.root,
    watch: false,
    include: ['test/cloud/**/*.cloud.ts'],
    // Tests share the one cloud, which need not be fast.
    fileParallelism: false,
    globalSetup: suite.test.globalSetup,
    setupFiles: suite.test.setupFiles,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    provide: {
      cloud: { lcm, user, password, openrc, cliOpenrc, text: readFileSync(cliOpenrc, 'utf8') },
    },
  },
  { oxc: suite.oxc, resolve: suite.resolve },
);
