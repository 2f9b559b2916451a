interface Kind {
  /** Of its API. */
  base: string;
  plural: string;
}

/** What deployments are made of, and nothing else that is ever written or deleted, in the order in which it is applied. */
export const KINDS = {
  Secret: { base: '/api/v1', plural: 'secrets' },
  Deployment: { base: '/apis/apps/v1', plural: 'deployments' },
  DaemonSet: { base: '/apis/apps/v1', plural: 'daemonsets' },
  HorizontalPodAutoscaler: { base: '/apis/autoscaling/v2', plural: 'horizontalpodautoscalers' },
  HelmChart: { base: '/apis/helm.cattle.io/v1', plural: 'helmcharts' },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

export const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name);

/** The path of a namespace's objects of a kind, or of one of them. */
export function pathOf({ base, plural }: Kind, namespace: string, name?: string): string {
  const list = `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? list : `${list}/${encodeURIComponent(name)}`;
}

/** What is only read, and belongs to what a chart makes as a rule. */
export const STATEFUL_SETS: Kind = { base: '/apis/apps/v1', plural: 'statefulsets' };
export const JOBS: Kind = { base: '/apis/batch/v1', plural: 'jobs' };
export const PODS: Kind = { base: '/api/v1', plural: 'pods' };
