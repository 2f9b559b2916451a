import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW, databaseNow, timeIn } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { rowsBy } from '../../database/rowsBy.js';
import type { Config } from '../../config/settings.js';
import { notFound } from '../../kernel/errors.js';
import type { DataCenter } from './dataCenter.entity.js';
import { TASKS_DUE } from './datacenters.topics.js';
import type { DataCenterTables } from './datacenters.tables.js';
import { Task, TaskKind } from './task.entity.js';

const SECOND = 1000;

export type Intervals = Pick<Config, 'CLOUD_STATIC_INTERVAL' | 'CLOUD_DYNAMIC_INTERVAL'>;

/** The key of a task. */
export const taskId = (dataCenterId: string, kind: TaskKind): string =>
  `${dataCenterId}:${kind.toLowerCase()}`;

const tasksIn = (em: EntityManager) => em.getKysely<DataCenterTables>().updateTable('data_center_tasks');

/** When tasks are due. */
export class ScheduleService {
  constructor(
    private readonly database: Database,
    private readonly intervals: Intervals,
  ) {}

  /** The tasks of a new data center, due at once. */
  async add(em: EntityManager, dataCenter: DataCenter): Promise<void> {
    const intervals = {
      [TaskKind.STATIC]: this.intervals.CLOUD_STATIC_INTERVAL,
      [TaskKind.DYNAMIC]: this.intervals.CLOUD_DYNAMIC_INTERVAL,
    };
    for (const kind of Object.values(TaskKind)) {
      const task = em.create(Task, {
        id: taskId(dataCenter.id, kind),
        dataCenter,
        dataCenterId: dataCenter.id,
        kind,
        interval: Math.round(intervals[kind] / SECOND),
        nextRunAt: null,
        askedAt: null,
        startedAt: null,
        endedAt: null,
      });
      task.nextRunAt = databaseNow();
      em.persist(task);
    }
    await em.flush();
    await this.#tell(em, dataCenter.id);
  }

  /** Those that are not paused are due at once. */
  async hasten(em: EntityManager, dataCenterId: string): Promise<void> {
    await tasksIn(em)
      .set({ next_run_at: NOW })
      .where('data_center_id', '=', dataCenterId)
      .where('next_run_at', 'is not', null)
      .execute();
    await this.#tell(em, dataCenterId);
  }

  /** They run once more, as soon as nothing else of the data center runs; paused ones too. */
  async ask(em: EntityManager, dataCenterId: string, kinds: readonly TaskKind[]): Promise<void> {
    await tasksIn(em)
      .set({ asked_at: NOW })
      .where('data_center_id', '=', dataCenterId)
      .where('kind', 'in', kinds)
      .execute();
    await this.#tell(em, dataCenterId);
  }

  /** It runs no more by itself; a run that is under way goes on. */
  async pause(em: EntityManager, id: string): Promise<void> {
    await tasksIn(em).set({ next_run_at: null }).where('id', '=', id).execute();
  }

  /** One that is paused is due an interval after its last run began. */
  async resume(em: EntityManager, id: string): Promise<void> {
    const task = await this.#locked(em, id);
    if (task.nextRunAt === null) await this.#plan(em, task, task.interval);
  }

  /** Counted from the beginning of the last run. */
  async setInterval(em: EntityManager, id: string, interval: number): Promise<void> {
    const task = await this.#locked(em, id);
    await tasksIn(em).set({ interval }).where('id', '=', id).execute();
    if (task.nextRunAt !== null) await this.#plan(em, task, interval);
  }

  async #locked(em: EntityManager, id: string): Promise<Task> {
    const [task] = await rowsBy(em, Task, 'id', [id], { lock: 'no key update' });
    if (!task) throw notFound('task', id);
    return task;
  }

  /** Due an interval after its last run began, at once where that is past. */
  async #plan(
    em: EntityManager,
    { id, dataCenterId, startedAt }: Pick<Task, 'id' | 'dataCenterId' | 'startedAt'>,
    interval: number,
  ): Promise<void> {
    const due = startedAt && new Date(startedAt.getTime() + interval * SECOND);
    await tasksIn(em)
      .set((eb) => ({
        next_run_at: due ? eb.fn<Date>('greatest', [eb.cast<Date>(eb.val(due), 'timestamptz'), NOW]) : NOW,
      }))
      .where('id', '=', id)
      .execute();
    await this.#tell(em, dataCenterId);
  }

  async #tell(em: EntityManager, dataCenterId: string): Promise<void> {
    await this.database.notifications.publish(em, TASKS_DUE, { dataCenterId });
  }
}

/** When a task that begins now is due again. */
export const nextRunOf = ({ interval, nextRunAt }: Pick<Task, 'interval' | 'nextRunAt'>) =>
  nextRunAt === null ? null : timeIn(interval * SECOND);
