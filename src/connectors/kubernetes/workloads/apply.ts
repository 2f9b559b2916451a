import { z } from 'zod';
import type { KubernetesObject, ObjectChange } from '../../../domains/edge/clusters/workload.port.js';
import { MANAGER } from '../../../kernel/clusterLabels.js';
import { isNotFound, statusOf } from '../failures.js';
import { ensureNamespace } from '../namespaces.js';
import { differencesOf } from './differences.js';
import { type Wanted, readWanted } from './live.js';
import { ownedSchema, wholeSchema } from './objects.js';
import { againWhereReplaced } from './replaced.js';
import { type Scope, ownLabels } from './scope.js';

const APPLY = 'application/apply-patch+yaml';
const FORBIDDEN = 403;
/** Keeps the number of pods while it passes from us to an autoscaler; else it would be 1 for a moment. */
const SCALE_MANAGER = `${MANAGER}-scale`;

/** Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function patchOf({ object, path, live }: Wanted, { owner, signal }: Scope) {
  const { metadata } = object;
  return {
    method: 'PATCH' as const,
    path,
    contentType: APPLY,
    body: {
      ...object,
      metadata: {
        ...metadata,
        namespace: owner.namespace,
        labels: { ...metadata.labels, ...ownLabels(owner) },
        // Then no other object of the name is written to that came meanwhile.
        ...(live && { uid: live.metadata.uid }),
      },
    },
    signal,
  };
}

const replicasSchema = z.object({ spec: z.object({ replicas: z.number() }) });

const leavesScale = ({ kind, object }: Wanted): boolean =>
  kind === 'Deployment' && !replicasSchema.safeParse(object).success;

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership */
async function keepScale(wanted: Wanted, scope: Scope): Promise<void> {
  const scale = replicasSchema.safeParse(wanted.live);
  if (!leavesScale(wanted) || !scale.success || !wanted.live) return;
  const { apiVersion, kind, metadata } = wanted.object;
  await scope.connection.call({
    ...patchOf(wanted, scope),
    query: { fieldManager: SCALE_MANAGER, force: 'false' },
    body: {
      apiVersion,
      kind,
      metadata: { name: metadata.name, uid: wanted.live.metadata.uid },
      spec: scale.data.spec,
    },
    reply: ownedSchema,
  });
}

async function applyWanted(wanted: Wanted, scope: Scope, dryRun: boolean): Promise<ObjectChange> {
  const { object, live } = wanted;
  const { kind, metadata } = object;
  if (!dryRun) await keepScale(wanted, scope);
  const result = await scope.connection.call({
    ...patchOf(wanted, scope),
    query: { fieldManager: MANAGER, force: 'true', ...(dryRun && { dryRun: 'All' }) },
    reply: wholeSchema,
  });
  if (!live) return { kind, name: metadata.name, change: 'CREATED', differences: [] };
  const differences = differencesOf(kind, live, result).filter(
    ({ path }) => path !== 'spec.replicas' || !leavesScale(wanted),
  );
  const change = differences.length > 0 ? 'CHANGED' : 'UNCHANGED';
  return { kind, name: metadata.name, change, differences };
}

async function applyObject(wanted: Wanted, scope: Scope, dryRun: boolean): Promise<ObjectChange> {
  return againWhereReplaced(async (isFirst) =>
    applyWanted(isFirst ? wanted : await readWanted(scope, wanted.object), scope, dryRun),
  );
}

const isNamespaceMissing = (error: unknown, { owner }: Scope): boolean =>
  isNotFound(error) && error instanceof Error && error.message.includes(`namespaces "${owner.namespace}"`);

/** Kubernetes' own words: https://github.com/kubernetes/apiserver, plugin/namespace/lifecycle. */
const isNamespaceEnding = (error: unknown): boolean =>
  statusOf(error) === FORBIDDEN && error instanceof Error && error.message.includes('it is being terminated');

/** What an object would become in a namespace that has yet to be made, of which a cluster can tell nothing. */
const created = ({ kind, metadata: { name } }: KubernetesObject): ObjectChange => ({
  kind,
  name,
  change: 'CREATED',
  differences: [],
});

/**
 * Makes these objects what they are wanted to be, in their order; none where one of them is not the owner's. Their namespace is
 * looked at only where it is refused: each call counts where many clusters are told.
 */
export async function applyAll(
  scope: Scope,
  objects: readonly KubernetesObject[],
  dryRun: boolean,
): Promise<ObjectChange[]> {
  const { connection, owner, signal } = scope;
  const wanted: Wanted[] = [];
  for (const object of objects) wanted.push(await readWanted(scope, object));
  const changes: ObjectChange[] = [];
  for (const each of wanted) {
    try {
      changes.push(await applyObject(each, scope, dryRun));
    } catch (error) {
      const isMissing = isNamespaceMissing(error, scope);
      if (!isMissing && !isNamespaceEnding(error)) throw error;
      if (isMissing && dryRun) return objects.map(created);
      await ensureNamespace(connection, owner.namespace, signal);
      changes.push(await applyObject(each, scope, dryRun));
    }
  }
  return changes;
}
