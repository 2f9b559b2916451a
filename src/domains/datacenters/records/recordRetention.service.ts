import type { EntityManager } from '@mikro-orm/postgresql';
import { RecordStatus } from './record.entity.js';
import type { RecordTables } from './records.tables.js';

/** Bytes of all workbooks of one tenant: 512 MiB. */
const MOST_BYTES = 2 ** 29;

/** Keeps the latest records, `most` of them, of the tenant whose data center this record is of: a business, or a user without one. */
export async function removeOldRecords(em: EntityManager, id: string, most: number): Promise<void> {
  const tables = em.getKysely<RecordTables>();
  const ofTenant = tables
    .selectFrom('records as r')
    .innerJoin('data_centers as d', 'd.id', 'r.data_center_id')
    .innerJoin(
      tables
        .selectFrom('records')
        .innerJoin('data_centers', 'data_centers.id', 'records.data_center_id')
        .select(['business_id', 'owner_id'])
        .where('records.id', '=', id)
        .as('t'),
      (join) =>
        join.on((eb) =>
          eb.or([
            eb('d.business_id', '=', eb.ref('t.business_id')),
            eb.and([
              eb('d.business_id', 'is', null),
              eb('t.business_id', 'is', null),
              eb('d.owner_id', '=', eb.ref('t.owner_id')),
            ]),
          ]),
        ),
    )
    .where('r.status', '<>', RecordStatus.RUNNING)
    .select((eb) => {
      const latestFirst = eb.fn
        .agg<number>('row_number')
        .over((over) => over.orderBy('r.created_at', 'desc').orderBy('r.id', 'desc'));
      const bytes = eb.fn
        .sum<number>('r.size')
        .over((over) => over.orderBy('r.created_at', 'desc').orderBy('r.id', 'desc'));
      return ['r.id', latestFirst.as('place'), bytes.as('bytes')];
    })
    .as('ranked');
  const old = tables
    .selectFrom(ofTenant)
    .select('ranked.id')
    .where((eb) => eb.or([eb('ranked.place', '>', most), eb('ranked.bytes', '>', MOST_BYTES)]));
  await tables.deleteFrom('records').where('id', 'in', old).execute();
}
