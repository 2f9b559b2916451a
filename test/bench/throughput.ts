import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Build, BUILDS, register, startIsthmus } from './isthmus.ts';
import { load, type Result } from './load.ts';
import { nginxCommand } from './nginx.ts';
import { freePort, hasTool, memory, processorTime, PROXY_CORE, startServer } from './processes.ts';
import { mean, median, print, table } from './table.ts';
import { startUpstream } from './upstream.ts';

const ROUNDS = 3;
/** A round consists of short turns, so that whatever else the machine does meets all alike. */
const TURNS = 3;
const SECONDS = 2;
const WARM_UP_SECONDS = 6;
const CONNECTIONS = 64;
/** What must be reached at least, of the best Node peer and of nginx. */
const LEAST = { peer: 2.2, nginx: 0.4 };
const PATH = '/api/items?page=1';

const PEERS = {
  'http-proxy': 'httpProxy.mjs',
  'http-proxy-middleware on Express': 'httpProxyMiddleware.mjs',
  '@fastify/http-proxy': 'fastifyHttpProxy.mjs',
  'got stream': 'gotStream.mjs',
} as const;

interface Round {
  requestsPerSecond: number;
  /** Milliseconds. */
  p99: number;
  /** Microseconds of processor time for each request, which other load on the machine changes least. */
  cost: number;
}

interface Contestant {
  name: string;
  kind: 'isthmus' | 'peer' | 'nginx';
  child: ChildProcess;
  url: string;
  headers: Record<string, string>;
  rounds: Round[];
}

/** Every build knows the upstream under an id of its own. */
async function startBuild(folder: string, build: Build, upstream: number): Promise<Contestant> {
  const product = await startIsthmus(folder, undefined, {}, build);
  return {
    name: build.name,
    kind: 'isthmus',
    child: product.child,
    url: `${product.url}/sys/transmit${PATH}`,
    headers: { 'Plat-Route-Id': await register(product, upstream) },
    rounds: [],
  };
}

async function startPeers(folder: string, upstream: number): Promise<Contestant[]> {
  const peers: Contestant[] = [];
  const add = async (name: string, kind: 'peer' | 'nginx', commandFor: (port: number) => string[]) => {
    const port = await freePort();
    const child = await startServer(PROXY_CORE, commandFor(port), port, join(folder, 'peers.log'));
    peers.push({ name, kind, child, url: `http://127.0.0.1:${port}${PATH}`, headers: {}, rounds: [] });
  };
  for (const [name, file] of Object.entries(PEERS)) {
    const script = fileURLToPath(new URL(`peers/${file}`, import.meta.url));
    await add(name, 'peer', (port) => [
      process.execPath,
      script,
      `http://127.0.0.1:${upstream}`,
      String(port),
    ]);
  }
  if (hasTool('nginx'))
    await add('nginx, one worker', 'nginx', (port) => nginxCommand(folder, upstream, port));
  return peers;
}

async function turn({ name, child, url, headers }: Contestant, seconds: number): Promise<Result> {
  try {
    return await load({ url, headers, connections: CONNECTIONS, seconds });
  } catch (error) {
    const state = child.exitCode === null && child.signalCode === null ? 'runs' : 'has ended';
    throw new Error(`${name}, which ${state}, can't be measured`, { cause: error });
  }
}

async function playRound(contestants: Contestant[]): Promise<void> {
  const turns = new Map<Contestant, { result: Result; cost: number }[]>();
  for (let index = 0; index < TURNS; index += 1) {
    for (const contestant of contestants) {
      const before = processorTime(contestant.child);
      const result = await turn(contestant, SECONDS);
      const cost = ((processorTime(contestant.child) - before) * 1_000) / result.requests;

      turns.set(contestant, [...(turns.get(contestant) ?? []), { result, cost }]);
    }
  }
  for (const [{ rounds }, played] of turns) {
    rounds.push({
      requestsPerSecond: mean(played.map(({ result }) => result.requestsPerSecond)),
      p99: median(played.map(({ result }) => result.p99)),
      cost: median(played.map(({ cost }) => cost)),
    });
  }
}

/** The median over the rounds of the rate relative to the best of others in the same round. */
function ratio({ rounds }: Contestant, others: Contestant[]): number {
  const ratios = rounds.map(({ requestsPerSecond }, round) => {
    const best = Math.max(...others.map((other) => other.rounds[round]?.requestsPerSecond ?? 0));
    return requestsPerSecond / best;
  });
  return median(ratios);
}

function row(contestant: Contestant, peers: Contestant[], nginx: Contestant[]): string[] {
  const { name, child, rounds } = contestant;
  return [
    name,
    median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)).toFixed(0),
    ratio(contestant, peers).toFixed(2),
    nginx.length === 0 ? '–' : ratio(contestant, nginx).toFixed(2),
    median(rounds.map(({ p99 }) => p99)).toFixed(1),
    median(rounds.map(({ cost }) => cost)).toFixed(0),
    memory(child, 'VmRSS').toFixed(0),
    memory(child, 'VmHWM').toFixed(0),
  ];
}

const HEAD = [
  '',
  'requests/s',
  'of best Node peer',
  'of nginx',
  'p99 ms',
  'CPU µs/request',
  'RSS MiB',
  'peak MiB',
];

/** Forwards small answers as fast as it goes; returns whether the product is as fast as it must be. */
export async function throughput(folder: string): Promise<boolean> {
  const upstream = await startUpstream(folder);
  const builds: Contestant[] = [];
  for (const build of BUILDS) builds.push(await startBuild(folder, build, upstream));
  const contestants = [...builds, ...(await startPeers(folder, upstream))];
  for (const contestant of contestants) await turn(contestant, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round += 1) await playRound(contestants);

  const peers = contestants.filter(({ kind }) => kind === 'peer');
  const nginx = contestants.filter(({ kind }) => kind === 'nginx');
  print(`\n${CONNECTIONS} connections, 1 KB of JSON, ${ROUNDS} rounds of ${TURNS * SECONDS} s in turns\n`);
  print(
    table(
      HEAD,
      contestants.map((contestant) => row(contestant, peers, nginx)),
    ),
  );
  const [isthmus, other] = builds;
  if (!isthmus) return false;
  if (other) print(`\nIsthmus of the other build: ${ratio(isthmus, [other]).toFixed(2)}`);
  const isFastEnough = ratio(isthmus, peers) >= LEAST.peer;
  return isFastEnough && (nginx.length === 0 || ratio(isthmus, nginx) >= LEAST.nginx);
}
