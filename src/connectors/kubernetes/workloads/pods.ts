import { deleteObject } from './deletion.js';
import { listAll } from './lists.js';
import { PODS, pathOf } from './kinds.js';
import { type PodObject, podSchema } from './objects.js';
import { type Scope, ownLabels, selectorOf } from './scope.js';
import { releaseSelectorsOf } from './releases.js';
import { againWhereReplaced } from './replaced.js';

/** A pod that is none hides itself alone. */
const POD = podSchema.nullable().catch(null);

async function podsBy(scope: Scope, labels: Record<string, string>): Promise<PodObject[]> {
  const found = await listAll(scope, {
    path: pathOf(PODS, scope.owner.namespace),
    labelSelector: selectorOf(labels),
    item: POD,
  });
  return found.filter((pod) => pod !== null);
}

/** The pods of our own workloads. */
export const ownPods = (scope: Scope): Promise<PodObject[]> => podsBy(scope, ownLabels(scope.owner));

/** The pods of what a chart has made, by the selectors of its workloads. */
export async function podsOfSelectors(
  scope: Scope,
  selectors: readonly Record<string, string>[],
): Promise<PodObject[]> {
  const found = await Promise.all(selectors.map((labels) => podsBy(scope, labels)));
  return [...new Map(found.flat().map((pod) => [pod.metadata.uid, pod])).values()];
}

/** All pods of the owner. */
export async function podsOf(scope: Scope): Promise<PodObject[]> {
  const own = await ownPods(scope);
  return own.length > 0 ? own : podsOfSelectors(scope, await releaseSelectorsOf(scope));
}

/** Deletes the owner's pods on these nodes. */
export async function removePods(scope: Scope, nodes: readonly string[]): Promise<void> {
  const names = new Set(nodes);
  await againWhereReplaced(async () => {
    for (const { metadata, spec } of await podsOf(scope)) {
      if (!names.has(spec.nodeName) || metadata.deletionTimestamp !== '') continue;
      await deleteObject(scope, pathOf(PODS, scope.owner.namespace, metadata.name), metadata.uid);
    }
  });
}
