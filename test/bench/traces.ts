// npm run bench:traces: what traces cost a request when a tenth of them is recorded.
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { database, logIn, register, startIsthmus } from './isthmus.ts';
import { type Load, load } from './load.ts';
import { freePort, LOAD_CORE, leaveProxyCore, startServer } from './processes.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const ROUNDS = 9;
const SECONDS = 3;
const WARM_UP_SECONDS = 4;
const CONNECTIONS = 32;
/** Of a request. */
const MOST_COST = 0.05;

type Question = Omit<Load, 'connections' | 'seconds'>;

/** What is asked of a server, by the door. */
async function questionsFor(url: string, upstream: number): Promise<Record<string, Question>> {
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

async function measure(folder: string): Promise<boolean> {
  const upstream = await freePort();
  const script = fileURLToPath(new URL('upstream.mjs', import.meta.url));
  await startServer(
    LOAD_CORE,
    [process.execPath, script, String(upstream)],
    upstream,
    `${folder}/upstream.log`,
  );
  const endpoint = `http://127.0.0.1:${await startSink()}`;
  const off = await startIsthmus(folder);
  const on = await startIsthmus(folder, undefined, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  });
  const plain = await questionsFor(off.url, upstream);
  const traced = await questionsFor(on.url, upstream);
  const rate = async (question: Question, seconds = SECONDS) =>
    (await load({ ...question, connections: CONNECTIONS, seconds })).requestsPerSecond;

  print(`\nOn the ${database} database, ${CONNECTIONS} connections, ${ROUNDS} rounds in turns\n`);
  const rows: string[][] = [];
  let least = 1;
  for (const [door, without] of Object.entries(plain)) {
    const beside = traced[door];
    if (!beside) throw new Error(`nothing is asked at ${door}`);
    await rate(without, WARM_UP_SECONDS);
    await rate(beside, WARM_UP_SECONDS);
    const rounds: [number, number][] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push([await rate(without), await rate(beside)]);
    const ratio = median(rounds.map(([first, second]) => second / first));
    least = Math.min(least, ratio);
    const rates = [rounds.map(([first]) => first), rounds.map(([, second]) => second)];
    rows.push([door, ...rates.map((values) => median(values).toFixed(0)), ratio.toFixed(3)]);
  }
  print(table(['requests/s', 'without traces', 'a tenth recorded', 'ratio'], rows));
  return least >= 1 - MOST_COST;
}

leaveProxyCore();
await run(measure);
