import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Requests a second, as dashboards ask them: few beside what the server can, so that it is no queue that is measured. */
const RATE = 200;

export interface Question {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const agent = new Agent({ keepAlive: true });

/** By node:http, since fetch leaves so much garbage that its collection is what would be measured. */
async function ask({ url, headers, body }: Question): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  request(url, { agent, method: 'POST', headers }, (response) => {
    if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
    response.on('end', resolve).on('error', reject).resume();
  })
    .on('error', reject)
    .end(body);
  return promise;
}

/**
 * Asks at a fixed rate, however long answers take, until all that is waited for is there. Milliseconds from when each was
 * due to its answer, so that one that holds up others counts for all of them.
 */
export async function askUntil(done: Promise<unknown>, question: Question): Promise<number[]> {
  const over = new AbortController();
  const finished = done.finally(() => over.abort());
  const asked: Promise<number>[] = [];
  const timeOf = async (due: number): Promise<number> => {
    await ask(question);
    return performance.now() - due;
  };
  const begun = performance.now();
  while (!over.signal.aborted) {
    const due = begun + (asked.length * 1000) / RATE;
    await delay(Math.max(0, due - performance.now()));
    asked.push(timeOf(due));
  }
  await finished;
  return Promise.all(asked);
}

export function p99(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}
