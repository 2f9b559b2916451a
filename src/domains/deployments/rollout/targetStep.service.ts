import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { setTimeout } from 'node:timers/promises';
import { DomainError, isUnavailable } from '../../../kernel/errors.js';
import type { Logger } from '../../../log/logger.js';
import {
  type ClusterAccess,
  type ClusterClient,
  type KubernetesObject,
  withDeadline,
} from '../../edge/index.js';
import { DeploymentType, DriftMode, DeploymentTargetState as State } from '../deployment.states.js';
import type { WorkloadChange } from '../objectChange.js';
import type { DueTimers } from './dueTimers.js';
import type { DueService, DueTarget } from './due.service.js';
import type { Finding, FindingService } from './finding.service.js';
import { ownerOf } from './objects.service.js';
import { Silences } from './silences.js';
import { problemOf } from './problem.js';
import { type Observation, type RolloutPace, patienceOf } from './progress.js';

interface StepParts {
  access: ClusterAccess;
  due: DueService;
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

type Question<T> = (client: ClusterClient, signal: AbortSignal) => Promise<T>;

/** Asks the cluster one question, within a limit: that of the step where none is told. */
type Call = <T>(question: Question<T>, patience?: number) => Promise<T>;

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
    return this.parts.due.pending();
  }

  /** Does whatever is due for the target now. */
  async run(id: number, signal: AbortSignal): Promise<void> {
    const { due } = this.parts;
    for (let target = await due.find(id); target; target = await due.find(id)) {
      const finding = await this.#try(target, signal);
      const isOutOfTurn = finding instanceof OutOfTurn;
      const dueIn = isOutOfTurn ? finding.dueIn : await this.parts.findings.record(target, finding);
      if (dueIn !== undefined) {
        this.parts.timers.set(String(id), dueIn);
        return;
      }
    }
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
   * A cluster that did not answer in time may take longer each time, as long as few do; otherwise it waits, and those that
   * answered go on without it.
   */
  async #withPatience<T>(target: DueTarget, work: (patience: Patience) => Promise<T>): Promise<T> {
    const { state, attempts } = target;
    const { firstPatience, patience, longPatience, firstRetry } = this.pace;
    const short = { first: firstPatience, each: patience };
    if (attempts === 0 || state === State.FAILED) return work(short);
    const isLook = state === State.DEPLOYING;
    const growing = (most: number) => (isLook ? longPatience : patienceOf(most, attempts, this.pace));
    const longer = { first: growing(firstPatience), each: growing(patience) };
    try {
      return await this.#longCalls.execute(async () => work(longer));
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      if (isLook) return work(short);
      throw new OutOfTurn(firstRetry);
    }
  }

  async #act(target: DueTarget, { first, each }: Patience, signal: AbortSignal): Promise<Finding> {
    let finding: Finding | undefined;
    await this.parts.access.workAgain(target.clusterId, async (client) => {
      const call: Call = async (question, most = each) =>
        withDeadline(signal, async (limit) => question(client, limit), most);
      // One that does not answer at all leaves its place to others soon.
      await call(async ({ identify }, limit) => identify(limit), first);
      finding = await this.#ask(target, call);
    });
    // The cluster is known no more.
    return finding ?? { observation: { kind: 'away', message: 'the cluster is gone' } };
  }

  async #ask(target: DueTarget, call: Call): Promise<Finding> {
    const { deploymentId, businessId, state, wantedId, appliedId, drift: mode } = target;
    const owner = ownerOf({ id: deploymentId, businessId });
    const look = async (): Promise<Observation> => ({
      kind: 'seen',
      state: await call(async (client, limit) => client.stateOf(owner, limit)),
    });
    const apply = async (
      objects: readonly KubernetesObject[],
      options: Parameters<ClusterClient['apply']>[2],
    ) => this.#apply(target, call, async (client, limit) => client.apply(owner, objects, options, limit));
    if (state === State.REMOVING) {
      await apply([], { dryRun: false });
      return { observation: { kind: 'seen', state: null }, isRemoved: true };
    }
    const isToBeChecked = state !== State.APPLYING && state !== State.DEPLOYING;
    if (wantedId === null || (wantedId === appliedId && !isToBeChecked)) return { observation: await look() };
    if (wantedId !== appliedId) {
      const { objects, deployType } = await this.parts.due.wantedOf(target, wantedId);
      await apply(objects, { dryRun: false, isFirst: deployType === DeploymentType.NEW });
      return { observation: { kind: 'applied' }, appliedId: wantedId };
    }
    const made = await this.parts.due.wantedOf(target, wantedId).catch(nullWhereGone);
    if (!made) return { observation: await look() };
    const changes = (await apply(made.objects, { dryRun: true })) as WorkloadChange[];
    const drift = changes.filter(({ change: kind }) => kind !== 'UNCHANGED');
    if (drift.length > 0 && mode === DriftMode.CORRECT) await apply(made.objects, { dryRun: false });
    return { observation: await look(), drift };
  }

  /** A chart is installed, and removed, for as long as its hooks take: whoever breaks that off begins again. */
  async #apply<T>(target: DueTarget, call: Call, apply: Question<T>): Promise<T> {
    if (!(await this.parts.due.hasChart(target))) return call(apply);
    const watched: Question<T> = async (client, limit) =>
      Promise.race([apply(client, limit), this.#silence(client, limit)]);
    try {
      return await this.#charts.execute(async () => call(watched, this.pace.chartPatience));
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? new OutOfTurn(this.pace.lastLook) : error;
    }
  }

  /** Fails once the cluster does not answer any more. */
  async #silence(client: ClusterClient, signal: AbortSignal): Promise<never> {
    const { longPatience } = this.pace;
    for (;;) {
      await setTimeout(longPatience, undefined, { signal });
      await withDeadline(signal, async (limit) => client.identify(limit), longPatience);
    }
  }
}
