import type { Connection } from './connection.js';
import { pages, rereading } from './list.js';
import { type PodObject, podSchema } from './objects.js';
import { bytesOf } from './quantity.js';

interface Requests {
  cpu: number;
  memory: number;
}
type Resource = keyof Requests;

/**
 * What the scheduler counts for a pod: its containers and sidecars together, or the initialisation that needs most,
 * and the overhead. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function requestOf({ spec }: PodObject, resource: Resource): number {
  const overhead = spec.overhead[resource] ?? 0;
  const ofPod = spec.resources?.requests[resource];
  if (ofPod !== undefined) return ofPod + overhead;
  let sidecars = 0;
  let mostToStart = 0;
  for (const { restartPolicy, resources } of spec.initContainers ?? []) {
    const request = resources?.requests[resource] ?? 0;
    mostToStart = Math.max(mostToStart, sidecars + request);
    if (restartPolicy === 'Always') sidecars += request;
  }
  const running = spec.containers.reduce(
    (sum, { resources }) => sum + (resources?.requests[resource] ?? 0),
    sidecars,
  );
  return Math.max(mostToStart, running) + overhead;
}

/** Nanocores, the finest unit, so that sums of fractions end in no 0.30000000000000004. */
const roundCores = (cores: number) => Math.round(cores * 1e9) / 1e9;

export function requested(connection: Connection, signal: AbortSignal): Promise<Requests> {
  const listing = {
    path: '/api/v1/pods',
    query: { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
    item: podSchema,
    within: connection.pace.answer,
    signal,
  };
  return rereading(async () => {
    const sum: Requests = { cpu: 0, memory: 0 };
    for await (const { items } of pages(connection, listing)) {
      for (const pod of items) {
        sum.cpu += requestOf(pod, 'cpu');
        sum.memory += requestOf(pod, 'memory');
      }
    }
    return { cpu: roundCores(sum.cpu), memory: bytesOf(sum.memory) };
  });
}
