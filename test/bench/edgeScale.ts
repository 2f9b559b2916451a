import { createDatabase, seed } from './edgeSeed.ts';
import { logIn, startIsthmus } from './isthmus.ts';
import { load } from './load.ts';
import { stopAll } from './processes.ts';
import { median, print, table } from './table.ts';

const SIZES = [10_000, 1_000_000];
const ROUNDS = 5;
const SECONDS = 1;
const WARM_UP_SECONDS = 2;
const PAGE_SIZE = 10;
const LATE_PAGE = 1_000;
/** The largest page that GraphQL gives. */
const STEP = 500;
/** How many times as long a late page may take as the first, and the same request among the most nodes as among the fewest. */
const MOST = { late: 1.5, large: 2 };

const NODES = `nodes { name ip memory cpu isReady kernelVersion }`;

interface Server {
  url: string;
  headers: Record<string, string>;
}

interface Request {
  name: string;
  path: string;
  body?: string;
  /** Of whose list this is a late page. */
  first?: string;
}

const graphql = (name: string, query: string, variables = {}): Request => ({
  name,
  path: '/graphql',
  body: JSON.stringify({ query, variables }),
});

async function send({ url, headers }: Server, { name, path, body }: Request): Promise<string> {
  const response = await fetch(url + path, { headers, ...(body !== undefined && { method: 'POST', body }) });
  const text = await response.text();
  // An answer with errors would be quick, and no answer.
  if (!response.ok || text.includes('"errors"')) throw new Error(`${name}: ${text}`);
  return text;
}

/** The cursor of the last of so many nodes. */
async function cursorAfter(server: Server, count: number): Promise<string> {
  let after: string | null = null;
  const query = `query ($first: Int, $after: String) { clusterNodes(first: $first, after: $after) { pageInfo { endCursor } } }`;
  for (let left = count; left > 0; left -= STEP) {
    const answer = await send(server, graphql('cursor', query, { first: Math.min(left, STEP), after }));
    after = (JSON.parse(answer) as { data: { clusterNodes: { pageInfo: { endCursor: string } } } }).data
      .clusterNodes.pageInfo.endCursor;
  }
  return after ?? '';
}

async function requestsFor(
  server: Server,
  questions: readonly { name: string; query: string }[],
): Promise<Request[]> {
  const nodes = `query ($after: String) { clusterNodes(first: ${PAGE_SIZE}, after: $after) { ${NODES} pageInfo { endCursor } } }`;
  const after = await cursorAfter(server, (LATE_PAGE - 1) * PAGE_SIZE);
  const list = (page: number, filter = '') => `/v1/node?pageSize=${PAGE_SIZE}&page=${page}${filter}`;
  // A tenth of the nodes have the label.
  const lateLabelled = LATE_PAGE / 10;
  return [
    ...questions.map(({ name, query }) => graphql(`GraphQL, ${name}`, query)),
    graphql('GraphQL, page 1', nodes),
    { ...graphql(`GraphQL, page ${LATE_PAGE}`, nodes, { after }), first: 'GraphQL, page 1' },
    { name: 'REST, page 1', path: list(1) },
    { name: `REST, page ${LATE_PAGE}`, path: list(LATE_PAGE), first: 'REST, page 1' },
    { name: 'REST, label, page 1', path: list(1, '&nodeLabel=l3') },
    {
      name: `REST, label, page ${lateLabelled}`,
      path: list(lateLabelled, '&nodeLabel=l3'),
      first: 'REST, label, page 1',
    },
    { name: 'REST, one name', path: list(1, '&nodeName=node-7') },
  ];
}

async function start(folder: string, database: string, nodes: number): Promise<Server> {
  const { url } = await startIsthmus(folder, undefined, { DATABASE_URL: database });
  await seed(database, nodes);
  const { token } = await logIn(url);
  return { url, headers: { 'Content-Type': 'application/json', Authorization: token } };
}

/** Median milliseconds of one request after the other. */
async function latency({ url, headers }: Server, { path, body }: Request, seconds: number): Promise<number> {
  const request = { url: url + path, headers, connections: 1, seconds };
  return (await load(body === undefined ? request : { ...request, body })).p50;
}

/** By request, then by server: the latency of each round. */
type Latencies = number[][][];

async function measureInTurns(
  servers: readonly Server[],
  requests: readonly Request[][],
): Promise<Latencies> {
  const latencies = requests.map((each) => each.map((): number[] => []));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, each] of requests.entries()) {
      for (const [place, request] of each.entries()) {
        const server = servers[place];
        if (!server) throw new Error('each request needs a server');
        if (round < 0) {
          await send(server, request);
          await latency(server, request, WARM_UP_SECONDS);
        } else latencies[index]?.[place]?.push(await latency(server, request, SECONDS));
      }
    }
  }
  return latencies;
}

const ratio = (rounds: readonly number[] = [], base: readonly number[] = []): number =>
  median(rounds.map((each, round) => each / (base[round] ?? Number.NaN)));

function report(requests: readonly Request[], latencies: Latencies): boolean {
  const rows = requests.map(({ name, first }, index) => {
    const rounds = latencies[index] ?? [];
    const base = latencies[requests.findIndex((request) => request.name === first)];
    const late = base ? rounds.map((each, place) => ratio(each, base[place])) : [];
    return { name, medians: rounds.map(median), large: ratio(rounds.at(-1), rounds[0]), late };
  });
  print(
    `\nMilliseconds, one request after the other, medians of ${ROUNDS} rounds of ${SECONDS} s in turns\n`,
  );
  print(
    table(
      ['request', ...SIZES.map((size) => `${size} nodes`), 'ratio', 'of its page 1'],
      rows.map(({ name, medians, large, late }) => [
        name,
        ...medians.map((each) => each.toFixed(2)),
        large.toFixed(2),
        late.map((each) => each.toFixed(2)).join(', '),
      ]),
    ),
  );
  return rows.every(({ large, late }) => large <= MOST.large && late.every((each) => each <= MOST.late));
}

/** Whether a page costs the same wherever it is in a list, and among however many nodes. */
export async function measureScale(
  folder: string,
  server: string,
  questions: readonly { name: string; query: string }[],
): Promise<boolean> {
  const databases = await Promise.all(SIZES.map((size) => createDatabase(server, `_${size}`)));
  try {
    const servers: Server[] = [];
    for (const [index, { url }] of databases.entries())
      servers.push(await start(folder, url, SIZES[index] ?? 0));
    const ofServers = await Promise.all(servers.map((each) => requestsFor(each, questions)));
    const requests = (ofServers[0] ?? []).map((_request, index) =>
      ofServers.map((of) => of[index]).filter((request) => request !== undefined),
    );
    return report(ofServers[0] ?? [], await measureInTurns(servers, requests));
  } finally {
    await stopAll();
    for (const { remove } of databases) await remove();
  }
}
