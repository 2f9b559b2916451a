import { AggregatorRegistry, MetricType } from 'prom-client';

/** A metric as processes tell each other. */
interface Told {
  type: MetricType | `${MetricType}`;
}

type Metrics = readonly Told[];

/** Only ever grow. */
const isCount = ({ type }: Told): boolean => type === 'counter' || type === 'histogram';

/** The metrics of several processes, added up. */
export class WorkerMetrics {
  /** What each was last heard to have. */
  readonly #latest = new Map<number, Metrics>();
  /** Of those that are gone: sums that fell would look like counters that began anew. */
  #gone: Metrics[] = [];

  /** From all processes by their id; rejects when one of them does not tell. */
  async gather(processes: ReadonlyMap<number, () => Promise<unknown>>): Promise<string> {
    const told = await Promise.all(
      [...processes].map(async ([id, tell]) => {
        const metrics = (await tell()) as Metrics;
        this.#latest.set(id, metrics);
        return metrics;
      }),
    );
    return AggregatorRegistry.aggregate([...told, ...this.#gone]).metrics();
  }

  /** The process has ended. */
  async end(id: number): Promise<void> {
    const last = this.#latest.get(id)?.filter(isCount);
    this.#latest.delete(id);
    if (!last) return;
    // One entry, however many have ended.
    const sum = await AggregatorRegistry.aggregate([...this.#gone, last]).getMetricsAsJSON();
    this.#gone = [sum];
  }
}
