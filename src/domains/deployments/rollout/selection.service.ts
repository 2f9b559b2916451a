import { NOW } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import type { Reader } from '../../../kernel/context.js';
import type { EdgeTables } from '../../edge/index.js';
import { DeploymentTargetState as State, DeploymentType } from '../deployment.states.js';
import { TARGETS_DUE } from '../deployment.topics.js';
import type { DeploymentTables } from '../deployments.tables.js';
import type { RolloutService } from './rollout.service.js';

/** A label that chooses every cluster. */
const EVERYONE = ['', 'all'];

/** Keeps the targets of deployments those that their labels choose, while clusters come, go and change their labels. */
export class SelectionService {
  constructor(
    private readonly database: Database,
    private readonly rollouts: RolloutService,
  ) {}

  /** Clusters that a deployment chooses and is not in, or is in and does not choose, or that are gone. */
  async pending(): Promise<number[]> {
    const [differing, gone] = await Promise.all([this.#differing().execute(), this.#gone().execute()]);
    return [...new Set([...differing, ...gone].map(({ clusterId }) => clusterId))];
  }

  /** Puts right what is pending for one cluster, and tries what waits for it to answer. */
  async apply(clusterId: number): Promise<void> {
    const [differing, gone] = await Promise.all([
      this.#differing().where('c.id', '=', clusterId).execute(),
      this.#gone().where('t.cluster_id', '=', clusterId).execute(),
    ]);
    for (const { id } of differing) {
      await this.rollouts.locked(id, async (em, deployment) => {
        await this.rollouts.reselect(em, deployment);
        await this.rollouts.proceed(em, deployment);
      });
    }
    for (const { id } of gone) await this.#clear(id, clusterId);
    await this.#revive(clusterId);
  }

  /** Names of deployments that shall be in the cluster. */
  async namesIn(reader: Reader, clusterId: number): Promise<string[]> {
    const held = await reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployments as d')
      .innerJoin('deployment_targets as t', 't.deployment_id', 'd.id')
      .select('d.deploy_name as name')
      .where('t.holds_cluster_id', '=', clusterId)
      .orderBy('d.id')
      .execute();
    return held.map(({ name }) => name);
  }

  #tables() {
    return this.database.reader.getKysely<DeploymentTables & EdgeTables>();
  }

  #differing() {
    return this.#tables()
      .selectFrom('deployments as d')
      .innerJoin('clusters as c', (on) => on.onTrue())
      .leftJoin('deployment_targets as t', (on) =>
        on
          .onRef('t.deployment_id', '=', 'd.id')
          .onRef('t.cluster_id', '=', 'c.id')
          .on('t.state', '<>', State.REMOVING),
      )
      .select(['d.id', 'c.id as clusterId'])
      .where('d.is_living', '=', true)
      .where('d.change_type', '<>', DeploymentType.DELETE)
      .where((eb) => {
        const labelled = eb.exists(
          eb
            .selectFrom('cluster_labels as l')
            .select('l.name')
            .whereRef('l.cluster_id', '=', 'c.id')
            .whereRef('l.name', '=', 'd.cluster'),
        );
        const isChosen = eb.or([eb('d.cluster', 'in', EVERYONE), labelled]);
        return eb.or([
          eb.and([isChosen, eb('t.id', 'is', null)]),
          eb.and([eb.not(isChosen), eb('t.id', 'is not', null)]),
        ]);
      });
  }

  #gone() {
    return this.#tables()
      .selectFrom('deployment_targets as t')
      .leftJoin('clusters as c', 'c.id', 't.cluster_id')
      .select(['t.deployment_id as id', 't.cluster_id as clusterId'])
      .where('c.id', 'is', null);
  }

  async #clear(id: number, clusterId: number): Promise<void> {
    await this.rollouts.locked(id, async (em, deployment) => {
      await em
        .getKysely<DeploymentTables>()
        .deleteFrom('deployment_targets')
        .where('deployment_id', '=', id)
        .where('cluster_id', '=', clusterId)
        .execute();
      await this.rollouts.proceed(em, deployment);
    });
  }

  /** A cluster that answers again need not wait for the next try. */
  async #revive(clusterId: number): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const kysely = em.getKysely<DeploymentTables & EdgeTables>();
      // In the order of deployments, since whoever has locked one changes several of its targets.
      const waiting = kysely
        .selectFrom('deployment_targets as t')
        .innerJoin('clusters as c', 'c.id', 't.cluster_id')
        .select('t.id')
        .where('c.id', '=', clusterId)
        .where('c.was_ready', '=', true)
        .where('t.due_at', '>', NOW)
        .where((eb) =>
          eb.or([
            eb('t.state', '=', State.UNREACHABLE),
            eb.and([eb('t.state', '=', State.REMOVING), eb('t.attempts', '>', 0)]),
          ]),
        )
        .orderBy('t.deployment_id')
        .forUpdate('t');
      const woken = await kysely
        .updateTable('deployment_targets')
        .set({ due_at: NOW })
        .where('id', 'in', waiting)
        .returning('deployment_id as id')
        .execute();
      const [first] = woken;
      if (first) await this.database.notifications.publish(em, TARGETS_DUE, first);
    });
  }
}
