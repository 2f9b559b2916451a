import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { NOW, databaseNow, databaseTimeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { oneOf } from '../../../database/rows.js';
import { upsert } from '../../../database/upsert.js';
import { KeyedTurns } from '../../../kernel/keyedTurns.js';
import type { AppService } from '../../apps/index.js';
import type { ClusterLabelService } from '../../edge/index.js';
import type { DeployedChartService } from '../deployedChart.service.js';
import { Deployment, DeploymentTarget } from '../deployment.entity.js';
import {
  DeploymentAuditStatus,
  DeploymentStatus,
  DeploymentTargetState,
  DeploymentType,
  RequestState,
} from '../deployment.states.js';
import { DEPLOYMENT_CHANGED, TARGETS_DUE } from '../deployment.topics.js';
import { DeploymentAudit } from '../deploymentAudit.entity.js';
import type { DeploymentTables } from '../deployments.tables.js';
import { type DueTimers } from './dueTimers.js';
import { sumOfPods } from './progress.js';
import {
  type Move,
  type Rollout,
  type TargetGroup,
  batchAt,
  isSettled,
  nextMove,
  outcomeOf,
  statusOf,
} from './rollout.js';

interface RolloutParts {
  database: Database;
  apps: AppService;
  charts: DeployedChartService;
  clusterLabels: ClusterLabelService;
  /** For the pauses between batches. */
  timers: DueTimers;
}

interface Counted {
  groups: TargetGroup[];
  running: number;
  error: number;
  total: number;
}

/** Of what is begun anew. */
const UNTRIED = { attempts: 0, message: '', problem: null };
/** Of these the next step tells the cluster of the change. */
const APPLYING = { ...UNTRIED, state: DeploymentTargetState.APPLYING, due_at: NOW };

/** Carries changes out, cluster by cluster. Everything happens under a lock of the deployment's row. */
export class RolloutService {
  /** By deployment: who waits for its row in this replica holds no connection meanwhile. */
  readonly #turns = new KeyedTurns<number>({ atOnce: 1, waiting: Infinity });

  constructor(private readonly parts: RolloutParts) {}

  /** Rollouts that may go on by themselves. */
  async pending(): Promise<number[]> {
    const due = await this.parts.database.reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployments')
      .select('id')
      .where((eb) => eb.or([eb('due_at', '<=', NOW), eb('request', '=', RequestState.APPROVED)]))
      .execute();
    return due.map(({ id }) => id);
  }

  /** Takes a rollout as far as it goes without an answer of a cluster. */
  async advance(id: number): Promise<void> {
    await this.locked(id, async (em, deployment) => this.proceed(em, deployment));
  }

  /** Works on a deployment that nobody else changes meanwhile; does nothing where it is gone. */
  async locked(
    id: number,
    work: (em: EntityManager, deployment: Deployment) => Promise<void>,
  ): Promise<void> {
    const inTurn = async (em: EntityManager) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const deployment = await em.findOne(Deployment, { id }, { lockMode, refresh: true });
      if (deployment?.isLiving) await work(em, deployment);
    };
    await this.#turns.run(id, async () => this.parts.database.fork().transactional(inTurn));
  }

  /** What follows from how the targets stand. */
  async proceed(em: EntityManager, deployment: Deployment): Promise<void> {
    let rollout = await this.#read(em, deployment);
    let move = this.#moveOf(deployment, rollout);
    while (move.kind !== 'wait') {
      await this.#make(em, deployment, move);
      if (move.kind === 'pause' || move.kind === 'end') break;
      rollout = await this.#read(em, deployment);
      move = this.#moveOf(deployment, rollout);
    }
    await this.#record(em, deployment, rollout);
  }

  /** Adds clusters that it chooses by now, and prunes those that it does not choose any more. */
  async reselect(em: EntityManager, deployment: Deployment): Promise<void> {
    const { id, changeId, changeType, isStopped, isSettled: isDone } = deployment;
    if (changeId === null || changeType === DeploymentType.DELETE) return;
    const { batches } = await this.#chosen(em, deployment);
    const known = await em.find(DeploymentTarget, { deployment });
    const kept = known.filter(({ state }) => state !== DeploymentTargetState.REMOVING);
    const keptIds = new Set(kept.map(({ clusterId }) => clusterId));
    const added = [...batches.keys()].filter((clusterId) => !keptIds.has(clusterId));
    const pruned = [...keptIds].filter((clusterId) => !batches.has(clusterId));
    const lastBatch = Math.max(0, ...kept.map(({ batch }) => batch));
    // They wait with the others where batches do.
    const waits = !isDone && !isStopped && kept.some(({ state }) => state === DeploymentTargetState.WAITING);
    await this.#want(em, id, added, waits ? null : changeId, lastBatch);
    await this.#prune(em, id, pruned);
    await this.#publishDue(em, id);
  }

  #moveOf(deployment: Deployment, rollout: Rollout | null): Move {
    if (rollout) return nextMove(rollout);
    return { kind: deployment.request === RequestState.APPROVED ? 'begin' : 'wait' };
  }

  /** Null before the first change has begun. */
  async #read(em: EntityManager, deployment: Deployment): Promise<(Rollout & Counted) | null> {
    const { id, changeId, changeType, strategy, rollbackOnFailure, isStopped, request, dueAt } = deployment;
    if (changeId === null || changeType === null) return null;
    const counted = await this.#count(em, id, changeId);
    const waiting = request === RequestState.APPROVED ? await this.#nextChange(em, deployment) : null;
    const pause = dueAt === null ? 'none' : await this.#pauseOf(em, id);
    return {
      ...counted,
      targets: counted.groups,
      deployType: changeType,
      strategy,
      rollbackOnFailure,
      isStopped,
      wasSettled: deployment.isSettled,
      next: waiting?.deployType ?? null,
      pause,
    };
  }

  async #count(em: EntityManager, id: number, changeId: number): Promise<Counted> {
    const rows = await em
      .getKysely<DeploymentTables>()
      .selectFrom('deployment_targets')
      .select((eb) => [
        'state',
        'batch',
        eb(eb.fn.coalesce('applied_id', eb.val(0)), '=', changeId).as('isApplied'),
        eb('message', '<>', '').as('isFailing'),
        eb.fn.countAll<string>().as('count'),
        eb.fn.sum<string>('running').as('running'),
        eb.fn.sum<string>('error').as('error'),
        eb.fn.sum<string>('total').as('total'),
      ])
      .where('deployment_id', '=', id)
      .groupBy(['state', 'batch', 'isApplied', 'isFailing'])
      .execute();
    const groups = rows.map(({ state, batch, isApplied, isFailing, count }) => ({
      state,
      batch,
      isApplied: Boolean(isApplied),
      isFailing: Boolean(isFailing),
      count: Number(count),
    }));
    const sum = (name: 'running' | 'error' | 'total') => sumOfPods(rows.map((row) => row[name]));
    return { groups, running: sum('running'), error: sum('error'), total: sum('total') };
  }

  async #nextChange(em: EntityManager, deployment: Deployment): Promise<DeploymentAudit | null> {
    const status = DeploymentAuditStatus.APPROVED;
    return em.findOne(DeploymentAudit, { deployment, status, begunAt: null }, { orderBy: { id: 'asc' } });
  }

  /** By the database's clock. */
  async #pauseOf(em: EntityManager, id: number): Promise<'running' | 'over'> {
    const over = await em
      .getKysely<DeploymentTables>()
      .selectFrom('deployments')
      .select('id')
      .where('id', '=', id)
      .where('due_at', '<=', NOW)
      .execute();
    return over.length > 0 ? 'over' : 'running';
  }

  async #make(em: EntityManager, deployment: Deployment, move: Move): Promise<void> {
    switch (move.kind) {
      case 'begin':
        return this.#begin(em, deployment);
      case 'rollBack':
        return this.#rollBack(em, deployment);
      case 'stop':
        deployment.isStopped = true;
        deployment.dueAt = null;
        return;
      case 'pause':
        return this.#pause(em, deployment);
      case 'open':
        return this.#open(em, deployment, move.batch);
      case 'end':
        Object.assign(deployment, { isLiving: false, appId: null, requestedAppId: null, dueAt: null });
        return this.parts.charts.release(em, deployment);
      case 'wait':
        return;
    }
  }

  async #begin(em: EntityManager, deployment: Deployment): Promise<void> {
    const change = await this.#nextChange(em, deployment);
    if (!change) {
      deployment.request = null;
      return;
    }
    change.begunAt = databaseNow();
    const { appName, version, deployType, id: changeId } = change;
    Object.assign(deployment, { appName, version, changeId, changeType: deployType });
    Object.assign(deployment, { request: null, isStopped: false, isSettled: false, dueAt: null });
    if (deployType !== DeploymentType.DELETE) {
      deployment.appId = deployment.requestedAppId;
      deployment.requestedAppId = null;
    }
    await em.flush();
    const { batches, all } = await this.#chosen(em, deployment);
    const known = await em.find(DeploymentTarget, { deployment });
    await this.#prune(
      em,
      deployment.id,
      known.map(({ clusterId }) => clusterId).filter((clusterId) => !batches.has(clusterId)),
    );
    for (const [batch, clusterIds] of all)
      await this.#want(em, deployment.id, clusterIds, batch === 0 ? changeId : null, batch);
    await this.#publishDue(em, deployment.id);
  }

  /** The clusters and their batches; none of what is to be deleted. Clusters that answer come first. */
  async #chosen(em: EntityManager, { cluster, strategy, changeType }: Deployment) {
    const isDeletion = changeType === DeploymentType.DELETE;
    const chosen = isDeletion ? [] : await this.parts.clusterLabels.chosenBy(em, cluster);
    const isStaged = changeType !== DeploymentType.ROLLBACK;
    const batchOf = (place: number) => (isStaged ? batchAt(place, strategy) : 0);
    const batches = new Map(chosen.map((clusterId, place) => [clusterId, batchOf(place)]));
    const all = Map.groupBy(batches.keys(), (clusterId) => batches.get(clusterId) ?? 0);
    return { batches, all };
  }

  /** Makes the change what these clusters shall run; null where its batch has not begun. */
  async #want(
    em: EntityManager,
    id: number,
    clusterIds: readonly number[],
    changeId: number | null,
    batch: number,
  ): Promise<void> {
    if (clusterIds.length === 0) return;
    const state = changeId === null ? DeploymentTargetState.WAITING : DeploymentTargetState.APPLYING;
    const rows = clusterIds.map((clusterId) => ({
      deploymentId: id,
      clusterId,
      holdsClusterId: clusterId,
      state,
      batch,
    }));
    const targets = this.#update(em, id, clusterIds);
    // How much of it is gone already is not known.
    await targets.set({ applied_id: null }).where('state', '=', DeploymentTargetState.REMOVING).execute();
    await upsert(em, DeploymentTarget, rows, ['deploymentId', 'clusterId']);
    const waiting = { ...UNTRIED, due_at: null };
    await targets.set(changeId === null ? waiting : { ...APPLYING, wanted_id: changeId }).execute();
  }

  async #prune(em: EntityManager, id: number, clusterIds: readonly number[]): Promise<void> {
    if (clusterIds.length === 0) return;
    await this.#update(em, id, clusterIds)
      .set({ ...APPLYING, state: DeploymentTargetState.REMOVING, wanted_id: null, holds_cluster_id: null })
      .execute();
  }

  /** Of the deployment's targets in these clusters. */
  #update(em: EntityManager, id: number, clusterIds: readonly number[]) {
    return em
      .getKysely<DeploymentTables>()
      .updateTable('deployment_targets')
      .where('deployment_id', '=', id)
      .where('cluster_id', '=', oneOf(clusterIds, 'int'));
  }

  async #open(em: EntityManager, deployment: Deployment, batch: number): Promise<void> {
    deployment.dueAt = null;
    await em
      .getKysely<DeploymentTables>()
      .updateTable('deployment_targets')
      .set({ ...APPLYING, wanted_id: deployment.changeId })
      .where('deployment_id', '=', deployment.id)
      .where('state', '=', DeploymentTargetState.WAITING)
      .where('batch', '=', batch)
      .execute();
    await this.#publishDue(em, deployment.id);
  }

  async #pause(em: EntityManager, deployment: Deployment): Promise<void> {
    const { id, strategy } = deployment;
    const pause = strategy.pause * 1000;
    deployment.dueAt = databaseTimeIn(pause);
    await em.flush();
    this.parts.timers.set(String(id), pause);
  }

  /** Wants what ran well before; stops where there is nothing. */
  async #rollBack(em: EntityManager, deployment: Deployment): Promise<void> {
    const { id, businessId, cluster, changeId } = deployment;
    const [earlier] = await em.find(
      DeploymentAudit,
      {
        deployment,
        id: { $ne: changeId },
        spec: { $ne: null },
        outcome: { $in: [DeploymentStatus.SUCCESS, DeploymentStatus.PARTIAL_SUCCESS] },
      },
      { orderBy: { id: 'desc' }, limit: 1 },
    );
    if (!earlier) {
      deployment.isStopped = true;
      return;
    }
    await this.#settle(em, deployment, DeploymentStatus.FAILED);
    const { appName, version, spec, chartDigest, businessName } = earlier;
    const app = await this.parts.apps.findVersion(em, businessId, appName, version);
    const comment = `automatic rollback from ${deployment.version}`;
    const change = em.create(DeploymentAudit, {
      deployment,
      deploymentId: id,
      businessId,
      businessName,
      cluster,
      deployType: DeploymentType.ROLLBACK,
      appName,
      version,
      spec,
      appId: app?.id ?? null,
      chartDigest,
      comment,
      requestedBy: null,
      status: DeploymentAuditStatus.APPROVED,
      auditedBy: null,
      auditedAt: null,
      begunAt: null,
      settledAt: null,
      outcome: null,
    });
    Object.assign(deployment, { deployType: DeploymentType.ROLLBACK, comment });
    deployment.requestedAppId = app?.id ?? null;
    deployment.request = RequestState.APPROVED;
    await em.persist(change).flush();
  }

  async #settle(em: EntityManager, deployment: Deployment, outcome: DeploymentStatus): Promise<void> {
    if (deployment.changeId === null || deployment.isSettled) return;
    deployment.isSettled = true;
    await em.nativeUpdate(
      DeploymentAudit,
      { id: deployment.changeId },
      { settledAt: databaseNow(), outcome },
    );
  }

  /** What has come of it, for all to see. */
  async #record(
    em: EntityManager,
    deployment: Deployment,
    rollout: (Rollout & Counted) | null,
  ): Promise<void> {
    const { id, businessId } = deployment;
    if (rollout) {
      const outcome = outcomeOf({ ...rollout, isStopped: deployment.isStopped });
      if (isSettled({ ...rollout, isStopped: deployment.isStopped }))
        await this.#settle(em, deployment, outcome);
      const { running, error, total } = rollout;
      Object.assign(deployment, { running, error, total, outcome });
      deployment.status = statusOf(deployment.request, outcome);
    }
    await em.flush();
    await this.parts.database.notifications.publish(em, DEPLOYMENT_CHANGED, { id, businessId });
  }

  async #publishDue(em: EntityManager, id: number): Promise<void> {
    await this.parts.database.notifications.publish(em, TARGETS_DUE, { id });
  }
}
