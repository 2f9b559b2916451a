import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { database, register, startIsthmus } from './isthmus.ts';
import { memory, stop } from './processes.ts';
import { print, table } from './table.ts';
import { startUpstream } from './upstream.ts';

const REQUESTS = 10_000;
const AT_ONCE = 32;
/** MiB after so many requests; milliseconds from the start of the process to being ready. */
const MOST =
  database === 'embedded'
    ? { memory: 450, fresh: 6_000, existing: 2_500 }
    : { memory: 200, fresh: 1_500, existing: 1_500 };

async function forward(url: string, id: string): Promise<void> {
  let left = REQUESTS;
  const work = async () => {
    while (left-- > 0) {
      const response = await fetch(`${url}/sys/transmit/`, { headers: { 'Plat-Route-Id': id } });
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Memory after many requests, and the time to serve; returns whether both are as small as they must be. */
export async function memoryAndStart(folder: string): Promise<boolean> {
  const upstream = await startUpstream(folder);
  const data = mkdtempSync(join(folder, 'data-'));
  const fresh = await startIsthmus(folder, data);
  await stop(fresh.child);
  const existing = await startIsthmus(folder, data);
  await forward(existing.url, await register(existing, upstream));
  const used = memory(existing.child, 'VmRSS');
  const rows = [
    [`ready on a fresh database, ms`, fresh.startedIn.toFixed(0), String(MOST.fresh)],
    [`ready on an existing database, ms`, existing.startedIn.toFixed(0), String(MOST.existing)],
    [`RSS after ${REQUESTS} forwarded requests, MiB`, used.toFixed(0), String(MOST.memory)],
  ];
  print(`\n${table([database, 'measured', 'allowed'], rows)}`);
  return fresh.startedIn < MOST.fresh && existing.startedIn < MOST.existing && used < MOST.memory;
}
