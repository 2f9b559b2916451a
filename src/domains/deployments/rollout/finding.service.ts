import type { EntityManager } from '@mikro-orm/postgresql';
import { databaseNow, databaseTimeIn, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { Batched } from '../../../kernel/batched.js';
import { DeploymentTarget } from '../deployment.entity.js';
import type { DeploymentTables } from '../deployments.tables.js';
import type { WorkloadChange } from '../objectChange.js';
import type { DueTarget } from './due.service.js';
import { type Observation, type Progress, type RolloutPace, type Standing, progressOf } from './progress.js';
import type { RolloutService } from './rollout.service.js';

/** What a step found. */
export interface Finding {
  observation: Observation;
  /** The change of which the cluster was told. */
  appliedId?: number;
  isRemoved?: boolean;
  /** Undefined where it was not looked for. */
  drift?: WorkloadChange[];
}

interface StepResult {
  target: DueTarget;
  progress: Progress;
  finding: Finding;
}

/** Whether all of it that the deployment's own standing follows from is as it was. */
const isSame = (before: Standing, after: Standing): boolean =>
  (['state', 'running', 'error', 'total', 'message', 'problem'] as const).every(
    (name) => before[name] === after[name],
  );

/** What steps found, written down; the findings of many clusters for one deployment in one transaction. */
export class FindingService {
  readonly #results = new Batched<number, StepResult, number | undefined>(async (id, results) =>
    this.#recordAll(id, results),
  );

  constructor(
    private readonly parts: { database: Database; rollouts: RolloutService },
    private readonly pace: RolloutPace,
  ) {}

  /** When it is due again, in milliseconds; undefined where that is somebody else's to say. */
  async record(target: DueTarget, finding: Finding): Promise<number | undefined> {
    const { isRemoved, drift, observation } = finding;
    const progress = progressOf(target, observation, target.isOverdue, this.pace);
    const tellsNothing = observation.kind !== 'applied' && !isRemoved && !drift && isSame(target, progress);
    if (tellsNothing) return this.#postpone(target, progress);
    return this.#results.add(target.deploymentId, { target, progress, finding });
  }

  async #recordAll(
    deploymentId: number,
    results: readonly StepResult[],
  ): Promise<readonly (number | undefined)[]> {
    let dueIn: (number | undefined)[] = [];
    await this.parts.rollouts.locked(deploymentId, async (em, deployment) => {
      const ids = results.map(({ target }) => target.id);
      const targets = await em.find(DeploymentTarget, { id: { $in: ids } }, { refresh: true });
      const byId = new Map(targets.map((target) => [target.id, target]));
      dueIn = results.map((result) => this.#apply(em, result, byId.get(result.target.id)));
      await em.flush();
      await this.parts.rollouts.proceed(em, deployment);
    });
    return dueIn;
  }

  #apply(
    em: EntityManager,
    { target, progress: { dueIn, ...standing }, finding: { appliedId, isRemoved, drift } }: StepResult,
    now: DeploymentTarget | undefined,
  ): number | undefined {
    // What the cluster was told is so, whatever is wanted by now: it is not told again, but looked at.
    if (now && appliedId !== undefined) Object.assign(now, { appliedId, appliedAt: databaseNow() });
    // What was wanted meanwhile has its own time.
    if (!now || now.wantedId !== target.wantedId || now.state !== target.state) return undefined;
    if (isRemoved) {
      em.remove(now);
      return undefined;
    }
    Object.assign(now, standing, { dueAt: databaseTimeIn(dueIn) });
    if (drift) now.drift = drift.length > 0 ? drift : null;
    if (drift && drift.length > 0) now.driftedAt = databaseNow();
    return dueIn;
  }

  /** Nothing has come of the step that the deployment would have to know. */
  async #postpone(
    { id, state, wantedId }: DueTarget,
    { attempts, dueIn }: Pick<Progress, 'attempts' | 'dueIn'>,
  ): Promise<number | undefined> {
    const { numUpdatedRows } = await this.parts.database.reader
      .getKysely<DeploymentTables>()
      .updateTable('deployment_targets')
      .set({ attempts, due_at: timeIn(dueIn) })
      .where('id', '=', id)
      .where('state', '=', state)
      .where('wanted_id', 'is not distinct from', wantedId)
      .executeTakeFirst();
    return numUpdatedRows > 0 ? dueIn : undefined;
  }
}
