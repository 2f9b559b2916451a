import { Registry, collectDefaultMetrics } from 'prom-client';

/** Sums of what others tell by type, named as if they were counters. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

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
