import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure, FigureValues } from '../kernel/figures.js';

/** Sums of what others tell by type, named as if they were counters. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** Milliseconds; what is read later than that is missing from the answer. */
const PATIENCE = 2000;

let ofProcess: Registry | undefined;

/** The metrics of the whole process, made once: what looks at it never ends. */
function processRegistry(): Registry {
  if (ofProcess) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  for (const name of MISNAMED) ofProcess.removeSingleMetric(name);
  return ofProcess;
}

/** For the metrics of a server, with those of the whole process. */
export const createRegistry = (): Registry => Registry.merge([processRegistry()]);

/** What is told of a server's metrics. */
export type Expose = (registry: Registry) => Pick<Registry, 'contentType' | 'metrics'>;

/** Nothing of a figure that cannot be read now, such as one of the database while that is away: the others are still told. */
async function valuesOf({ read }: Figure): Promise<FigureValues> {
  try {
    return await Promise.race([read(), delay(PATIENCE, [], { ref: false })]);
  } catch {
    return [];
  }
}

/** Metrics that cost nothing until they are scraped. */
export function registerFigures(registry: Registry, figures: readonly Figure[]): void {
  for (const figure of figures) {
    const { kind, name, help, labels, isShared = false } = figure;
    const Metric: typeof Counter | typeof Gauge = kind === 'counter' ? Counter : Gauge;
    const metric: Counter | Gauge = new Metric({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      // Of several workers of one server.
      aggregator: isShared ? 'max' : 'sum',
      async collect() {
        const values = await valuesOf(figure);
        metric.reset();
        for (const [labelled, value] of values) metric.inc(labelled, value);
      },
    });
  }
}
