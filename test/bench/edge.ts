// npm run bench:edge [-- --nodes 1000000]: clusters, nodes and deployments in GraphQL, against PostGraphile and the limit.
// npm run bench:edge -- --scale: whether a page costs the same wherever it is, and among however many nodes.
// npm run bench:edge -- --watch: memory for many clusters, and the time that a large one's list takes.
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Question, QUESTIONS, REST_QUESTIONS, type RestQuestion } from './edgeQuestions.ts';
import { measureScale } from './edgeScale.ts';
import { createDatabase, seed } from './edgeSeed.ts';
import { measureWatches } from './edgeWatch.ts';
import { type Build, BUILDS, logIn, startIsthmus } from './isthmus.ts';
import { load } from './load.ts';
import {
  databaseTime,
  freePort,
  leaveProxyCore,
  processorTime,
  PROXY_CORE,
  startServer,
  stopAll,
} from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const ROUNDS = 11;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
const WARM_UP_SECONDS = 5;
const CONNECTIONS = 16;
const PEER = 'PostGraphile 5';
const LIMIT = 'one json_agg statement';
/** What must be reached of them: of their requests a second, and of their processor time for each. */
const GOALS = { [PEER]: 1.5, [LIMIT]: 0.5 };

type AnyQuestion = Question | RestQuestion;

interface Asked {
  path: string;
  body?: string;
}

interface Contestant {
  name: string;
  child: ChildProcess;
  url: string;
  headers: Record<string, string>;
  /** Undefined for what it has not. */
  ask: (question: AnyQuestion) => Asked | undefined;
}

async function startPeer(
  folder: string,
  script: string,
  database: string,
): Promise<Pick<Contestant, 'url' | 'child'>> {
  const port = await freePort();
  const file = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const child = await startServer(
    PROXY_CORE,
    [process.execPath, file, database, String(port)],
    port,
    join(folder, 'peers.log'),
  );
  return { child, url: `http://127.0.0.1:${port}` };
}

const graphql = (query: string): Asked => ({ path: '/graphql', body: JSON.stringify({ query }) });
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A build on the database with the number of nodes. */
async function startBuild(
  folder: string,
  build: Build,
  database: string,
  nodes: number,
): Promise<Contestant> {
  const { child, url } = await startIsthmus(folder, undefined, { DATABASE_URL: database }, build);
  await seed(database, nodes);
  return {
    name: build.name,
    child,
    url,
    headers: { ...JSON_TYPE, Authorization: (await logIn(url)).token },
    ask: (question) => ('rest' in question ? { path: question.rest } : graphql(question.isthmus)),
  };
}

async function startPeers(folder: string, database: string): Promise<Contestant[]> {
  return [
    {
      name: PEER,
      ...(await startPeer(folder, 'postgraphile.mjs', database)),
      headers: JSON_TYPE,
      ask: (question) => ('rest' in question ? undefined : graphql(question.postgraphile)),
    },
    {
      name: LIMIT,
      ...(await startPeer(folder, 'jsonAgg.mjs', database)),
      headers: {},
      ask: ({ path }) => ({ path }),
    },
  ];
}

/** An answer with errors would be quick, and no answer. */
async function check({ name, url, headers, ask }: Contestant, question: AnyQuestion): Promise<void> {
  const { path = '', body } = ask(question) ?? {};
  const response = await fetch(url + path, { headers, ...(body !== undefined && { method: 'POST', body }) });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(`${name}, ${question.name}: ${text}`);
}

/** Of one turn: requests a second, and microseconds of processor time for each, of the product and of PostgreSQL. */
interface Turn {
  rate: number;
  product: number;
  database: number;
}

async function measureTurn(
  { child, url, headers, ask }: Contestant,
  question: AnyQuestion,
  seconds: number,
): Promise<Turn> {
  const { path = '', body } = ask(question) ?? {};
  const request = { url: url + path, headers, connections: CONNECTIONS, seconds };
  const before = [processorTime(child), databaseTime()] as const;
  const { requests, requestsPerSecond } = await load(body === undefined ? request : { ...request, body });
  const each = (milliseconds: number) => (milliseconds * 1000) / requests;
  return {
    rate: requestsPerSecond,
    product: each(processorTime(child) - before[0]),
    database: each(databaseTime() - before[1]),
  };
}

