import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { newHexId } from '../../../kernel/hexIds.js';
import { RecordStatus } from './record.entity.js';
import { removeOldRecords } from './recordRetention.service.js';
import type { RecordTables } from './records.tables.js';
import { RECORD_DUE, RECORD_UPDATED } from './records.topics.js';
import type { ReportSubject } from './report/report.service.js';

/** A record that is being made: this replica's until its lease runs out. */
export interface BegunRecord extends ReportSubject {
  processId: string;
}

type Key = Pick<BegunRecord, 'id' | 'processId'>;

/** A record may not be made any further: another replica makes it, or it is gone. */
export class RecordLost extends Error {
  override readonly name = 'RecordLost';

  constructor() {
    super('the record is not ours any more');
  }
}

/** How often one is begun at most, since what it takes may be more than a server has. */
const MOST_ATTEMPTS = 3;
const ABANDONED = `the server that made it, or its database, went away ${MOST_ATTEMPTS} times`;

type End =
  | { status: RecordStatus.FAILED; traceback: string }
  | {
      status: RecordStatus.SUCCESSFUL;
      size: number;
      generation: number | null;
      inventory_read_at: Date | null;
    };

/** Which replica makes a record. */
export class RecordLeaseService {
  constructor(
    private readonly database: Database,
    /** Milliseconds for which a record is its replica's unless renewed. */
    readonly lease: number,
    /** Records of one tenant that are kept. */
    private readonly most: number,
  ) {}

  /** Records that nobody makes. */
  async pending(): Promise<string[]> {
    const found = await this.database.reader
      .getKysely<RecordTables>()
      .selectFrom('records')
      .select('id')
      .where('status', '=', RecordStatus.RUNNING)
      .where((eb) => eb.or([eb('held_until', 'is', null), eb('held_until', '<', NOW)]))
      .execute();
    return found.map(({ id }) => id);
  }

  /** Null where there is nothing to make. */
  async begin(id: string): Promise<BegunRecord | null> {
    return this.database.fork().transactional(async (em) => {
      const tables = em.getKysely<RecordTables>();
      const record = await tables
        .selectFrom('records')
        .select((eb) => [
          'data_center_id as dataCenterId',
          'name',
          'created_at as createdAt',
          'data_center_name as dataCenterName',
          'system_name as systemName',
          'cee_version as ceeVersion',
          'lcm_ip as lcmIp',
          'attempts',
          eb.or([eb('held_until', 'is', null), eb('held_until', '<', NOW)]).as('isFree'),
        ])
        .where('id', '=', id)
        .where('status', '=', RecordStatus.RUNNING)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!record?.isFree) return null;
      const { attempts, isFree: _isFree, ...subject } = record;
      if (attempts >= MOST_ATTEMPTS) {
        await this.#end(em, id, { status: RecordStatus.FAILED, traceback: ABANDONED });
        return null;
      }
      const processId = newHexId();
      await tables
        .updateTable('records')
        .set({
          process_id: processId,
          attempts: attempts + 1,
          held_until: timeIn(this.lease),
          updated_at: NOW,
        })
        .where('id', '=', id)
        .execute();
      return { ...subject, createdAt: new Date(subject.createdAt), id, processId };
    });
  }

  /** Tells of the progress too, in percent. RecordLost when it is not this replica's any more. */
  async renew({ id, processId }: Key, progress: number): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const { numUpdatedRows } = await em
        .getKysely<RecordTables>()
        .updateTable('records')
        .set({ progress, held_until: timeIn(this.lease), updated_at: NOW })
        .where('id', '=', id)
        .where('process_id', '=', processId)
        .where('status', '=', RecordStatus.RUNNING)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new RecordLost();
      await this.tell(em, id);
    });
  }

  /** RecordLost when it is not this replica's any more. */
  async succeed(
    record: Key,
    { size, generation, readAt }: { size: number; generation: number | null; readAt: Date | null },
  ): Promise<void> {
    const end = { status: RecordStatus.SUCCESSFUL as const, size, generation, inventory_read_at: readAt };
    await this.#own(record, async (em) => this.#end(em, record.id, end));
  }

  /** RecordLost when it is not this replica's any more. */
  async fail(record: Key, traceback: string): Promise<void> {
    await this.#own(record, async (em) =>
      this.#end(em, record.id, { status: RecordStatus.FAILED, traceback }),
    );
  }

  /** It was stopped before its end, and is made by another replica, or by this one when it is back. */
  async giveUp(record: Key): Promise<void> {
    await this.#own(record, async (em) => {
      await em
        .getKysely<RecordTables>()
        .updateTable('records')
        .set((eb) => ({ held_until: null, attempts: eb('attempts', '-', 1), updated_at: NOW }))
        .where('id', '=', record.id)
        .execute();
      await this.database.notifications.publish(em, RECORD_DUE, { id: record.id });
    });
  }

  /** Tells subscribers of a change, in the transaction in which it is made. */
  async tell(em: EntityManager, id: string): Promise<void> {
    const owner = await em
      .getKysely<RecordTables>()
      .selectFrom('records as r')
      .innerJoin('data_centers as d', 'd.id', 'r.data_center_id')
      .select(['d.business_id as businessId', 'd.owner_id as ownerId'])
      .where('r.id', '=', id)
      .executeTakeFirst();
    if (owner) await this.database.notifications.publish(em, RECORD_UPDATED, { id, ...owner });
  }

  async #own({ id, processId }: Key, change: (em: EntityManager) => Promise<void>): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const found = await em
        .getKysely<RecordTables>()
        .selectFrom('records')
        .select('id')
        .where('id', '=', id)
        .where('process_id', '=', processId)
        .where('status', '=', RecordStatus.RUNNING)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!found) throw new RecordLost();
      await change(em);
    });
  }

  async #end(em: EntityManager, id: string, end: End): Promise<void> {
    const tables = em.getKysely<RecordTables>();
    if (end.status === RecordStatus.FAILED)
      await tables.deleteFrom('record_chunks').where('record_id', '=', id).execute();
    await tables
      .updateTable('records')
      .set({
        ...end,
        ...(end.status === RecordStatus.SUCCESSFUL && { progress: 100 }),
        held_until: null,
        ended_at: NOW,
        updated_at: NOW,
      })
      .where('id', '=', id)
      .execute();
    await removeOldRecords(em, id, this.most);
    await this.tell(em, id);
  }
}
