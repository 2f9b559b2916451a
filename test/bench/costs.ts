import { type Isthmus, logIn, register } from './isthmus.ts';
import { type Load, load } from './load.ts';
import { processorTime } from './processes.ts';
import { median, table } from './table.ts';

const ROUNDS = 11;
/** Of each turn. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1);
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;

type Question = Omit<Load, 'connections' | 'seconds'>;

/** What is asked of a server, by the door. */
async function questionsFor({ url }: Isthmus, upstream: number): Promise<Record<string, Question>> {
  const id = await register({ url }, upstream);
  const { token } = await logIn(url);
  const list = encodeURIComponent('{ platforms(first: 10) { nodes { id name host } } }');
  return {
    forwarding: { url: `${url}/sys/transmit/x`, headers: { 'Plat-Route-Id': id } },
    REST: { url: `${url}/sys/transmit/v1/routes/${id}`, headers: {} },
    GraphQL: {
      url: `${url}/graphql?query=${list}`,
      headers: { Authorization: token, 'Apollo-Require-Preflight': 'true' },
    },
  };
}

/** Microseconds of a processor that all processes of the server take for a request. */
async function cost({ child }: Isthmus, question: Question, seconds = SECONDS): Promise<number> {
  const before = processorTime(child);
  const { requests } = await load({ ...question, connections: CONNECTIONS, seconds });
  return ((processorTime(child) - before) * 1000) / requests;
}

interface Server {
  name: string;
  server: Isthmus;
}

/** Asks two servers in turns, at each door; the ratios of what a request costs the second one, and all as a table. */
export async function compareCosts(
  first: Server,
  second: Server,
  upstream: number,
): Promise<{ ratios: number[]; text: string }> {
  const asked = [await questionsFor(first.server, upstream), await questionsFor(second.server, upstream)];
  const rows: string[][] = [];
  const ratios: number[] = [];
  for (const door of Object.keys(asked[0] ?? {})) {
    const turn = async ({ server }: Server, index: number, seconds?: number) =>
      cost(server, asked[index]?.[door] as Question, seconds);
    // Twice, since there may be two processes to get warm.
    for (const [index, each] of [first, second].entries()) await turn(each, index, 2 * WARM_UP_SECONDS);
    const rounds: [number, number][] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push([await turn(first, 0), await turn(second, 1)]);
    const ratio = median(rounds.map(([one, other]) => other / one));
    ratios.push(ratio);
    const costs = [rounds.map(([one]) => one), rounds.map(([, other]) => other)];
    rows.push([door, ...costs.map((values) => median(values).toFixed(0)), ratio.toFixed(3)]);
  }
  const head = ['CPU µs/request', first.name, second.name, 'ratio'];
  return { ratios, text: `\n${CONNECTIONS} connections, ${ROUNDS} rounds in turns\n\n${table(head, rows)}` };
}
