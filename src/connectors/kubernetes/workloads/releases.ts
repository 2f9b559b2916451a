import { z } from 'zod';
import { DEPLOYMENT_LABEL, MANAGED_BY } from '../../../kernel/clusterLabels.js';
import { KINDS, STATEFUL_SETS, pathOf } from './kinds.js';
import { listAll, listCharts } from './lists.js';
import {
  type OwnedObject,
  type WorkloadObject,
  chartSchema,
  ownedSchema,
  workloadSchema,
} from './objects.js';
import type { Workload, WorkloadKind } from './progress.js';
import { type Scope, ownLabels, selectorOf } from './scope.js';

/** What Helm writes on all that it makes: https://helm.sh/docs/topics/charts/ and its release storage. */
const HELM = 'Helm';
const RELEASE_NAME = 'meta.helm.sh/release-name';

/** A version of a release, as Helm keeps it. */
export interface Release {
  /** Of the Secret that holds it. */
  secret: string;
  uid: string;
  name: string;
  version: number;
  /** Such as deployed, failed, superseded, pending-upgrade. */
  status: string;
  deploymentId: string | undefined;
  labels: Readonly<Record<string, string>>;
}

function releaseOf({ metadata: { name: secret, uid, labels } }: OwnedObject): Release {
  const { name = '', version = '0', status = '', [DEPLOYMENT_LABEL]: deploymentId } = labels;
  return { secret, uid, name, version: Number(version) || 0, status, deploymentId, labels };
}

/** Of each release that has these labels its latest version. */
export async function releasesBy(scope: Scope, labels: Record<string, string>): Promise<Release[]> {
  const found = await listAll(scope, {
    path: pathOf(KINDS.Secret, scope.owner.namespace),
    labelSelector: selectorOf({ owner: 'helm', ...labels }),
    item: ownedSchema,
    form: 'metadata',
  });
  const inOrder = found.map(releaseOf).toSorted((a, b) => a.version - b.version);
  return [...new Map(inOrder.map((release) => [release.name, release])).values()];
}

/** The releases that the `helm` program has made for the owner. */
export const ownReleases = (scope: Scope): Promise<Release[]> =>
  releasesBy(scope, { [DEPLOYMENT_LABEL]: String(scope.owner.deploymentId) });

/** The charts that the owner has left to the cluster's Helm controller. */
export const ownCharts = (scope: Scope) =>
  listCharts(scope, {
    path: pathOf(KINDS.HelmChart, scope.owner.namespace),
    labelSelector: selectorOf(ownLabels(scope.owner)),
    item: chartSchema,
  });

const WORKLOADS: [WorkloadKind, (typeof KINDS)['Deployment' | 'DaemonSet'] | typeof STATEFUL_SETS][] = [
  ['Deployment', KINDS.Deployment],
  ['DaemonSet', KINDS.DaemonSet],
  ['StatefulSet', STATEFUL_SETS],
];

const isOf =
  (release: string) =>
  ({ metadata }: WorkloadObject): boolean =>
    metadata.annotations[RELEASE_NAME] === release;

/** What of a release runs pods. */
export async function workloadsOfRelease(scope: Scope, release: string): Promise<Workload[]> {
  const found = await Promise.all(
    WORKLOADS.map(async ([kind, api]) => {
      const path = pathOf(api, scope.owner.namespace);
      const objects = await listAll(scope, {
        path,
        labelSelector: selectorOf({ [MANAGED_BY]: HELM }),
        item: workloadSchema,
      });
      return objects.filter(isOf(release)).map((object) => ({ kind, object }));
    }),
  );
  return found.flat();
}

const selectorSchema = z.record(z.string(), z.string()).refine((labels) => Object.keys(labels).length > 0);

/** By which the pods of workloads are chosen; one that chose by nothing would choose all. */
export const selectorsOf = (workloads: readonly Workload[]): Record<string, string>[] =>
  workloads
    .map(({ object }) => selectorSchema.safeParse(object.spec.selector?.matchLabels).data)
    .filter((labels) => labels !== undefined);

/** By which the pods of all that the owner's charts have made are chosen. */
export async function releaseSelectorsOf(scope: Scope): Promise<Record<string, string>[]> {
  const [charts, releases] = await Promise.all([ownCharts(scope), ownReleases(scope)]);
  const names = [...charts.map(({ metadata }) => metadata.name), ...releases.map(({ name }) => name)];
  const workloads = await Promise.all(names.map((name) => workloadsOfRelease(scope, name)));
  return selectorsOf(workloads.flat());
}
