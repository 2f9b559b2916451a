import { type Isthmus, logIn, register } from './isthmus.ts';
import { type Load, load } from './load.ts';
import { processorTime, stop } from './processes.ts';
import { median, table } from './table.ts';

const STARTS = 5;
const ROUNDS = 5;
/** Of each turn. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1);
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;

type Question = Omit<Load, 'connections' | 'seconds'>;

const DOORS = ['forwarding', 'REST', 'GraphQL'] as const;

/** What is asked of a server, by the door. */
async function questionsFor(
  { url }: Isthmus,
  upstream: number,
): Promise<Record<(typeof DOORS)[number], Question>> {
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

export interface Contestant {
  name: string;
  start: () => Promise<Isthmus>;
  /** That share its connections, one by default: each has as many. */
  processes?: number;
}

/** Microseconds of a processor that all processes of the server take for a request. */
async function cost({ child }: Isthmus, question: Load): Promise<number> {
  const before = processorTime(child);
  const { requests } = await load(question);
  return ((processorTime(child) - before) * 1000) / requests;
}

/** Of each door, what a request costs both, round by round; of servers that are started for it. */
async function compareStarts(contestants: readonly Contestant[], upstream: number) {
  const started = [];
  for (const { start, processes = 1 } of contestants) {
    const server = await start();
    const connections = CONNECTIONS * processes;
    started.push({ server, processes, connections, questions: await questionsFor(server, upstream) });
  }
  const doors: Record<string, number[][]> = {};
  for (const door of DOORS) {
    const turns = started.map(({ server, processes, connections, questions }) => {
      const question = { ...questions[door], connections };
      const measure = async (seconds = SECONDS) => cost(server, { ...question, seconds });
      return { measure, warmUp: async () => measure(WARM_UP_SECONDS * processes) };
    });
    for (const { warmUp } of turns) await warmUp();
    const rounds: number[][] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const costs: number[] = [];
      for (const { measure } of turns) costs.push(await measure());
      rounds.push(costs);
    }
    doors[door] = rounds;
  }
  for (const { server } of started) await stop(server.child);
  return doors;
}

/**
 * Asks two servers in turns, at each door; the ratios of what a request costs the second one, and all as a table. Both
 * are started several times: two starts of the same program differ by some hundredths for as long as they live.
 */
export async function compareCosts(
  contestants: readonly [Contestant, Contestant],
  upstream: number,
): Promise<{ ratios: number[]; text: string }> {
  const starts: Record<string, number[][]>[] = [];
  for (let start = 0; start < STARTS; start += 1) starts.push(await compareStarts(contestants, upstream));
  const ratios: number[] = [];
  const rows = DOORS.map((door) => {
    const rounds = starts.flatMap((doors) => doors[door] ?? []);
    const costs = contestants.map((_, index) => median(rounds.map((turns) => turns[index] ?? Number.NaN)));
    const ofStarts = starts.map((doors) =>
      median((doors[door] ?? []).map(([one = Number.NaN, other = Number.NaN]) => other / one)),
    );
    const ratio = median(ofStarts);
    ratios.push(ratio);
    const spread = ofStarts.map((each) => each.toFixed(2)).join(', ');
    return [door, ...costs.map((each) => each.toFixed(0)), ratio.toFixed(3), spread];
  });
  const names = contestants.map(({ name }) => name);
  const head = ['CPU µs/request', ...names, 'ratio', 'of each start'];
  const text = `\n${CONNECTIONS} connections to each process, ${STARTS} starts with ${ROUNDS} rounds in turns\n\n${table(head, rows)}`;
  return { ratios, text };
}
