import { randomUUID } from 'node:crypto';

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string | null;
    namespace?: string;
    labels: Record<string, string>;
  };
  [key: string]: unknown;
}

const CREATED = '2026-01-02T03:04:05Z';

function objectOf(kind: string, name: string, rest: Record<string, unknown> = {}): KubernetesObject {
  const metadata = { name, uid: randomUUID(), resourceVersion: '', creationTimestamp: CREATED, labels: {} };
  return { apiVersion: 'v1', kind, metadata, ...rest };
}

export function namespaceOf(name: string): KubernetesObject {
  return objectOf('Namespace', name, { status: { phase: 'Active' } });
}

export interface NodeTraits {
  labels?: Record<string, string>;
  ready?: 'True' | 'False' | 'Unknown';
  unschedulable?: boolean;
  capacity?: Record<string, string>;
  allocatable?: Record<string, string>;
}

/** As a kubelet reports it. */
export function nodeOf(
  name: string,
  { labels, ready = 'True', unschedulable, ...resources }: NodeTraits = {},
) {
  const node = objectOf('Node', name, {
    spec: { podCIDR: '10.244.0.0/24', ...(unschedulable && { unschedulable }) },
    status: {
      capacity: {
        cpu: '4',
        memory: '16Gi',
        'ephemeral-storage': '100Gi',
        pods: '110',
        ...resources.capacity,
      },
      allocatable: {
        cpu: '3900m',
        memory: '15Gi',
        'ephemeral-storage': '90Gi',
        pods: '110',
        ...resources.allocatable,
      },
      addresses: [
        { type: 'Hostname', address: name },
        { type: 'InternalIP', address: '10.20.0.11' },
      ],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: ready },
      ],
      nodeInfo: {
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        architecture: 'amd64',
        kernelVersion: '6.1.0-28-amd64',
        kubeletVersion: 'v1.34.1',
      },
    },
  });
  node.metadata.labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels };
  return node;
}

export function podOf(name: string, phase: string, spec: Record<string, unknown>): KubernetesObject {
  const pod = objectOf('Pod', name, { spec, status: { phase } });
  pod.metadata.namespace = 'default';
  return pod;
}

export function eventOf(name: string, rest: Record<string, unknown>): KubernetesObject {
  const event = objectOf('Event', name, {
    type: 'Normal',
    reason: 'Tested',
    message: name,
    involvedObject: { kind: 'Node', name: 'worker-1' },
    ...rest,
  });
  event.metadata.namespace = 'default';
  return event;
}
