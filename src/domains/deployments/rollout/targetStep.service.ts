import type { EntityManager } from '@mikro-orm/postgresql';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { NOW, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { DomainError, isUnavailable } from '../../../kernel/errors.js';
import type { Logger } from '../../../log/logger.js';
import {
  type ClusterAccess,
  type ClusterClient,
  type KubernetesObject,
  type WorkloadOwner,
  withDeadline,
} from '../../edge/index.js';
import { DeploymentType, DriftMode, DeploymentTargetState as State } from '../deployment.states.js';
import { DeploymentAudit } from '../deploymentAudit.entity.js';
import type { DeploymentTables } from '../deployments.tables.js';
import type { WorkloadChange } from '../objectChange.js';
import type { DueTimers } from './dueTimers.js';
import type { DueTarget, Finding, FindingService } from './finding.service.js';
import { type ObjectsService, type Wanted, ownerOf } from './objects.service.js';
import { Silences } from './silences.js';
import { problemOf } from './problem.js';
import type { Observation, RolloutPace } from './progress.js';

interface StepParts {
  database: Database;
  access: ClusterAccess;
  objects: ObjectsService;
  findings: FindingService;
  timers: DueTimers;
  logger: Logger;
}

/** Calls at once that may take long, so that most places are for clusters that answer. */
const LONG_CALLS = 5;
/** Charts that are installed at once, for the same reason. */
const CHARTS = 5;

/** Others hold all the places that there are for such a step. */
class OutOfTurn extends Error {
  /** When it is tried again, in milliseconds. */
  constructor(readonly dueIn: number) {
    super();
  }
}

/** How long a step waits for the cluster's first answer and for each that follows, in milliseconds. */
interface Patience {
  first: number;
  each: number;
}

/** Asks the cluster one question, within a limit: that of the step where none is told. */
type Call = <T>(
  question: (client: ClusterClient, signal: AbortSignal) => Promise<T>,
  patience?: number,
) => Promise<T>;

/** Whether a cluster is away, busy, or does not know us at present, as against one that refuses what it shall run. */
function isAway({ code, details }: DomainError): boolean {
  if (code !== 'UPSTREAM_ERROR') return code.startsWith('UPSTREAM_') || code === 'ADDRESS_DENIED';
  const status = details.upstream?.status ?? 500;
  return status >= 500 || [401, 408, 429].includes(status);
}

/** What runs goes on without what it was made of. */
function nullWhereGone(error: unknown): null {
  if (error instanceof DomainError && error.code === 'CONFLICT') return null;
  throw error;
}

/** Steps of rollouts: each tells one cluster what shall run, or looks at what does. */
export class TargetStepService {
  readonly #longCalls = bulkhead(LONG_CALLS);
  readonly #charts = bulkhead(CHARTS);
  readonly #silences = new Silences();

  constructor(
    private readonly parts: StepParts,
    private readonly pace: RolloutPace,
  ) {}

  /** Targets that are due. */
  async pending(): Promise<number[]> {
    const due = await this.parts.database.reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployment_targets')
      .select('id')
      .where('due_at', '<=', NOW)
      .orderBy('due_at')
      .execute();
    return due.map(({ id }) => id);
  }

  /** Does whatever is due for the target now. */
  async run(id: number, signal: AbortSignal): Promise<void> {
    for (let target = await this.#due(id); target; target = await this.#due(id)) {
      const finding = await this.#try(target, signal);
      const isOutOfTurn = finding instanceof OutOfTurn;
      const dueIn = isOutOfTurn ? finding.dueIn : await this.parts.findings.record(target, finding);
      if (dueIn !== undefined) {
        this.parts.timers.set(String(id), dueIn);
        return;
      }
    }
  }

  async #due(id: number): Promise<DueTarget | undefined> {
    return this.parts.database.reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployment_targets as t')
      .innerJoin('deployments as d', 'd.id', 't.deployment_id')
      .select((eb) => [
        't.id',
        't.deployment_id as deploymentId',
        't.cluster_id as clusterId',
        't.state',
        't.running',
        't.error',
        't.total',
        't.message',
        't.problem',
        't.attempts',
        't.wanted_id as wantedId',
        't.applied_id as appliedId',
        eb(eb.fn.coalesce('t.applied_at', NOW), '<', timeIn(-this.pace.deadline)).as('isOverdue'),
        'd.business_id as businessId',
        'd.deploy_name as deployName',
        'd.node_label as nodeLabel',
        'd.drift',
      ])
      .where('t.id', '=', id)
      .where('t.due_at', '<=', NOW)
      .executeTakeFirst() as Promise<DueTarget | undefined>;
  }

  /** Whatever goes wrong is a finding, unless it is for another replica to try, or not the target's turn. */
  async #try(target: DueTarget, signal: AbortSignal): Promise<Finding | OutOfTurn> {
    try {
      return await this.#withPatience(target, async (patience) =>
        this.#silences.heed(target.clusterId, async () => this.#act(target, patience, signal)),
      );
    } catch (error) {
      if (signal.aborted || isUnavailable(error)) throw error;
      if (error instanceof OutOfTurn) return error;
      if (error instanceof DomainError) {
        const { message, details } = error;
        const what = { message, problem: problemOf(error) };
        if (!isAway(error)) return { observation: { kind: 'refused', ...what } };
        return { observation: { kind: 'away', ...what, retryAfter: details.retryAfter } };
      }
      this.parts.logger.error({ err: error, target: target.id }, 'a step of a deployment failed');
      return { observation: { kind: 'defect', message: 'internal error' } };
    }
  }

  /**
   * A cluster that did not answer in time may take longer the next time, as long as few do; otherwise it waits, and those that
   * answered go on without it.
   */
  async #withPatience<T>(
    { state, attempts }: DueTarget,
    work: (patience: Patience) => Promise<T>,
  ): Promise<T> {
    const { patience, firstPatience, longPatience, firstRetry } = this.pace;
    const short = { first: firstPatience, each: patience };
    if (attempts === 0) return work(short);
    try {
      return await this.#longCalls.execute(async () => work({ first: longPatience, each: longPatience }));
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      if (state === State.DEPLOYING) return work(short);
      throw new OutOfTurn(firstRetry);
    }
  }

  async #act(target: DueTarget, { first, each }: Patience, signal: AbortSignal): Promise<Finding> {
    const em = this.parts.database.fork();
    const { deploymentId, businessId, deployName, nodeLabel, drift } = target;
    const deployment = { id: deploymentId, businessId, deployName, nodeLabel, drift };
    const owner = ownerOf(deployment);
    let finding: Finding | undefined;
    await this.parts.access.workAgain(target.clusterId, async (client) => {
      const call: Call = async (question, most = each) =>
        withDeadline(signal, async (limit) => question(client, limit), most);
      // One that does not answer at all leaves its place to others soon.
      await call(async ({ identify }, limit) => identify(limit), first);
      finding = await this.#ask(em, deployment, owner, target, call);
    });
    // The cluster is known no more.
    return finding ?? { observation: { kind: 'away', message: 'the cluster is gone' } };
  }

  async #ask(
    em: EntityManager,
    deployment: Wanted['deployment'] & Pick<DueTarget, 'drift'>,
    owner: WorkloadOwner,
    target: DueTarget,
    call: Call,
  ): Promise<Finding> {
    const { state, wantedId, appliedId } = target;
    const look = async (): Promise<Observation> => ({
      kind: 'seen',
      state: await call(async (client, limit) => client.stateOf(owner, limit)),
    });
    const apply = async (objects: KubernetesObject[], options: Parameters<ClusterClient['apply']>[2]) =>
      this.#withChart(em, target, async (patience) =>
        call(async (client, limit) => client.apply(owner, objects, options, limit), patience),
      );
    if (state === State.REMOVING) {
      await apply([], { dryRun: false });
      return { observation: { kind: 'seen', state: null }, isRemoved: true };
    }
    const isToBeChecked = state !== State.APPLYING && state !== State.DEPLOYING;
    if (wantedId === null || (wantedId === appliedId && !isToBeChecked)) return { observation: await look() };
    const change = await em.findOneOrFail(DeploymentAudit, wantedId);
    const { spec, chartDigest, deployType } = change;
    if (!spec) throw new TypeError(`the change ${wantedId} runs nothing`);
    const made = this.parts.objects.of(em, { deployment, spec, chartDigest });
    if (wantedId !== appliedId) {
      await apply(await made, { dryRun: false, isFirst: deployType === DeploymentType.NEW });
      await this.#recordApplied(target, wantedId);
      return { observation: { kind: 'applied' } };
    }
    const objects = await made.catch(nullWhereGone);
    if (!objects) return { observation: await look() };
    const changes = (await apply(objects, { dryRun: true })) as WorkloadChange[];
    const drift = changes.filter(({ change: kind }) => kind !== 'UNCHANGED');
    if (drift.length > 0 && deployment.drift === DriftMode.CORRECT) await apply(objects, { dryRun: false });
    return { observation: await look(), drift };
  }

  /** A chart is installed, and removed, for as long as its hooks take: whoever breaks that off begins again. */
  async #withChart<T>(
    em: EntityManager,
    { wantedId, appliedId }: DueTarget,
    work: (patience: number | undefined) => Promise<T>,
  ): Promise<T> {
    const ids = [wantedId, appliedId].filter((id) => id !== null);
    // What is known of them already is not read again.
    const changes = await Promise.all(ids.map(async (id) => em.findOne(DeploymentAudit, id)));
    if (!changes.some((change) => change?.spec?.hasChart)) return work(undefined);
    try {
      return await this.#charts.execute(async () => work(this.pace.chartPatience));
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? new OutOfTurn(this.pace.lastLook) : error;
    }
  }

  /** What the cluster was told is so, whatever is wanted by now. From here on it is not told again, but looked at. */
  async #recordApplied({ id }: DueTarget, changeId: number): Promise<void> {
    await this.parts.database.reader
      .getKysely<DeploymentTables>()
      .updateTable('deployment_targets')
      .set({ applied_id: changeId, applied_at: NOW })
      .where('id', '=', id)
      .execute();
  }
}
