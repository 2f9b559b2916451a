// npm run bench:edge [-- --nodes 1000000]: clusters, nodes and deployments in GraphQL, against PostGraphile and the limit.
// npm run bench:edge -- --scale: whether a page costs the same wherever it is, and among however many nodes.
// npm run bench:edge -- --watch: memory for many clusters, and the time that a large one's list takes.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureScale } from './edgeScale.ts';
import { createDatabase, seed } from './edgeSeed.ts';
import { measureWatches } from './edgeWatch.ts';
import { type Build, BUILDS, logIn, startIsthmus } from './isthmus.ts';
import { load } from './load.ts';
import { leaveProxyCore, freePort, PROXY_CORE, startServer, stopAll } from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const ROUNDS = 11;
const SECONDS = 2;
const WARM_UP_SECONDS = 5;
const CONNECTIONS = 16;
/** What must be reached of PostGraphile. */
const LEAST = 1;

const PEER = 'PostGraphile 5';
const FIELDS = 'name ip memory cpu isReady kernelVersion';

interface Question {
  name: string;
  isthmus: string;
  postgraphile: string;
  /** Of the server that answers with one statement. */
  path: string;
  /** Earlier builds cannot answer it. */
  isNew?: boolean;
}

const QUESTIONS: Question[] = [
  {
    name: '20 clusters with 10 nodes each',
    isthmus: `{ clusters(first: 20) { nodes { name nodes(first: 10) { nodes { ${FIELDS} } } } } }`,
    postgraphile: `{ allClusters(first: 20) { nodes { name machinesByClusterId(first: 10) { nodes { ${FIELDS} } } } } }`,
    path: '/clusters',
  },
  {
    name: '100 nodes with a label, by memory',
    isthmus: `{ clusterNodes(first: 100, filter: {label: {eq: "l3"}}, orderBy: [{field: MEMORY, direction: ASC}]) { nodes { ${FIELDS} } } }`,
    postgraphile: `{ allMachines(first: 100, filter: {nodeLabelsByNodeId: {some: {name: {equalTo: "l3"}}}}, orderBy: [MEMORY_ASC]) { nodes { ${FIELDS} } } }`,
    path: '/filtered',
  },
  {
    name: 'one node with its cluster',
    isthmus: '{ clusterNode(id: "4242") { name ip cluster { name } } }',
    postgraphile: '{ machineByRowId(rowId: 4242) { name ip clusterByClusterId { name } } }',
    path: '/single',
  },
  {
    name: '20 deployments with targets and history',
    isthmus: `{ deployments(first: 20) { nodes { deployName version status running
      targets(first: 10) { nodes { state running total cluster { name } } }
      history(first: 10) { nodes { version deployType } } } } }`,
    postgraphile: `{ allDeployments(first: 20) { nodes { deployName version status running
      deploymentTargetsByDeploymentId(first: 10) { nodes { state running total clusterByHoldsClusterId { name } } }
      deploymentAuditsByDeploymentId(first: 10) { nodes { version deployType } } } } }`,
    path: '/deployments',
    isNew: true,
  },
];

interface Contestant {
  name: string;
  url: string;
  headers: Record<string, string>;
  ask: (question: Question) => { path: string; body?: string };
}

async function startPeer(folder: string, script: string, database: string): Promise<string> {
  const port = await freePort();
  const file = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  await startServer(
    PROXY_CORE,
    [process.execPath, file, database, String(port)],
    port,
    join(folder, 'peers.log'),
  );
  return `http://127.0.0.1:${port}`;
}

const graphql = (query: string) => ({ path: '/graphql', body: JSON.stringify({ query }) });
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A build on the database with the number of nodes. */
async function startBuild(
  folder: string,
  build: Build,
  database: string,
  nodes: number,
): Promise<Contestant> {
  const { url } = await startIsthmus(folder, undefined, { DATABASE_URL: database }, build);
  await seed(database, nodes);
  return {
    name: build.name,
    url,
    headers: { ...JSON_TYPE, Authorization: (await logIn(url)).token },
    ask: ({ isthmus }) => graphql(isthmus),
  };
}

async function startPeers(folder: string, database: string): Promise<Contestant[]> {
  return [
    {
      name: PEER,
      url: await startPeer(folder, 'postgraphile.mjs', database),
      headers: JSON_TYPE,
      ask: ({ postgraphile }) => graphql(postgraphile),
    },
    {
      name: 'one json_agg statement',
      url: await startPeer(folder, 'jsonAgg.mjs', database),
      headers: {},
      ask: ({ path }) => ({ path }),
    },
  ];
}

/** An answer with errors would be quick, and no answer. */
async function check({ name, url, headers, ask }: Contestant, question: Question): Promise<void> {
  const { path, body } = ask(question);
  const response = await fetch(url + path, body === undefined ? {} : { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(`${name}, ${question.name}: ${text}`);
}

async function measureRate(
  { url, headers, ask }: Contestant,
  question: Question,
  seconds: number,
): Promise<number> {
  const { path, body } = ask(question);
  const request = { url: url + path, headers, connections: CONNECTIONS, seconds };
  return (await load(body === undefined ? request : { ...request, body })).requestsPerSecond;
}

/** The rates of all in turns, and each one's median ratio to PostGraphile. */
async function compare(contestants: Contestant[], question: Question): Promise<string[][]> {
  const rounds: number[][] = [];
  for (const contestant of contestants) {
    await check(contestant, question);
    await measureRate(contestant, question, WARM_UP_SECONDS);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const rates: number[] = [];
    for (const contestant of contestants) rates.push(await measureRate(contestant, question, SECONDS));
    rounds.push(rates);
  }
  const peer = contestants.findIndex(({ name }) => name === PEER);
  const rate = (rates: number[], index: number) => rates[index] ?? Number.NaN;
  return contestants.map(({ name }, index) => [
    question.name,
    name,
    median(rounds.map((rates) => rate(rates, index))).toFixed(0),
    median(rounds.map((rates) => rate(rates, index) / rate(rates, peer))).toFixed(2),
    median(rounds.map((rates) => rate(rates, 0) / rate(rates, index))).toFixed(2),
  ]);
}

async function measure(folder: string, server: string, nodes: number): Promise<boolean> {
  const databases = await Promise.all(BUILDS.map((_, index) => createDatabase(server, `_${index}`)));
  try {
    const contestants: Contestant[] = [];
    for (const [index, build] of BUILDS.entries())
      contestants.push(await startBuild(folder, build, databases[index]?.url ?? '', nodes));
    contestants.push(...(await startPeers(folder, databases[0]?.url ?? '')));
    const rows: string[][] = [];
    const earlier = new Set(BUILDS.slice(1).map(({ name }) => name));
    for (const question of QUESTIONS) {
      const able = contestants.filter(({ name }) => !question.isNew || !earlier.has(name));
      rows.push(...(await compare(able, question)));
    }
    print(`\n${nodes} nodes, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns\n`);
    print(table(['query', 'server', 'requests/s', `of ${PEER}`, 'Isthmus of it'], rows));
    return rows.every(([, name, , ratio]) => name !== BUILDS[0].name || Number(ratio) >= LEAST);
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
