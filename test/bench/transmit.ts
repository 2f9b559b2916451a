// npm run bench:transmit [-- --large] [-- --memory]: see the README's figures.
import { large } from './large.ts';
import { memoryAndStart } from './memoryAndStart.ts';
import { run } from './run.ts';
import { throughput } from './throughput.ts';

const asked = new Set(process.argv.slice(2));
await run(asked.has('--large') ? large : asked.has('--memory') ? memoryAndStart : throughput);
