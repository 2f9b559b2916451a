// npm run bench:traces: what traces cost a request when a tenth of them is recorded.
import http from 'node:http';
import { type Isthmus, database, logIn, register, startIsthmus } from './isthmus.ts';
import { type Load, load } from './load.ts';
import { freePort, leaveProxyCore, processorTime } from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';
import { startUpstream } from './upstream.ts';

const ROUNDS = 9;
/** Of each turn. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1);
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;
/** Of a request. */
const MOST_COST = 0.05;

type Question = Omit<Load, 'connections' | 'seconds'>;

/** What is asked of a server, by the door. */
async function questionsFor({ url }: Isthmus, upstream: number): Promise<Record<string, Question>> {
  const id = await register({ url }, upstream);
  const { token } = await logIn(url);
  const list = encodeURIComponent('{ platforms(first: 10) { nodes { id name host } } }');
  const withToken = { Authorization: token };
  return {
    forwarding: { url: `${url}/sys/transmit/x`, headers: { 'Plat-Route-Id': id } },
    REST: { url: `${url}/sys/transmit/v1/routes/${id}`, headers: {} },
    GraphQL: {
      url: `${url}/graphql?query=${list}`,
      headers: { ...withToken, 'Apollo-Require-Preflight': 'true' },
    },
  };
}

/** Takes what it is sent. */
async function startSink(): Promise<number> {
  const port = await freePort();
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  server.unref();
  return port;
}

/** Microseconds of a processor that the server takes for a request. */
async function cost({ child }: Isthmus, question: Question, seconds = SECONDS): Promise<number> {
  const before = processorTime(child);
  const { requests } = await load({ ...question, connections: CONNECTIONS, seconds });
  return ((processorTime(child) - before) * 1000) / requests;
}

async function measure(folder: string): Promise<boolean> {
  const upstream = await startUpstream(folder);
  const servers = {
    off: await startIsthmus(folder),
    on: await startIsthmus(folder, undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await startSink()}`,
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  };
  const plain = await questionsFor(servers.off, upstream);
  const traced = await questionsFor(servers.on, upstream);
  print(`\nOn the ${database} database, ${CONNECTIONS} connections, ${ROUNDS} rounds in turns\n`);
  const rows: string[][] = [];
  let most = 0;
  for (const [door, without] of Object.entries(plain)) {
    const beside = traced[door];
    if (!beside) throw new Error(`nothing is asked at ${door}`);
    await cost(servers.off, without, WARM_UP_SECONDS);
    await cost(servers.on, beside, WARM_UP_SECONDS);
    const rounds: [number, number][] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push([await cost(servers.off, without), await cost(servers.on, beside)]);
    const ratio = median(rounds.map(([off, on]) => on / off));
    most = Math.max(most, ratio);
    const costs = [rounds.map(([off]) => off), rounds.map(([, on]) => on)];
    rows.push([door, ...costs.map((values) => median(values).toFixed(0)), ratio.toFixed(3)]);
  }
  print(table(['CPU µs/request', 'without traces', 'a tenth recorded', 'ratio'], rows));
  return most <= 1 + MOST_COST;
}

leaveProxyCore();
await run(measure);
