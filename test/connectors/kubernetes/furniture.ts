import { randomUUID } from 'node:crypto';
import { type KubernetesObject, eventOf, podOf } from '../../support/kubernetes/objects.js';

const REASON = 'IsthmusConformance';
const MINUTE = 60_000;

/** What a namespace of its own is filled with, for the suite to find among whatever else a cluster has. */
export interface Furniture {
  namespace: string;
  /** The latest first. */
  events: KubernetesObject[];
  /** The reason of all of them. */
  reason: string;
  pods: KubernetesObject[];
  /** By the pods. */
  requested: { cpu: number; memory: number };
}

export function furniture(): Furniture {
  const namespace = `isthmus-conformance-${randomUUID().slice(0, 8)}`;
  const within = (object: KubernetesObject) => ({ ...object, metadata: { ...object.metadata, namespace } });
  const events = [3, 2, 1].map((count) =>
    eventOf(`conformance-${count}`, {
      reason: REASON,
      count,
      lastTimestamp: new Date(Date.now() - (4 - count) * MINUTE).toISOString().replace(/\.\d+/, ''),
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'conformance', namespace },
    }),
  );
  const resources = { requests: { cpu: '250m', memory: '64Mi' } };
  const pod = podOf('conformance', 'Pending', {
    containers: [{ name: 'idle', image: 'registry.k8s.io/pause:3.10', resources }],
    // It shall only ask, and run nowhere.
    nodeSelector: { 'isthmus.io/conformance': 'nowhere' },
  });
  return {
    namespace,
    events: events.map(within),
    reason: REASON,
    pods: [within(pod)],
    requested: { cpu: 0.25, memory: 64 * 2 ** 20 },
  };
}
