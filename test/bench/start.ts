// npm run bench:start [-- ROUNDS]: starts on one core, in turns with BENCH_AGAINST, until they serve, and memory that is left at rest.
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BUILDS, type Build, database, startIsthmus } from './isthmus.ts';
import { memory, processorTime, stop } from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
/** Milliseconds until a server that nobody asks counts as at rest. */
const UNTIL_REST = 10_000;

/** Writes which files a start loads. */
const PROBE = new URL('../process/support/loaded.mjs', import.meta.url);

const WORK = [
  'first start, s',
  'start, s',
  'processor time of it, s',
  'files loaded',
  'RSS at rest, MiB',
] as const;

/** A thousand fewer than 0.1.0 loaded. */
const FILES = 1904 - 1000;

/** At most; where there is none, it is only shown. */
const GOALS: Record<string, readonly (number | undefined)[]> = {
  embedded: [4, 1.5, undefined, FILES, 220],
  PostgreSQL: [undefined, 1, undefined, FILES, 120],
};

async function filesLoaded(folder: string, data: string, build: Build): Promise<number> {
  const file = join(folder, 'loaded.json');
  const { child } = await startIsthmus(folder, data, { NODE_OPTIONS: `--import=${PROBE}?to=${file}` }, build);
  await stop(child);
  return (JSON.parse(readFileSync(file, 'utf8')) as string[]).length;
}

/** On PostgreSQL the database is a new one only for the first of all. */
async function round(folder: string, build: Build): Promise<number[]> {
  const data = mkdtempSync(join(folder, 'data-'));
  const first = await startIsthmus(folder, data, {}, build);
  await stop(first.child);
  const { child, startedIn } = await startIsthmus(folder, data, {}, build);
  const used = processorTime(child);
  await delay(UNTIL_REST);
  const rest = memory(child, 'VmRSS');
  await stop(child);
  const files = await filesLoaded(folder, data, build);
  return [first.startedIn / 1000, startedIn / 1000, used / 1000, files, rest];
}

async function measure(folder: string): Promise<boolean> {
  const figures = BUILDS.map((build) => ({ build, rounds: [] as number[][] }));
  for (let turn = 0; turn < ROUNDS; turn += 1)
    for (const { build, rounds } of figures) rounds.push(await round(folder, build));
  const goals = GOALS[database] ?? [];
  const medians = figures.map(({ rounds }) =>
    WORK.map((_work, column) => median(rounds.map((each) => each[column] ?? NaN))),
  );
  const isReached = WORK.map((_work, column) => (medians[0]?.[column] ?? NaN) <= (goals[column] ?? Infinity));
  const rows = WORK.map((work, column) => [
    work,
    String(goals[column] ?? ''),
    ...medians.map((each) => String(Number((each[column] ?? NaN).toFixed(1)))),
    goals[column] === undefined ? '' : isReached[column] ? 'reached' : 'not reached',
  ]);
  print(`\n${table([database, 'goal', ...BUILDS.map(({ name }) => name), 'verdict'], rows)}`);
  return isReached.every(Boolean);
}

await run(measure);
