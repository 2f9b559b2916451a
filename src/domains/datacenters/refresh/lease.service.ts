import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW, databaseNow, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { newHexId } from '../../../kernel/hexIds.js';
import { tenantKeyOf } from '../../../kernel/tenantKey.js';
import type { DataCenter } from '../dataCenter.entity.js';
import { CONNECTION } from '../dataCenter.rules.js';
import { TASKS_DUE, TASK_RUN_FINISHED } from '../datacenters.topics.js';
import type { DataCenterTables } from '../datacenters.tables.js';
import { nextRunOf } from '../schedule.service.js';
import type { TaskKind } from '../task.entity.js';
import { TaskRun, TaskRunStatus } from '../taskRun.entity.js';
import { removeOldRuns } from './retention.service.js';

/** What the cloud is reached by, as it was when the run began. */
type Reached = Pick<
  DataCenter,
  'lcmIp' | 'lcmUser' | 'lcmPwd' | 'openstackrcDir' | 'tlsCa' | 'hostKey' | 'mode'
>;

/** A run that has begun: this replica's until its lease runs out. */
export interface BegunRun extends Reached {
  id: string;
  dataCenterId: string;
  kind: TaskKind;
}

interface Center extends Reached, Pick<DataCenter, 'id' | 'name' | 'businessId' | 'ownerId' | 'runId'> {
  isLost: boolean;
}

interface Outcome {
  status: TaskRunStatus.SUCCESS | TaskRunStatus.FAILED;
  errorInfo?: string;
  /** Services that the cloud lacks. */
  missing?: readonly string[];
}

/** A run may not go on: another replica has taken its data center over, or it is gone. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

const LOST = 'the server that ran it went away; it runs again';
const CHANGED = 'the way to its cloud was changed while it was read; it runs again';

/** Which run reads a data center: one at a time, of whichever replica. */
export class LeaseService {
  constructor(
    private readonly database: Database,
    /** Milliseconds for which a run is its replica's unless renewed. */
    private readonly lease: number,
  ) {}

  /** Data centers for which something is to be done. */
  async pending(): Promise<string[]> {
    const found = await this.database.reader
      .getKysely<DataCenterTables>()
      .selectFrom('data_centers as d')
      .select('d.id')
      .where((eb) =>
        eb.or([
          eb('d.run_until', '<', NOW),
          eb.and([
            eb('d.run_id', 'is', null),
            eb.exists(
              eb
                .selectFrom('data_center_tasks as t')
                .select('t.id')
                .whereRef('t.data_center_id', '=', 'd.id')
                .where((due) => due.or([due('t.asked_at', 'is not', null), due('t.next_run_at', '<=', NOW)])),
            ),
          ]),
        ]),
      )
      .execute();
    return found.map(({ id }) => id);
  }

  /** By whom places are shared: its business, or its maker where it has none. Undefined for one that is gone. */
  async ownerOf(dataCenterId: string): Promise<string | undefined> {
    const found = await this.database.reader
      .getKysely<DataCenterTables>()
      .selectFrom('data_centers')
      .select(['business_id as businessId', 'owner_id as userId'])
      .where('id', '=', dataCenterId)
      .executeTakeFirst();
    return found && tenantKeyOf(found);
  }

  /** Tells every replica that something may be done for a data center. */
  async remind(dataCenterId: string): Promise<void> {
    await this.database.notifications.publish(this.database.fork(), TASKS_DUE, { dataCenterId });
  }

  /** Begins what is due, which no other run may be under way for; null where there is nothing to do. */
  async begin(dataCenterId: string): Promise<BegunRun | null> {
    return this.database.fork().transactional(async (em) => {
      const center = await this.#locked(em, dataCenterId);
      if (!center || (center.runId !== null && !center.isLost)) return null;
      if (center.runId !== null) await this.#again(em, center, center.runId, LOST);
      const task = await this.#due(em, dataCenterId);
      if (!task) return null;
      const id = newHexId();
      const { kind } = task;
      const run = em.create(TaskRun, {
        id,
        dataCenterId,
        dataCenterName: center.name,
        kind,
        status: TaskRunStatus.RUNNING,
        errorInfo: null,
        startedAt: new Date(),
        endedAt: null,
      });
      run.startedAt = databaseNow();
      await em.persist(run).flush();
      await this.#hold(em, dataCenterId, id);
      await em
        .getKysely<DataCenterTables>()
        .updateTable('data_center_tasks')
        .set({ asked_at: null, started_at: NOW, ended_at: null, next_run_at: nextRunOf(task) })
        .where('id', '=', task.id)
        .execute();
      const { lcmIp, lcmUser, lcmPwd, openstackrcDir, tlsCa, hostKey, mode } = center;
      return { id, dataCenterId, kind, lcmIp, lcmUser, lcmPwd, openstackrcDir, tlsCa, hostKey, mode };
    });
  }

