import type { ClusterEvent } from '../../domains/edge/cluster.port.js';
import type { Connection } from './connection.js';
import { pages, rereading } from './list.js';
import { type EventObject, eventSchema } from './objects.js';

const EPOCH = new Date(0);

function clusterEventOf(event: EventObject): ClusterEvent {
  const { involvedObject, series, metadata } = event;
  return {
    type: event.type ?? '',
    reason: event.reason ?? '',
    message: event.message ?? '',
    subject: `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`,
    namespace: involvedObject.namespace || null,
    count: series?.count ?? event.count ?? 1,
    lastSeenAt:
      series?.lastObservedTime ??
      event.lastTimestamp ??
      event.eventTime ??
      event.firstTimestamp ??
      metadata.creationTimestamp ??
      EPOCH,
  };
}

/** The API lists events by name, so that the latest are known only when all were seen; no more than asked for are kept. */
export function listEvents(
  connection: Connection,
  limit: number,
  signal: AbortSignal,
): Promise<ClusterEvent[]> {
  return rereading(async () => {
    let latest: ClusterEvent[] = [];
    for await (const { items } of pages(connection, { path: '/api/v1/events', item: eventSchema, signal })) {
      latest = [...latest, ...items.map(clusterEventOf)]
        .toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime())
        .slice(0, limit);
    }
    return latest;
  });
}
