// npm run bench:transmit [-- --large] [-- --memory]: see the README's figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { large } from './large.ts';
import { memoryAndStart } from './memoryAndStart.ts';
import { print } from './table.ts';
import { stopAll } from './processes.ts';
import { throughput } from './throughput.ts';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-bench-'));
const asked = new Set(process.argv.slice(2));
const measure = asked.has('--large') ? large : asked.has('--memory') ? memoryAndStart : throughput;

try {
  const isEnough = await measure(folder);
  print(isEnough ? '\nAll that is required is reached.' : '\nNot all that is required is reached.');
  process.exitCode = isEnough ? 0 : 1;
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
