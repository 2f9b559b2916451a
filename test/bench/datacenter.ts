// DATABASE_URL=postgres://... npm run bench:datacenter: a cloud of 20,000 virtual machines that is read, and asked for
// meanwhile; and whether lists of them cost what those of 1,000 do.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { createDatabase } from './edgeSeed.ts';
import { logIn, startIsthmus } from './isthmus.ts';
import { startLcm } from './lcm.ts';
import { type Question, askUntil, p99 } from './openLoop.ts';
import {
  LOAD_CORE,
  forgetPeak,
  leaveProxyCore,
  memory,
  processorTime,
  start,
  stopAll,
  until,
} from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const CLOUD = fileURLToPath(new URL('largeCloud/main.mjs', import.meta.url));
/** Of the small cloud, as dense as the large one: a host and a tenant have as many, so that both answer as many rows. */
const SMALL = { servers: 1000, hosts: 50, tenants: 10 };
const CHURN = 2;
/** Milliseconds of reads before any are counted. */
const WARM_UP = 3000;
const ROUNDS = 3;
const REQUESTS = 60;
const PATIENCE = 300_000;
/** Seconds of processing, MiB more than before any cloud was read, requests at once and in all, p99 of idle, time among 20,000 of among 1,000. */
const MOST = { processing: 30, memory: 250, atOnce: 8, requests: 950, slowness: 2, ratio: 1.5 };

const READ = `{ virtualMachines(first: 20, filter: {status: {eq: ACTIVE}}) { nodes { name hostName vcpus tenant { name } } } }`;

const SORTS = ['memory', 'disk', 'vcpu', 'time'];

interface Product {
  child: ChildProcess;
  url: string;
  token: string;
}

async function startCloud(folder: string, name: string, args: string[]): Promise<string> {
  const log = join(folder, `${name}.log`);
  const child = start(LOAD_CORE, ['node', CLOUD, ...args], log);
  const address = () => /OS_AUTH_URL=(\S+)/.exec(readFileSync(log, 'utf8'))?.[1];
  await until(async () => address() !== undefined, child);
  const url = address() ?? '';
  const variables = { OS_AUTH_URL: url, OS_USERNAME: 'admin', OS_PASSWORD: 'x', OS_PROJECT_NAME: 'admin' };
  const lines = Object.entries(variables).map(([variable, value]) => `export ${variable}=${value}\n`);
  writeFileSync(join(folder, `${name}-openrc`), lines.join(''));
  return new URL(url).origin;
}

