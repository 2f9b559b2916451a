// npm run bench:auth: what checking a token costs, and what a flood of log-ins costs everybody else.
import { type Build, BUILDS, database, logIn, register, startIsthmus } from './isthmus.ts';
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

const PREFLIGHT: Headers = { 'Apollo-Require-Preflight': 'true' };

interface Question {
  build: string;
  door: string;
  url: string;
  plain: Headers;
  withToken: Headers;
}

/** Rates with and without a token, all in turns, and the medians of their ratios. */
async function compare(questions: Question[]) {
  const rate = async (url: string, headers: Headers, seconds = SECONDS) =>
    (await load({ url, headers, connections: CONNECTIONS, seconds })).requestsPerSecond;
  const measured = questions.map((question) => ({ ...question, rounds: [] as [number, number][] }));
  for (const { url, plain } of measured) await rate(url, plain, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { url, plain, withToken, rounds } of measured)
      rounds.push([await rate(url, plain), await rate(url, withToken)]);
  return measured.map(({ build, door, rounds }) => ({
    build,
    door,
    plain: median(rounds.map(([plain]) => plain)),
    withToken: median(rounds.map(([, withToken]) => withToken)),
    ratio: median(rounds.map(([plain, withToken]) => withToken / plain)),
  }));
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

interface Contestant {
  name: string;
  url: string;
  token: string;
  rest: string;
}

async function startBuild(folder: string, build: Build): Promise<Contestant> {
  const product = await startIsthmus(folder, undefined, {}, build);
  const { url } = product;
  const { token } = await logIn(url);
  return {
    name: build.name,
    url,
    token,
    rest: `${url}/sys/transmit/v1/routes/${await register(product, 1)}`,
  };
}

/** What the token of each build costs, in turns. */
async function compareTokens(contestants: Contestant[]): Promise<{ rows: string[][]; least: number }> {
  const questions: Question[] = contestants.flatMap(({ name, url, token, rest }) => [
    { build: name, door: 'REST', url: rest, plain: {}, withToken: { 'X-Access-Token': token } },
    {
      build: name,
      door: 'GraphQL',
      url: `${url}/graphql?query=${encodeURIComponent('{__typename}')}`,
      plain: PREFLIGHT,
      withToken: { ...PREFLIGHT, Authorization: token },
    },
  ]);
  const results = await compare(questions);
  const rows = results.map(({ build, door, plain, withToken, ratio }) => [
    `${build}, ${door}`,
    plain.toFixed(0),
    withToken.toFixed(0),
    ratio.toFixed(2),
  ]);
  const own = results.filter(({ build }) => build === BUILDS[0].name);
  return { rows, least: Math.min(...own.map(({ ratio }) => ratio)) };
}

async function measure(folder: string): Promise<boolean> {
  const contestants: Contestant[] = [];
  for (const build of BUILDS) contestants.push(await startBuild(folder, build));
  const { rows, least } = await compareTokens(contestants);
  print(`\nOn the ${database} database, ${CONNECTIONS} connections, ${ROUNDS} rounds in turns\n`);
  print(table(['requests/s', 'without a token', 'with one', 'ratio'], rows));

  const slowdowns: number[] = [];
  for (const { name, url, token } of contestants) {
    const { rate, idle, busy, slowdown } = await compareFlood(url, { Authorization: token });
    print(
      `\n${name}: ${LOG_INS_AT_ONCE} log-ins at once: ${rate.toFixed(1)} a second; p99 of other requests ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms meanwhile (${slowdown.toFixed(1)} times; medians of ${ROUNDS} rounds in turns)`,
    );
    slowdowns.push(slowdown);
  }
  return least >= 1 - MOST.cost && (slowdowns[0] ?? Number.NaN) <= MOST.slowdown;
}

leaveProxyCore();
await run(measure);
