import type { Registry } from 'prom-client';
import { WorkerLink } from './workerLink.js';

/** What a process is for that is one of several on a port, as its supervisor says. */
export async function asWorker() {
  let own: Registry | undefined;
  const link = new WorkerLink(process, { ownMetrics: async () => own?.getMetricsAsJSON() });
  const { background } = (await link.ask('role')) as { background: boolean };
  return {
    parts: {
      background,
      /** The metrics of all of them together. */
      expose: (registry: Registry) => {
        own = registry;
        return {
          contentType: registry.contentType,
          metrics: async () => String(await link.ask('metrics')),
        };
      },
    },
    serving: (url: string) => void link.ask('serving', url),
  };
}
