import { asDomainError } from '../kernel/errors.js';
import { type Figure, Tally } from '../kernel/figures.js';
import { traced } from '../kernel/tracing.js';

/** Foreign systems that are called over HTTP, forwarding and platforms apart. */
export type ForeignSystem = 'harbor' | 'iam' | 'kubernetes' | 'openstack' | 'registry';

const calls = new Tally<'system' | 'code'>();
const seconds = new Tally<'system'>();

/** What operators watch of the calls of this process. */
export const CALL_FIGURES: readonly Figure[] = [
  {
    kind: 'counter',
    name: 'isthmus_upstream_calls_total',
    help: 'Calls of our own to foreign systems, by the code of their failure, or OK for an answer',
    labels: ['system', 'code'],
    read: () => calls.values(),
  },
  {
    kind: 'counter',
    name: 'isthmus_upstream_seconds_total',
    help: 'Time that these took, to the end of the answer, or to its beginning where it is followed',
    labels: ['system'],
    read: () => seconds.values(),
  },
];

/** Counts a call by what comes of it, and traces it. */
export async function countCall<T>(
  { system, named }: { system: ForeignSystem; named: string },
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  let code = 'OK';
  try {
    return await traced(system, 'client', { 'server.address': named }, call);
  } catch (error) {
    code = signal.aborted ? 'CALLER_GONE' : asDomainError(error).code;
    throw error;
  } finally {
    calls.add({ system, code });
    seconds.add({ system }, (performance.now() - startedAt) / 1000);
  }
}
