import type { WorkloadOwner, Workloads } from '../../../domains/edge/clusters/workload.port.js';
import type { Connection } from '../connection.js';
import type { CheckIdentity } from '../identity.js';
import { applyAll } from './apply.js';
import { type Helm, applyReleases, hasHelmController, isChart } from './charts.js';
import { followLogs } from './follow.js';
import { logsOf } from './logs.js';
import { removePods } from './pods.js';
import { prune } from './prune.js';
import { type Scope, explainingRights } from './scope.js';
import { stateOf } from './state.js';

export type { Helm } from './charts.js';
export { HelmProgram } from './helm.js';

interface Parts {
  connection: Connection;
  identifyAnew: CheckIdentity;
  identifyOnce: CheckIdentity;
  helm: Helm | null;
}

async function apply(
  scope: Scope,
  helm: Helm | null,
  objects: Parameters<Workloads['apply']>[1],
  { dryRun, isFirst = false }: Parameters<Workloads['apply']>[2],
) {
  const charts = objects.filter(isChart);
  const isLeft = charts.length > 0 && (await hasHelmController(scope.connection, scope.signal));
  const applied = isLeft ? objects : objects.filter((object) => !isChart(object));
  const installed = isLeft ? [] : charts;
  const changes = await applyAll(scope, applied, dryRun);
  if (isFirst && installed.length === 0) return changes;
  changes.push(...(await applyReleases(scope, helm, installed, dryRun)));
  const wanted = applied.map(({ kind, metadata: { name } }) => ({ kind, name }));
  return [...changes, ...(await prune(scope, wanted, dryRun))];
}

/** What runs in a cluster for deployments. */
export function workloadsOf({ connection, identifyAnew, identifyOnce, helm }: Parts): Workloads {
  const within = <T>(owner: WorkloadOwner, signal: AbortSignal, work: (scope: Scope) => Promise<T>) =>
    explainingRights(async () => {
      await identifyOnce(signal);
      return work({ connection, owner, signal });
    });
  return {
    identify: async (signal) => explainingRights(async () => identifyAnew(signal)),
    apply: (owner, objects, options, signal) =>
      within(owner, signal, (scope) => apply(scope, helm, objects, options)),
    stateOf: (owner, signal) => within(owner, signal, stateOf),
    logsOf: (owner, lines, signal, allowance) =>
      within(owner, signal, (scope) => logsOf(scope, lines, allowance)),
    async *followLogs(owner, lines, signal, room) {
      const following = await within(owner, signal, async (scope) => followLogs(scope, lines, room));
      try {
        for (;;) {
          const next = await explainingRights(() => following.next());
          if (next.done) return;
          yield next.value;
        }
      } finally {
        // Whoever leaves does so here, at `yield`.
        await following.return(undefined);
      }
    },
    removePods: (owner, nodes, signal) => within(owner, signal, (scope) => removePods(scope, nodes)),
    hasHelmController: (signal) => hasHelmController(connection, signal),
  };
}
