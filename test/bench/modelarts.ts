// npm run bench:modelarts: training jobs of a platform with what they name, beside Hive Gateway (GraphQL Mesh) on the same
// OpenAPI document; and what the schema of all operations takes.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logIn, startIsthmus } from './isthmus.ts';
import { type Result, load } from './load.ts';
import {
  LOAD_CORE,
  PROXY_CORE,
  freePort,
  leaveProxyCore,
  memory,
  pinned,
  processorTime,
  start,
  startServer,
  stopAll,
  until,
} from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GATEWAY = join(HERE, 'gateway');
const BUILT = join(HERE, '../../dist');
const DOCUMENT = join(HERE, '../../schema/openapi/modelarts.json');

const JOBS = 100;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const ROUNDS = 3;
const CONNECTIONS = 8;
/** Upstream calls, ms of our own for each, ms and MiB of the schema. */
const MOST = { calls: 3, own: 1.5, build: 1500, size: 80 };

type Question = 'one' | 'list' | 'linked';

interface Contender {
  name: string;
  child: ChildProcess;
  url: string;
  headers: Record<string, string>;
  body: Record<Question, string>;
}

const QUESTIONS: Record<Question, string> = {
  one: 'an algorithm',
  list: `${JOBS} jobs`,
  linked: `${JOBS} jobs with algorithm and pool`,
};