  /** RunLost when the run is not this replica's any more. */
  async renew({ id, dataCenterId }: BegunRun): Promise<void> {
    const { numUpdatedRows } = await this.database
      .fork()
      .getKysely<DataCenterTables>()
      .updateTable('data_centers')
      .set({ run_until: timeIn(this.lease) })
      .where('id', '=', dataCenterId)
      .where('run_id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new RunLost('the run is not ours any more');
  }

  /** What `swap` writes is there together with the run's end, or nothing of either. RunLost when it is not ours any more. */
  async succeed(
    run: BegunRun,
    { hostKey, missing }: { hostKey: string; missing: readonly string[] },
    swap: (em: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const center = await this.#own(em, run);
      // A key that was forgotten meanwhile is not pinned again, nor one beside that which was pinned meanwhile.
      const isOtherKey = center.hostKey === null ? run.hostKey !== null : center.hostKey !== hostKey;
      if (isOtherKey || CONNECTION.some((field) => center[field] !== run[field])) {
        await this.#again(em, center, run.id, CHANGED);
        return;
      }
      await swap(em);
      if (center.hostKey === null)
        await em
          .getKysely<DataCenterTables>()
          .updateTable('data_centers')
          .set({ host_key: hostKey })
          .where('id', '=', center.id)
          .execute();
      await this.#close(em, center, run.id, { status: TaskRunStatus.SUCCESS, missing });
    });
  }

  /** RunLost when it is not ours any more. */
  async fail(run: BegunRun, errorInfo: string, missing: readonly string[]): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const center = await this.#own(em, run);
      await this.#close(em, center, run.id, { status: TaskRunStatus.FAILED, errorInfo, missing });
    });
  }

  /** It was stopped before its end, and runs again at once. */
  async giveUp(run: BegunRun, errorInfo: string): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      await this.#again(em, await this.#own(em, run), run.id, errorInfo);
    });
  }

  /** Ends the run that is under way, if one is, in the transaction in which the data center goes. */
  async end(em: EntityManager, center: DataCenter, errorInfo: string): Promise<void> {
    if (center.runId !== null)
      await this.#close(em, center, center.runId, { status: TaskRunStatus.FAILED, errorInfo });
  }

  async #locked(em: EntityManager, id: string): Promise<Center | undefined> {
    return em
      .getKysely<DataCenterTables>()
      .selectFrom('data_centers')
      .select((eb) => [
        'id',
        'name',
        'mode',
        'business_id as businessId',
        'owner_id as ownerId',
        'lcm_ip as lcmIp',
        'lcm_user as lcmUser',
        'lcm_pwd as lcmPwd',
        'openstackrc_dir as openstackrcDir',
        'tls_ca as tlsCa',
        'host_key as hostKey',
        'run_id as runId',
        eb('run_until', '<', NOW).$castTo<boolean>().as('isLost'),
      ])
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
  }

  async #own(em: EntityManager, { id, dataCenterId }: BegunRun): Promise<Center> {
    const center = await this.#locked(em, dataCenterId);
    if (center?.runId !== id) throw new RunLost('the run is not ours any more');
    return center;
  }

  async #due(em: EntityManager, dataCenterId: string) {
    return (
      em
        .getKysely<DataCenterTables>()
        .selectFrom('data_center_tasks')
        .select(['id', 'kind', 'interval', 'next_run_at as nextRunAt'])
        .where('data_center_id', '=', dataCenterId)
        .where((eb) => eb.or([eb('asked_at', 'is not', null), eb('next_run_at', '<=', NOW)]))
        .orderBy('started_at', (order) => order.asc().nullsFirst())
        // What rarely changes is read before what refers to it.
        .orderBy('kind', 'desc')
        .limit(1)
        .forNoKeyUpdate()
        .executeTakeFirst()
    );
  }

  async #hold(em: EntityManager, dataCenterId: string, runId: string): Promise<void> {
    await em
      .getKysely<DataCenterTables>()
      .updateTable('data_centers')
      .set({ run_id: runId, run_until: timeIn(this.lease) })
      .where('id', '=', dataCenterId)
      .execute();
  }

  /** Ends a run that came to no end of its own, whose task is to run once more. */
  async #again(em: EntityManager, center: Center, runId: string, errorInfo: string): Promise<void> {
    const kind = await this.#close(em, center, runId, { status: TaskRunStatus.FAILED, errorInfo });
    if (kind === undefined) return;
    await em
      .getKysely<DataCenterTables>()
      .updateTable('data_center_tasks')
      .set({ asked_at: NOW })
      .where('data_center_id', '=', center.id)
      .where('kind', '=', kind)
      .execute();
    await this.database.notifications.publish(em, TASKS_DUE, { dataCenterId: center.id });
  }

  async #close(
    em: EntityManager,
    { id: dataCenterId, businessId, ownerId }: Pick<Center, 'id' | 'businessId' | 'ownerId'>,
    id: string,
    { status, errorInfo, missing = [] }: Outcome,
  ): Promise<TaskKind | undefined> {
    const run = await em.findOne(TaskRun, { id });
    const tables = em.getKysely<DataCenterTables>();
    if (run) {
      em.assign(run, { status, errorInfo: errorInfo ?? null, missing: [...missing] });
      run.endedAt = databaseNow();
      await em.flush();
      await tables
        .updateTable('data_center_tasks')
        .set({ ended_at: NOW })
        .where('data_center_id', '=', dataCenterId)
        .where('kind', '=', run.kind)
        .execute();
    }
    await tables
      .updateTable('data_centers')
      .set({ run_id: null, run_until: null })
      .where('id', '=', dataCenterId)
      .execute();
    await removeOldRuns(em, dataCenterId);
    const end = { id, dataCenterId, businessId, ownerId };
    await this.database.notifications.publish(em, TASK_RUN_FINISHED, end);
    return run?.kind;
  }
}
