// npm run bench:steady [-- MINUTES]: what memory does under steady mixed traffic, and whether it levels off.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { database, startIsthmus } from './isthmus.ts';
import { memory } from './processes.ts';
import { run } from './run.ts';
import { drive, steadyTraffic } from './steadyTraffic.ts';
import { median, print, table } from './table.ts';
import { startUpstream } from './upstream.ts';

const MINUTE = 60_000;
const MINUTES = Number(process.argv[2] ?? 12);
/** Minutes of the middle and of the last third, which are compared; in the first, caches fill and code is compiled. */
const THIRD = Math.max(1, Math.floor(MINUTES / 3));
/** MiB a minute that memory may still grow by afterwards. */
const MOST_GROWTH = 3;
const POLL = 50;

/** In bytes. */
interface Figures {
  rss: number;
  heapTotal: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  wasm: number;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** What the probe in the server writes when it is asked. */
async function ask(pid: number, file: string): Promise<Figures> {
  const read = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const before = read().length;
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const lines = read();
    const last = lines.at(-1);
    if (lines.length > before && last !== undefined) return JSON.parse(last) as Figures;
    await delay(POLL);
  }
}

async function measure(folder: string): Promise<boolean> {
  const upstream = await startUpstream(folder);
  const file = join(folder, 'memory');
  const probe = new URL('memoryProbe.mjs', import.meta.url).href;
  const product = await startIsthmus(folder, undefined, {
    NODE_OPTIONS: `--import=${probe}`,
    MEMORY_PROBE: file,
  });
  const stop = drive(await steadyTraffic(product, upstream));
  print(`\nOn the ${database} database, MiB`);
  const rows: string[][] = [];
  const used: number[] = [];
  for (let minute = 0; minute <= MINUTES; minute += 1) {
    const { rss, heapTotal, heapUsed, external, arrayBuffers, wasm } = await ask(
      product.child.pid ?? 0,
      file,
    );
    used.push(memory(product.child, 'VmRSS'));
    rows.push([String(minute), ...[rss, heapTotal, heapUsed, external, arrayBuffers, wasm].map(mebibytes)]);
    print(rows.at(-1)?.join('\t') ?? '');
    if (minute < MINUTES) await delay(MINUTE);
  }
  const counts = stop();
  writeFileSync(`${file}.live`, '');
  const live = await ask(product.child.pid ?? 0, file);
  // Medians, since collections make it go up and down.
  const growth = (median(used.slice(-THIRD)) - median(used.slice(-2 * THIRD, -THIRD))) / THIRD;
  print(
    `\n${table(['minute', 'RSS', 'heap', 'of it used', 'external', 'array buffers', 'WebAssembly'], rows)}`,
  );
  print(`\n${JSON.stringify(counts)}`);
  print(`\nHeap without garbage: ${mebibytes(live.heapUsed)} MiB; RSS then: ${mebibytes(live.rss)} MiB`);
  print(
    `\nRSS grew by ${growth.toFixed(1)} MiB a minute from the middle third to the last; at most ${MOST_GROWTH} are allowed.`,
  );
  return growth <= MOST_GROWTH;
}

await run(measure);