interface ApiText {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/** Our document without what failures look like, of which Mesh would make unions that no link can lead to. */
function documentFor(folder: string): string {
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as ApiText;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const { responses } of operations) delete responses['default'];
  const file = join(folder, 'modelarts.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

async function startGateway(folder: string, upstream: string): Promise<Contender> {
  const supergraph = join(folder, 'supergraph.graphql');
  const bin = (name: string) => join(GATEWAY, 'node_modules/.bin', name);
  const log = join(folder, 'gateway.log');
  const env = { DOCUMENT: documentFor(folder), ENDPOINT: upstream, SUPERGRAPH: supergraph };
  execFileSync(process.execPath, [bin('mesh-compose'), '-c', 'mesh.config.mjs', '-o', supergraph], {
    cwd: GATEWAY,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  const port = await freePort();
  const config = join(GATEWAY, 'gateway.config.mjs');
  const command = [process.execPath, bin('hive-gateway'), 'supergraph', '-c', config];
  const child = start(PROXY_CORE, command, log, { ...env, PORT: String(port) });
  const url = `http://127.0.0.1:${port}/graphql`;
  const isReady = async () => (await fetch(url, { method: 'POST' }).catch(() => undefined)) !== undefined;
  await until(isReady, child);
  const list = (fields: string) =>
    `{ listTrainingJobs(project_id: "p", input: {limit: ${JOBS}}) { total items { metadata { id name create_time } status { phase duration } algorithm { id } spec { resource { pool_id } } ${fields} } } }`;
  return {
    ...{ name: 'Hive Gateway', child, url, headers: {} },
    body: {
      one: '{ showAlgorithmByUuid(project_id: "p", algorithm_id: "algorithm-1") { metadata { id name } job_config { command } } }',
      list: list(''),
      linked: list(
        'linkedAlgorithm { metadata { id name } } linkedPool { metadata { name } status { phase } }',
      ),
    },
  };
}

async function ask({ url, headers }: Pick<Contender, 'url' | 'headers'>, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined || !data) throw new Error(`${url} answered ${JSON.stringify(errors)}`);
  return data;
}

async function startProduct(folder: string, port: number): Promise<Contender> {
  const { child, url: origin } = await startIsthmus(folder);
  const { token } = await logIn(origin);
  const product = { url: `${origin}/graphql`, headers: { Authorization: token } };
  const input = {
    ...{ name: 'bench', kind: 'MODELARTS', protocol: 'HTTP', host: '127.0.0.1', port },
    ...{ region: 'test-region-1', projectId: 'p', credentials: { accessKey: 'BENCH', secretKey: 'bench' } },
  };
  const query =
    'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }';
  const data = await ask(product, { query, variables: { input } });
  const { id } = (data as { registerPlatform: { platform: { id: string } } }).registerPlatform.platform;
  const of = (fields: string) => `{ platform(id: "${id}") { modelArts { ${fields} } } }`;
  const list = (fields: string) =>
    of(
      `trainingJobs { list(first: ${JOBS}) { totalCount nodes { metadata { id name createTime } status { phase duration } algorithm { id } spec { resource { poolId } } ${fields} } } }`,
    );
  return {
    ...{ name: 'Isthmus', child, ...product },
    body: {
      one: of(
        'algorithms { show(algorithmId: "algorithm-1") { metadata { id name } jobConfig { command } } }',
      ),
      list: list(''),
      linked: list(
        'linkedAlgorithm { metadata { id name } } linkedPool { metadata { name } status { phase } }',
      ),
    },
  };
}

/** Upstream calls that one answer takes. */
async function callsOf(upstream: string, contender: Contender, question: Question): Promise<number> {
  const control = async () => (await (await fetch(`${upstream}/control/calls`)).json()) as string[];
  await control();
  await ask(contender, { query: contender.body[question] });
  return (await control()).length;
}

interface Figures {
  p50: number[];
  perSecond: number[];
  /** Milliseconds of processor time for an answer. */
  processing: number[];
}

const loadOf = async ({ url, headers, body }: Contender, question: Question, connections: number) =>
  load({
    ...{ url, connections, seconds: SECONDS, body: JSON.stringify({ query: body[question] }) },
    headers: { ...headers, 'Content-Type': 'application/json' },
  });

async function measure(contender: Contender, question: Question, figures: Figures): Promise<void> {
  figures.p50.push((await loadOf(contender, question, 1)).p50);
  const before = processorTime(contender.child);
  const { requests, requestsPerSecond }: Result = await loadOf(contender, question, CONNECTIONS);
  figures.perSecond.push(requestsPerSecond);
  figures.processing.push((processorTime(contender.child) - before) / requests);
}

interface Built {
  took: number;
  processing: number;
  size: number;
  types: number;
}

function probe(cwd: string, script: string, args: string[]): Built {
  const [file = '', ...rest] = pinned(PROXY_CORE, [process.execPath, '--expose-gc', script, ...args]);
  return JSON.parse(
    execFileSync(file, rest, { cwd, stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
  ) as Built;
}

/** What the schema takes beside the rest of the graph, and what Mesh takes for it; in turns. */
function measureSchema(): boolean {
  const kinds = {
    all: () => probe(HERE, 'schemaProbe.mjs', [BUILT]),
    rest: () => probe(HERE, 'schemaProbe.mjs', [BUILT, 'without', 'modelarts']),
    mesh: () => probe(GATEWAY, 'buildProbe.mjs', [DOCUMENT]),
  };
  const found: Record<keyof typeof kinds, Built[]> = { all: [], rest: [], mesh: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    found.all.push(kinds.all());
    found.rest.push(kinds.rest());
    found.mesh.push(kinds.mesh());
  }
  const of = (kind: keyof typeof kinds, figure: keyof Built) =>
    median(found[kind].map((built) => built[figure]));
  const more = (figure: keyof Built) => of('all', figure) - of('rest', figure);
  const row = (what: string, figure: keyof Built, most: string) => [
    what,
    of('all', figure).toFixed(0),
    more(figure).toFixed(0),
    of('mesh', figure).toFixed(0),
    most,
  ];
  const head = ['the schema', 'whole graph', 'of it ModelArts', 'GraphQL Mesh', 'wanted'];
  const rows = [
    row('ms to build', 'took', `< ${MOST.build}`),
    row('ms of processing', 'processing', ''),
    row('MiB', 'size', `< ${MOST.size}`),
    row('types', 'types', ''),
  ];
  print(`\n${table(head, rows)}`);
  return more('took') < MOST.build && more('size') < MOST.size;
}

/** Milliseconds of an answer of the upstream itself. */
async function upstreamTime(upstream: string): Promise<number> {
  const quick = { headers: {}, connections: 1, seconds: SECONDS };
  return (await load({ ...quick, url: `${upstream}/v2/p/algorithms/algorithm-1` })).p50;
}

await run(async (folder) => {
  leaveProxyCore();
  const port = await freePort();
  const upstream = `http://127.0.0.1:${port}`;
  const command = [process.execPath, join(HERE, 'modelArtsUpstream.mjs'), String(port)];
  try {
    await startServer(LOAD_CORE, command, port, join(folder, 'upstream.log'));
    const product = await startProduct(folder, port);
    const contenders = [product, await startGateway(folder, upstream)];
    const direct = await upstreamTime(upstream);
    const rows: string[][] = [];
    let isGood = true;
    const questions = Object.keys(QUESTIONS) as Question[];
    // Before there is any load, whose last calls would be counted too.
    const counted = new Map<Question, number[]>();
    for (const question of questions) {
      const calls: number[] = [];
      for (const contender of contenders) calls.push(await callsOf(upstream, contender, question));
      counted.set(question, calls);
    }
    for (const question of questions) {
      const figures = contenders.map((): Figures => ({ p50: [], perSecond: [], processing: [] }));
      const calls = counted.get(question) ?? [];
      for (const contender of contenders) await loadOf(contender, question, CONNECTIONS);
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [index, contender] of contenders.entries())
          await measure(contender, question, figures[index] as Figures);
      }
      for (const [index, { name, child }] of contenders.entries()) {
        const { p50, perSecond, processing } = figures[index] as Figures;
        const own = (median(p50) - direct) / (calls[index] ?? NaN);
        rows.push([
          `${QUESTIONS[question]}: ${name}`,
          String(calls[index]),
          median(perSecond).toFixed(0),
          median(p50).toFixed(2),
          own.toFixed(2),
          median(processing).toFixed(2),
          memory(child, 'VmRSS').toFixed(0),
        ]);
        if (name === product.name) isGood &&= (calls[index] ?? NaN) <= MOST.calls && own <= MOST.own;
      }
      const [ours, theirs] = figures.map(({ perSecond }) => median(perSecond));
      isGood &&= Number(ours) > Number(theirs);
    }
    const head = ['', 'upstream calls', 'answers/s', 'p50, ms', 'own ms a call', 'processor ms', 'MiB'];
    print(`\nthe upstream itself answers in ${direct.toFixed(2)} ms\n\n${table(head, rows)}`);
    await stopAll();
    return measureSchema() && isGood;
  } finally {
    await stopAll();
  }
});
