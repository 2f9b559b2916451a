// DATABASE_URL=postgres://... npm run bench:record: a record of 1,000 hosts and 20,000 virtual machines, and what reads
// take meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from './edgeSeed.ts';
import { logIn, startIsthmus } from './isthmus.ts';
import { load } from './load.ts';
import { leaveProxyCore, memory, processorTime, stopAll } from './processes.ts';
import { SIZE, seedChanges, seedInventory } from './recordSeed.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const CENTER = '0123456789abcdef0123456789abcdef';
const CONNECTIONS = 4;
const SECONDS = 10;
const ROUNDS = 3;
const PATIENCE = 300_000;
/** Seconds of a record; p99 of idle. */
const MOST = { seconds: 60, slowness: 2 };

const READ = `{ virtualMachines(first: 20, filter: {status: {eq: ACTIVE}}) { nodes { name hostName vcpus tenant { name } } } }`;

interface Product {
  url: string;
  token: string;
}

async function optimus<T>({ url, token }: Product, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { Authorization: token, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}

/** Milliseconds until it is there. */
async function makeRecord(product: Product): Promise<{ id: string; took: number }> {
  const began = performance.now();
  const id = await optimus<string>(product, 'POST', '/record', { name: 'bench', cid: CENTER });
  while (performance.now() - began < PATIENCE) {
    const [record] = await optimus<{ status: string; traceback: string | null }[]>(
      product,
      'GET',
      `/record?cid=${CENTER}&limit=1`,
    );
    if (record?.status === 'successful') return { id, took: performance.now() - began };
    if (record?.status === 'failed') throw new Error(record.traceback ?? '');
    await delay(50);
  }
  throw new Error('the record does not come to its end');
}

await run(async (folder) => {
  const server = process.env['DATABASE_URL'];
  if (!server) throw new Error('DATABASE_URL is needed');
  leaveProxyCore();
  const database = await createDatabase(server);
  try {
    const { child, url } = await startIsthmus(folder, undefined, { DATABASE_URL: database.url });
    const product = { url, token: (await logIn(url)).token };
    await seedInventory(database.url, CENTER);
    const idle = memory(child, 'VmRSS');
    const first = await makeRecord(product);
    await seedChanges(database.url, CENTER);
    const cpu = processorTime(child);
    const second = await makeRecord(product);
    const processing = (processorTime(child) - cpu) / 1000;
    const peak = memory(child, 'VmHWM');
    const began = performance.now();
    const content = Buffer.from(
      await optimus<string>(product, 'GET', `/record/download?id=${second.id}`),
      'base64',
    );
    const download = performance.now() - began;

    const question = {
      url: `${url}/graphql`,
      headers: { Authorization: product.token, 'Content-Type': 'application/json' },
      ...{ connections: CONNECTIONS, seconds: SECONDS, body: JSON.stringify({ query: READ }) },
    };
    await load({ ...question, seconds: 5 });
    const [quiet, busy, meanwhile]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      quiet.push((await load(question)).p99);
      const measured = load(question);
      const state = { isOver: false };
      const over = measured.finally(() => (state.isOver = true));
      while (!state.isOver) meanwhile.push((await makeRecord(product)).took);
      busy.push((await over).p99);
    }
    const slowness = median(busy) / median(quiet);
    const rows = [
      [
        'seconds, the first; another; while it is asked all the time',
        [first.took, second.took, median(meanwhile)].map((took) => (took / 1000).toFixed(1)).join('; '),
        `< ${MOST.seconds}`,
      ],
      ['seconds of processing', processing.toFixed(1), ''],
      ['MiB at the peak; before', `${peak.toFixed(0)}; ${idle.toFixed(0)}`, ''],
      [
        'MiB of the workbook; ms of its download',
        `${(content.length / 2 ** 20).toFixed(1)}; ${download.toFixed(0)}`,
        '',
      ],
      [
        'p99 of reads, ms: idle; meanwhile',
        `${median(quiet).toFixed(1)}; ${median(busy).toFixed(1)}`,
        `<= ${MOST.slowness} times`,
      ],
    ];
    print(`\n${table([`a record of ${SIZE.hosts} hosts and ${SIZE.servers} servers`, '', 'wanted'], rows)}`);
    return Math.max(first.took, second.took) < MOST.seconds * 1000 && slowness <= MOST.slowness;
  } finally {
    await stopAll();
    await database.remove();
  }
});
