import type { ClusterEvent, VisibleNamespaces } from '../../domains/edge/clusters/cluster.port.js';
import type { Connection } from './connection.js';
import { pages, rereading } from './list.js';
import { type EventObject, eventSchema } from './objects.js';

function clusterEventOf(event: EventObject): ClusterEvent {
  const { involvedObject, series, metadata } = event;
  return {
    type: event.type ?? '',
    reason: event.reason ?? '',
    message: event.message ?? '',
    subject: `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`,
    // Kubernetes files events of what has no namespace, such as a node, under `default`.
    namespace: involvedObject.namespace || null,
    count: series?.count ?? event.count ?? 1,
    lastSeenAt:
      series?.lastObservedTime ??
      event.lastTimestamp ??
      event.eventTime ??
      event.firstTimestamp ??
      metadata.creationTimestamp ??
      null,
  };
}

/** What is no event hides itself alone. */
const EVENT = eventSchema.transform(clusterEventOf).nullable().catch(null);

/** What is of no known time comes last. */
const timeOf = ({ lastSeenAt }: ClusterEvent) => lastSeenAt?.getTime() ?? Number.MIN_SAFE_INTEGER;

/** The API lists events by name, so that the latest are known only when all were seen; no more than asked for are kept. */
export function listEvents(
  connection: Connection,
  visible: VisibleNamespaces,
  limit: number,
  signal: AbortSignal,
): Promise<ClusterEvent[]> {
  const isVisible = (event: ClusterEvent | null): event is ClusterEvent =>
    event !== null && (event.namespace === null || visible === 'all' || visible.includes(event.namespace));
  const listing = { path: '/api/v1/events', item: EVENT, within: connection.pace.answer, signal };
  return rereading(async () => {
    let latest: ClusterEvent[] = [];
    for await (const { items } of pages(connection, listing)) {
      latest = [...latest, ...items.filter(isVisible)]
        .toSorted((a, b) => timeOf(b) - timeOf(a))
        .slice(0, limit);
    }
    return latest;
  });
}
