// DATABASE_URL=postgres://… npm run bench:workers: what a request costs two processes on one port (WORKERS), and one.
import { compareCosts } from './costs.ts';
import { database, startIsthmus } from './isthmus.ts';
import { leaveProxyCore } from './processes.ts';
import { run } from './run.ts';
import { print } from './table.ts';
import { startUpstream } from './upstream.ts';

/** Where there is a core for each process, two serve 1.8 times as much as one then. */
const MOST = 2 / 1.8;

async function measure(folder: string): Promise<boolean> {
  if (database === 'embedded') throw new Error('DATABASE_URL is needed: several processes share PostgreSQL');
  const upstream = await startUpstream(folder);
  const one = { name: 'one process', start: async () => startIsthmus(folder) };
  const two = {
    name: 'two',
    start: async () => startIsthmus(folder, undefined, { WORKERS: '2' }),
    processes: 2,
  };
  const { ratios, text } = await compareCosts([one, two], upstream);
  print(text);
  print(`\nWhere both share a core, what they take from each other there is part of it.`);
  return Math.max(...ratios) <= MOST;
}

leaveProxyCore();
await run(measure);
