import { AggregatorRegistry, Gauge, type MetricType, Registry } from 'prom-client';
import { setTimeout as delay } from 'node:timers/promises';

/** A metric as processes tell each other. */
interface Told {
  type: MetricType | `${MetricType}`;
}

type Metrics = readonly Told[];

/** Milliseconds in which a process tells its metrics, more than it waits itself for what it reads for them. */
const PATIENCE = 4000;

/** Only ever grow. */
const isCount = ({ type }: Told): boolean => type === 'counter' || type === 'histogram';

/** How many processes have told and how many have not, as what they tell. */
async function tellingOf(telling: number, silent: number): Promise<Metrics> {
  const registry = new Registry();
  const gauge = new Gauge({
    name: 'isthmus_workers',
    help: 'Processes that serve, by whether they tell their metrics; of a silent one only what it counted before is here',
    labelNames: ['state'],
    registers: [registry],
  });
  gauge.set({ state: 'telling' }, telling);
  gauge.set({ state: 'silent' }, silent);
  return registry.getMetricsAsJSON();
}

/** The metrics of several processes, added up. */
export class WorkerMetrics {
  /** What each was last heard to have. */
  readonly #latest = new Map<number, Metrics>();
  /** What is still to be answered: a process that does not is not asked once more. */
  readonly #asked = new Map<number, Promise<Metrics | undefined>>();
  /** Of those that are gone: sums that fell would look like counters that began anew. */
  #gone: Metrics[] = [];
  #adding: Promise<void> = Promise.resolve();

  /** From all processes by their id; of one that does not tell in time, what it had counted when it was last heard. */
  async gather(processes: ReadonlyMap<number, () => Promise<unknown>>): Promise<string> {
    const silent = new Set<number>();
    await Promise.all(
      [...processes].map(async ([id, tell]) => {
        const asked = this.#asked.get(id) ?? this.#ask(id, tell);
        const metrics = await Promise.race([asked, delay(PATIENCE, undefined, { ref: false })]);
        if (!metrics) silent.add(id);
      }),
    );
    const telling = await tellingOf(processes.size - silent.size, silent.size);
    // Of one that has ended meanwhile, what it counted is among the sums of those that are gone.
    const told = [...processes.keys()].map((id) => {
      const latest = this.#latest.get(id) ?? [];
      return silent.has(id) ? latest.filter(isCount) : latest;
    });
    return AggregatorRegistry.aggregate([...told, ...this.#gone, telling]).metrics();
  }

  /** The process has ended. */
  async end(id: number): Promise<void> {
    const last = this.#latest.get(id)?.filter(isCount);
    this.#latest.delete(id);
    if (!last) return;
    this.#gone.push(last);
    this.#adding = this.#adding.then(async () => this.#addUp());
    await this.#adding;
  }

  /** One entry, however many have ended; some may end meanwhile. */
  async #addUp(): Promise<void> {
    const ended = [...this.#gone];
    const sum = await AggregatorRegistry.aggregate(ended).getMetricsAsJSON();
    this.#gone = [sum, ...this.#gone.slice(ended.length)];
  }

  /** Nothing of one that ends meanwhile. */
  async #ask(id: number, tell: () => Promise<unknown>): Promise<Metrics | undefined> {
    const asked = tell().then(
      (answer) => {
        const metrics = answer as Metrics;
        this.#latest.set(id, metrics);
        return metrics;
      },
      () => undefined,
    );
    this.#asked.set(id, asked);
    return asked.finally(() => this.#asked.delete(id));
  }
}
