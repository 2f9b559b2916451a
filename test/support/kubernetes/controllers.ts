import type { Namespaced, NamespacedObject } from './namespaced.js';

interface Template {
  metadata: { labels: Record<string, string> };
  spec: { containers: { name: string; image: string }[] };
}
interface WorkloadSpec {
  replicas?: number;
  template: Template;
}

/** Of a daemon set: one for each node. */
const NODES = 2;

const RUNNING = { phase: 'Running', containerStatuses: [] };
const UNPULLED = (name: string, image: string) => ({
  phase: 'Pending',
  containerStatuses: [
    {
      name,
      restartCount: 0,
      state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
    },
  ],
});

function podPathOf(path: string, index: number): string {
  const [, namespace = '', name = ''] = /namespaces\/([^/]+)\/[a-z]+\/([^/]+)$/.exec(path) ?? [];
  return `/api/v1/namespaces/${namespace}/pods/${name}-${index}`;
}

/** Plays the controllers of Deployments and DaemonSets and the kubelets, at once; images named `bad` cannot be pulled. */
export function playControllers(cluster: Namespaced): void {
  const settle = (path: string, object: NamespacedObject | undefined): void => {
    if (!/\/(deployments|daemonsets)\//.test(path)) return;
    for (let index = 0; cluster.objects.delete(podPathOf(path, index)); index += 1);
    if (!object) return;
    const { replicas: wanted, template } = object.spec as unknown as WorkloadSpec;
    const isDaemonSet = object.kind === 'DaemonSet';
    if (!isDaemonSet && wanted === undefined) object.spec = { ...object.spec, replicas: 1 };
    const total = isDaemonSet ? NODES : (wanted ?? 1);
    const [container] = template.spec.containers;
    const isBad = container?.image.includes('bad') ?? false;
    const running = isBad ? 0 : total;
    object.status = {
      observedGeneration: object.metadata.generation,
      replicas: total,
      updatedReplicas: total,
      availableReplicas: running,
      desiredNumberScheduled: total,
      updatedNumberScheduled: total,
      numberAvailable: running,
    };
    for (let index = 0; index < total; index += 1) {
      const pod = podPathOf(path, index);
      cluster.put(pod, {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: pod.slice(pod.lastIndexOf('/') + 1), ...template.metadata },
        spec: { nodeName: `worker-${index + 1}`, containers: template.spec.containers },
        status: isBad ? UNPULLED(container?.name ?? '', container?.image ?? '') : RUNNING,
      });
    }
  };
  cluster.controllers = settle;
}
