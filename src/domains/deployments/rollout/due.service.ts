import { LRUCache } from 'lru-cache';
import { NOW, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { oneOf } from '../../../database/rows.js';
import { Batched } from '../../../kernel/batched.js';
import type { KubernetesObject } from '../../edge/index.js';
import type { Deployment } from '../deployment.entity.js';
import { DeploymentAudit } from '../deploymentAudit.entity.js';
import type { DeploymentTables } from '../deployments.tables.js';
import type { ObjectsService } from './objects.service.js';
import type { RolloutPace, Standing } from './progress.js';

/** A target that is due, as it stands, and what is needed of its deployment. */
export interface DueTarget
  extends Standing, Pick<Deployment, 'businessId' | 'deployName' | 'nodeLabel' | 'drift'> {
  id: number;
  deploymentId: number;
  clusterId: number;
  wantedId: number | null;
  appliedId: number | null;
  isOverdue: boolean;
}

/** What a change runs; it stays as it was asked for. */
type Change = Pick<DeploymentAudit, 'spec' | 'chartDigest' | 'deployType'>;

/** Changes that are kept in memory: more than are under way at once as a rule. */
const MOST_CHANGES = 100;

/** What a change makes of a deployment. */
interface Made extends Pick<DeploymentAudit, 'deployType'> {
  objects: readonly KubernetesObject[];
}

/** What steps are about. Many clusters are told of one change at a time, and what they need is read and made together. */
export class DueService {
  readonly #due = new Batched<'all', number, DueTarget | undefined>(async (_all, ids) => this.#readAll(ids));
  readonly #changes = new LRUCache<number, Change>({
    max: MOST_CHANGES,
    // What has no place in memory is read all the same.
    ignoreFetchAbort: true,
    fetchMethod: async (id) => this.#readChange(id),
  });
  readonly #made = new Batched<number, DueTarget, Made>(async (changeId, targets) => {
    const [first] = targets;
    const made = first && (await this.#make(changeId, first));
    return targets.flatMap(() => made ?? []);
  });

  constructor(
    private readonly database: Database,
    private readonly objects: ObjectsService,
    private readonly pace: RolloutPace,
  ) {}

  async pending(): Promise<number[]> {
    const due = await this.database.reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployment_targets')
      .select('id')
      .where('due_at', '<=', NOW)
      .orderBy('due_at')
      .execute();
    return due.map(({ id }) => id);
  }

  /** The target, if something is due for it now. */
  async find(id: number): Promise<DueTarget | undefined> {
    return this.#due.add('all', id);
  }

  /** What its cluster is to be told of a change. Failures as of ObjectsService. */
  async wantedOf(target: DueTarget, changeId: number): Promise<Made> {
    return this.#made.add(changeId, target);
  }

  /** Whether a chart is, or was, to run there. */
  async hasChart({ wantedId, appliedId }: DueTarget): Promise<boolean> {
    const ids = [...new Set([wantedId, appliedId])].filter((id) => id !== null);
    const changes = await Promise.all(ids.map(async (id) => this.#changes.fetch(id)));
    return changes.some((change) => change?.spec?.hasChart);
  }

  async #readAll(ids: readonly number[]): Promise<(DueTarget | undefined)[]> {
    const rows: DueTarget[] = await this.database.reader
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
        eb(eb.fn.coalesce('t.applied_at', NOW), '<', timeIn(-this.pace.deadline))
          .$castTo<boolean>()
          .as('isOverdue'),
        'd.business_id as businessId',
        'd.deploy_name as deployName',
        'd.node_label as nodeLabel',
        'd.drift',
      ])
      .where('t.id', '=', oneOf(ids, 'int'))
      .where('t.due_at', '<=', NOW)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
  }

  async #readChange(id: number): Promise<Change | undefined> {
    const change = await this.database.fork().findOne(DeploymentAudit, id);
    if (!change) return undefined;
    const { spec, chartDigest, deployType } = change;
    return { spec, chartDigest, deployType };
  }

  async #make(changeId: number, target: DueTarget): Promise<Made> {
    const change = await this.#changes.fetch(changeId);
    if (!change?.spec) throw new TypeError(`the change ${changeId} runs nothing`);
    const { spec, chartDigest, deployType } = change;
    const { deploymentId: id, businessId, deployName, nodeLabel } = target;
    const deployment = { id, businessId, deployName, nodeLabel };
    const objects = await this.objects.of(this.database.fork(), { deployment, spec, chartDigest });
    return { objects, deployType };
  }
}
