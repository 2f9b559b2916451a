import type { ObjectChange } from '../../../domains/edge/clusters/workload.port.js';
import { deleteObject } from './deletion.js';
import { KINDS, KIND_NAMES, type KindName, pathOf } from './kinds.js';
import { listAll, listCharts, listWhereKnown } from './lists.js';
import { type OwnedObject, ownedSchema } from './objects.js';
import { againWhereReplaced } from './replaced.js';
import { type Scope, ownLabels, selectorOf } from './scope.js';

const LISTS = {
  Secret: listAll,
  Deployment: listAll,
  DaemonSet: listAll,
  HorizontalPodAutoscaler: listWhereKnown,
  HelmChart: listCharts,
} as const satisfies Record<KindName, unknown>;

/** What the owner has of a kind. */
function ownedOf(scope: Scope, kind: KindName): Promise<OwnedObject[]> {
  return LISTS[kind](scope, {
    path: pathOf(KINDS[kind], scope.owner.namespace),
    labelSelector: selectorOf(ownLabels(scope.owner)),
    item: ownedSchema,
    form: 'metadata',
  });
}

/** Deletes what the owner has besides these, the last first. */
export async function prune(
  scope: Scope,
  wanted: readonly { kind: string; name: string }[],
  dryRun: boolean,
): Promise<ObjectChange[]> {
  const changes: ObjectChange[] = [];
  const pruneKind = async (kind: KindName) => {
    for (const { metadata } of await ownedOf(scope, kind)) {
      const { name, uid, deletionTimestamp } = metadata;
      if (deletionTimestamp !== '' || wanted.some((each) => each.kind === kind && each.name === name))
        continue;
      if (!dryRun) await deleteObject(scope, pathOf(KINDS[kind], scope.owner.namespace, name), uid);
      changes.push({ kind, name, change: 'REMOVED', differences: [] });
    }
  };
  for (const kind of KIND_NAMES.toReversed()) await againWhereReplaced(async () => pruneKind(kind));
  return changes;
}
