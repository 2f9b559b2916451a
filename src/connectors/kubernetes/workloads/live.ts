import type { KubernetesObject } from '../../../domains/edge/clusters/workload.port.js';
import { DEPLOYMENT_LABEL, MANAGED_BY, MANAGER } from '../../../kernel/clusterLabels.js';
import { DomainError } from '../../../kernel/errors.js';
import { isNotFound } from '../failures.js';
import { KINDS, type KindName, isKind, pathOf } from './kinds.js';
import { type WholeObject, wholeSchema } from './objects.js';
import type { Scope } from './scope.js';

/** An object that is wanted, beside what the cluster has of its name. */
export interface Wanted {
  object: KubernetesObject;
  kind: KindName;
  path: string;
  live: WholeObject | null;
}

function kindOf({ kind }: KubernetesObject): KindName {
  if (isKind(kind)) return kind;
  throw new Error(`deployments are not made of objects of the kind ${kind}`);
}

/** Objects of others are never touched, nor those of other deployments. */
function checkOwned(
  { connection, owner }: Scope,
  { kind, metadata }: KubernetesObject,
  live: WholeObject,
): void {
  const { labels, deletionTimestamp } = live.metadata;
  const what = `a ${kind} ${JSON.stringify(metadata.name)} in the namespace ${owner.namespace}`;
  const other = labels[DEPLOYMENT_LABEL];
  if (labels[MANAGED_BY] !== MANAGER || other === undefined)
    throw new DomainError('CONFLICT', `${connection.named} has ${what} that is not ours`);
  if (other !== String(owner.deploymentId))
    throw new DomainError('CONFLICT', `${connection.named} has ${what} of another deployment (${other})`);
  if (deletionTimestamp !== '')
    throw new DomainError('UPSTREAM_ERROR', `${connection.named} is still deleting ${what}`);
}

/** What the cluster has of the name of a wanted object. Throws CONFLICT where that is not the owner's. */
export async function readWanted(scope: Scope, object: KubernetesObject): Promise<Wanted> {
  const { connection, owner, signal } = scope;
  const kind = kindOf(object);
  const path = pathOf(KINDS[kind], owner.namespace, object.metadata.name);
  const live = await connection.call({ path, reply: wholeSchema, signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return null;
  });
  if (live) checkOwned(scope, object, live);
  return { object, kind, path, live };
}
