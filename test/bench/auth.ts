// npm run bench:auth: what checking a token costs, and what a flood of log-ins costs everybody else.
import { database, logIn, register, startIsthmus } from './isthmus.ts';
import { load } from './load.ts';
import { leaveProxyCore } from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const WARM_UP_SECONDS = 4;
const FLOOD_SECONDS = 5;
const LOG_INS_AT_ONCE = 16;
/** What checking a token may cost, and by how much log-ins may slow others down. */
const MOST = { cost: 0.15, slowdown: 2 };

type Headers = Record<string, string>;

/** Rates with and without a token, in turns, and the median of their ratios. */
async function compare(url: string, plain: Headers, withToken: Headers): Promise<[number, number, number]> {
  const rate = async (headers: Headers, seconds = SECONDS) =>
    (await load({ url, headers, connections: CONNECTIONS, seconds })).requestsPerSecond;
  await rate(plain, WARM_UP_SECONDS);
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push([await rate(plain), await rate(withToken)]);
  const column = (index: 0 | 1) => median(rounds.map((round) => round[index]));
  return [column(0), column(1), median(rounds.map(([without, using]) => using / without))];
}

/** The 99th percentile in ms of requests one after the other, for as long as `going` says. */
async function p99(url: string, headers: Headers, going: () => boolean): Promise<number> {
  const times: number[] = [];
  while (going()) {
    const before = performance.now();
    await (await fetch(url, { headers })).arrayBuffer();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

const forSeconds = (seconds: number): (() => boolean) => {
  const end = performance.now() + seconds * 1_000;
  return () => performance.now() < end;
};

/** Log-ins without a pause; how many a second succeed. */
async function flood(url: string, going: () => boolean): Promise<number> {
  const started = performance.now();
  let succeeded = 0;
  const one = async () => {
    while (going()) if ((await logIn(url)).status === 200) succeeded += 1;
  };
  await Promise.all(Array.from({ length: LOG_INS_AT_ONCE }, one));
  return (succeeded * 1_000) / (performance.now() - started);
}

/** Others' latency without and with a flood of log-ins, in turns. */
async function compareFlood(url: string, headers: Headers) {
  const other = `${url}/v1/authorization`;
  await p99(other, headers, forSeconds(WARM_UP_SECONDS));
  const rounds: { rate: number; idle: number; busy: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const idle = await p99(other, headers, forSeconds(FLOOD_SECONDS));
    const going = forSeconds(FLOOD_SECONDS);
    const [rate, busy] = await Promise.all([flood(url, going), p99(other, headers, going)]);
    rounds.push({ rate, idle, busy });
  }
  const column = (name: 'rate' | 'idle' | 'busy') => median(rounds.map((round) => round[name]));
  const slowdown = median(rounds.map(({ idle, busy }) => busy / idle));
  return { rate: column('rate'), idle: column('idle'), busy: column('busy'), slowdown };
}

async function measure(folder: string): Promise<boolean> {
  const product = await startIsthmus(folder);
  const { url } = product;
  const { token } = await logIn(url);
  const rest = `${url}/sys/transmit/v1/routes/${await register(product, 1)}`;
  const graph = `${url}/graphql?query=${encodeURIComponent('{__typename}')}`;
  const preflight = { 'Apollo-Require-Preflight': 'true' };
  const [plainRest, tokenRest, restRatio] = await compare(rest, {}, { 'X-Access-Token': token });
  const [plainGraph, tokenGraph, graphRatio] = await compare(graph, preflight, {
    ...preflight,
    Authorization: token,
  });
  print(`\nOn the ${database} database, ${CONNECTIONS} connections, ${ROUNDS} rounds in turns\n`);
  print(
    table(
      ['requests/s', 'without a token', 'with one', 'ratio'],
      [
        ['REST', plainRest.toFixed(0), tokenRest.toFixed(0), restRatio.toFixed(2)],
        ['GraphQL', plainGraph.toFixed(0), tokenGraph.toFixed(0), graphRatio.toFixed(2)],
      ],
    ),
  );

  const { rate, idle, busy, slowdown } = await compareFlood(url, { Authorization: token });
  print(
    `\n${LOG_INS_AT_ONCE} log-ins at once: ${rate.toFixed(1)} a second; p99 of other requests ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms meanwhile (${slowdown.toFixed(1)} times; medians of ${ROUNDS} rounds in turns)`,
  );
  return Math.min(restRatio, graphRatio) >= 1 - MOST.cost && slowdown <= MOST.slowdown;
}

leaveProxyCore();
await run(measure);