async function call(
  product: Product,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${product.url}/api/ericic/v1${path}`, {
    method,
    headers: { Authorization: product.token, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

async function graphql(product: Product, query: string, variables: object): Promise<void> {
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { Authorization: product.token, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (text.includes('"errors"')) throw new Error(text);
}

async function endedRuns(product: Product, id: string): Promise<object[]> {
  const { data } = await call(product, 'GET', `/scheduler/task/history?cid=${id}`);
  const runs = data as { status: boolean; error_info: string | null }[];
  const failed = runs.find(({ status }) => !status);
  if (failed) throw new Error(String(failed.error_info));
  return runs;
}

/** Milliseconds until so many runs have ended. */
async function ended(product: Product, id: string, count: number): Promise<number> {
  const begun = performance.now();
  while (performance.now() - begun < PATIENCE) {
    if ((await endedRuns(product, id)).length >= count) return performance.now() - begun;
    await delay(100);
  }
  throw new Error('the cloud is not read');
}

async function register(product: Product, folder: string, lcm: string, name: string): Promise<string> {
  const { data } = await call(product, 'POST', '/data_center', {
    ...{ name, mode: true, lcm_ip: lcm, lcm_user: 'u', lcm_pwd: 'p' },
    openstackrc_dir: join(folder, `${name}-openrc`),
  });
  return String(data);
}

/**
 * Servers change, and the cloud writes its answers before the run: a real one has machines of its own, while this one
 * would take a core from the database and from whoever asks.
 */
async function prepare(cloud: string): Promise<void> {
  const body = JSON.stringify({ percent: CHURN });
  const response = await fetch(`${cloud}/control/prepare`, { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
}

const refresh = async (product: Product, id: string): Promise<void> =>
  graphql(
    product,
    `
      mutation ($input: RefreshDataCenterInput!) {
        refreshDataCenter(input: $input) {
          dataCenter {
            id
          }
        }
      }
    `,
    { input: { id, task: 'DYNAMIC' } },
  );

interface Reading {
  product: Product;
  cloud: string;
  id: string;
  /** That have ended. */
  runs: number;
}

/** The p99 of reads, in milliseconds, during a run to its end, and for as long without one; medians. */
async function readsOf(
  { product, cloud, id, runs }: Reading,
  read: Question,
): Promise<{ idle: number; meanwhile: number }> {
  const rounds: [number, number][] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await prepare(cloud);
    await askUntil(delay(WARM_UP), read);
    const begun = performance.now();
    await refresh(product, id);
    const meanwhile = p99(await askUntil(ended(product, id, runs + round), read));
    rounds.push([p99(await askUntil(delay(performance.now() - begun), read)), meanwhile]);
  }
  return { idle: median(rounds.map(([idle]) => idle)), meanwhile: median(rounds.map(([, time]) => time)) };
}

async function versions(url: string): Promise<Map<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query<{ id: string; version: string }>('select id, xmin::text as version from virtual_machines')
    .finally(() => client.end());
  return new Map(rows.map(({ id, version }) => [id, version]));
}

async function timeOf(product: Product, path: string): Promise<number> {
  const begun = performance.now();
  await call(product, 'GET', path);
  return performance.now() - begun;
}

/** Medians of both, asked in turns. */
async function timesOf(product: Product, first: string, second: string): Promise<[number, number]> {
  const times: [number, number][] = [];
  for (let index = 0; index < REQUESTS; index += 1)
    times.push([await timeOf(product, first), await timeOf(product, second)]);
  return [median(times.map(([time]) => time)), median(times.map(([, time]) => time))];
}

/** A page of each filter in each order, of both data centers. */
async function measurePages(product: Product, large: string, small: string): Promise<boolean> {
  const sample = async (id: string) => {
    const { data } = await call(product, 'GET', `/nova_data?dc_id=${id}&query=nova_status&filter=ACTIVE`);
    return (data as Record<string, string>[])[0] ?? {};
  };
  const [ofLarge, ofSmall] = [await sample(large), await sample(small)];
  const filterOf = (row: Record<string, string>) => [
    '',
    `&query=nova_status&filter=ACTIVE`,
    `&query=nova_name&filter=${encodeURIComponent(row['nova_name'] ?? '')}`,
    `&query=nova_host&filter=${encodeURIComponent(row['host'] ?? '')}`,
    `&query=nova_tenant&filter=${encodeURIComponent(row['tenant'] ?? '')}`,
  ];
  const rows: string[][] = [];
  let worst = 0;
  for (const [index, filter] of filterOf(ofLarge).entries()) {
    for (const sort of SORTS) {
      const [most, few] = await timesOf(
        product,
        `/nova_data?dc_id=${large}${filter}&sort=${sort}`,
        `/nova_data?dc_id=${small}${filterOf(ofSmall)[index]}&sort=${sort}`,
      );
      worst = Math.max(worst, most / few);
      const what = /query=(\w+)/.exec(filter)?.[1] ?? 'all';
      rows.push([`${what} by ${sort}`, most.toFixed(1), few.toFixed(1), (most / few).toFixed(2)]);
    }
  }
  print('\n' + table(['nova_data, ms', '20,000', '1,000', 'ratio'], rows));
  return worst <= MOST.ratio;
}

await run(async (folder) => {
  const server = process.env['DATABASE_URL'];
  if (!server) throw new Error('DATABASE_URL is needed');
  leaveProxyCore();
  const database = await createDatabase(server);
  const lcm = await startLcm();
  try {
    const cloud = await startCloud(folder, 'large', []);
    await startCloud(
      folder,
      'small',
      Object.entries(SMALL).flatMap(([option, value]) => [`--${option}`, String(value)]),
    );
    const { child, url } = await startIsthmus(folder, undefined, { DATABASE_URL: database.url });
    const product = { child, url, token: (await logIn(url)).token };
    const idle = memory(child, 'VmRSS');
    const large = await register(product, folder, lcm.address, 'large');
    const first = await ended(product, large, 2);
    const small = await register(product, folder, lcm.address, 'small');
    await ended(product, small, 2);
    print(`\n20,000 virtual machines were read for the first time in ${(first / 1000).toFixed(1)} s`);

    const read = {
      url: `${url}/graphql`,
      headers: { Authorization: product.token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: READ }),
    };
    await askUntil(delay(WARM_UP), read);
    await prepare(cloud);
    const before = await versions(database.url);
    await fetch(`${cloud}/control/stats`, { method: 'DELETE' });
    const rest = memory(child, 'VmRSS');
    forgetPeak(child);
    const cpu = processorTime(child);
    await refresh(product, large);
    const seconds = (await ended(product, large, 3)) / 1000;
    const processing = (processorTime(child) - cpu) / 1000;
    const peak = memory(child, 'VmHWM');
    const stats = (await (await fetch(`${cloud}/control/stats`)).json()) as {
      requests: number;
      peak: number;
    };
    const after = await versions(database.url);
    const written = [...after].filter(([id, version]) => before.get(id) !== version).length;

    const reads = await readsOf({ product, cloud, id: large, runs: 3 }, read);
    print(
      '\n' +
        table(
          ['a dynamic run', '', 'wanted'],
          [
            ['seconds', seconds.toFixed(1), ''],
            ['seconds of processing', processing.toFixed(1), `< ${MOST.processing}`],
            [
              'MiB at the peak; before it; after the start',
              `${peak.toFixed(0)}; ${rest.toFixed(0)}; ${idle.toFixed(0)}`,
              '',
            ],
            ['MiB more than after the start', (peak - idle).toFixed(0), `< ${MOST.memory}`],
            [
              'requests at once; in all',
              `${stats.peak}; ${stats.requests}`,
              `<= ${MOST.atOnce}; ${MOST.requests}`,
            ],
            ['virtual machines written', String(written), `${CHURN} %`],
            [
              'p99 of reads, ms: idle; meanwhile',
              `${reads.idle.toFixed(1)}; ${reads.meanwhile.toFixed(1)}`,
              `<= ${MOST.slowness} times`,
            ],
          ],
        ),
    );
    const isQuick = await measurePages(product, large, small);
    return (
      isQuick &&
      processing < MOST.processing &&
      peak - idle < MOST.memory &&
      stats.peak <= MOST.atOnce &&
      stats.requests <= MOST.requests &&
      written <= (after.size * CHURN * 2) / 100 &&
      reads.meanwhile <= reads.idle * MOST.slowness
    );
  } finally {
    await stopAll();
    lcm.close();
    await database.remove();
  }
});