interface Compared {
  rows: string[][];
  verdicts: string[][];
}

const hasReached = (verdicts: string[][]): boolean => verdicts.every((row) => row.at(-1) === 'reached');

/** All in turns; what the first one reaches of each of the others, by medians over the turns. */
async function compare(contestants: Contestant[], question: AnyQuestion): Promise<Compared> {
  const rounds: Turn[][] = [];
  for (const contestant of contestants) {
    await check(contestant, question);
    await measureTurn(contestant, question, WARM_UP_SECONDS);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const turns: Turn[] = [];
    for (const contestant of contestants) turns.push(await measureTurn(contestant, question, SECONDS));
    rounds.push(turns);
  }
  const of = (index: number, figure: keyof Turn) =>
    median(rounds.map((turns) => turns[index]?.[figure] ?? Number.NaN));
  const ratio = (index: number, figure: keyof Turn) =>
    median(
      rounds.map((turns) => (turns[0]?.[figure] ?? Number.NaN) / (turns[index]?.[figure] ?? Number.NaN)),
    );
  const rows = contestants.map(({ name }, index) => [
    question.name,
    name,
    of(index, 'rate').toFixed(0),
    of(index, 'product').toFixed(0),
    of(index, 'database').toFixed(0),
    ratio(index, 'rate').toFixed(2),
  ]);
  const verdicts = Object.entries(GOALS).flatMap(([name, goal]) => {
    const index = contestants.findIndex((contestant) => contestant.name === name);
    if (index === -1) return [];
    const figures = [
      ['requests a second', ratio(index, 'rate')],
      ["the product's processor time", 1 / ratio(index, 'product')],
      ["the database's processor time", 1 / ratio(index, 'database')],
    ] as const;
    return figures.map(([what, figure]) => [
      question.name,
      `${what}, of ${name}`,
      String(goal),
      figure.toFixed(2),
      figure >= goal ? 'reached' : 'not reached',
    ]);
  });
  return { rows, verdicts };
}

async function measure(folder: string, server: string, nodes: number): Promise<boolean> {
  const databases = await Promise.all(BUILDS.map((_, index) => createDatabase(server, `_${index}`)));
  try {
    const contestants: Contestant[] = [];
    for (const [index, build] of BUILDS.entries())
      contestants.push(await startBuild(folder, build, databases[index]?.url ?? '', nodes));
    contestants.push(...(await startPeers(folder, databases[0]?.url ?? '')));
    const rows: string[][] = [];
    const verdicts: string[][] = [];
    const earlier = new Set(BUILDS.slice(1).map(({ name }) => name));
    for (const question of [...QUESTIONS, ...REST_QUESTIONS]) {
      const isKnown = ({ name }: Contestant) => !('isNew' in question && question.isNew && earlier.has(name));
      const able = contestants.filter((each) => isKnown(each) && each.ask(question));
      const compared = await compare(able, question);
      rows.push(...compared.rows);
      verdicts.push(...compared.verdicts);
    }
    print(`\n${nodes} nodes, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns\n`);
    const cpu = ['µs of processor time', 'of PostgreSQL'];
    print(table(['query', 'server', 'requests/s', ...cpu, 'Isthmus of it'], rows));
    print(`\n${table(['query', 'of what', 'goal', 'figure', 'verdict'], verdicts)}`);
    return hasReached(verdicts);
  } finally {
    await stopAll();
    await Promise.all(databases.map(({ remove }) => remove()));
  }
}

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '10000' },
    scale: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
  },
});
const server = process.env['DATABASE_URL'];
if (server === undefined)
  throw new Error('set DATABASE_URL to a PostgreSQL on which databases may be created');
const questions = QUESTIONS.map(({ name, isthmus }) => ({ name, query: isthmus }));
leaveProxyCore();
await run((folder) => {
  if (values.scale) return measureScale(folder, server, questions);
  return values.watch ? measureWatches(folder, server) : measure(folder, server, Number(values.nodes));
});
