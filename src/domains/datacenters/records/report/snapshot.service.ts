import type { Reader } from '../../../../kernel/context.js';
import { RecordStatus } from '../record.entity.js';
import type { RecordTables } from '../records.tables.js';

/** When kinds of items were last read, and what the inventory was counted by then. */
export interface Snapshot {
  /** Null where nothing was ever read. */
  generation: number | null;
  readings: readonly { kind: string; readAt: Date }[];
  /** The last record before this one that came to its end. */
  previous: Previous | null;
}

interface Previous {
  name: string;
  createdAt: Date;
  generation: number;
  /** Whether all that has changed since is still told. */
  isKept: boolean;
}

/** Counts the runs that changed the inventory; null where none did. */
export async function generationOf(reader: Reader, dataCenterId: string): Promise<number | null> {
  const found = await reader
    .getKysely<RecordTables>()
    .selectFrom('inventories')
    .select('generation')
    .where('data_center_id', '=', dataCenterId)
    .executeTakeFirst();
  return found?.generation ?? null;
}

export async function snapshotOf(
  reader: Reader,
  { id, dataCenterId }: { id: string; dataCenterId: string },
): Promise<Snapshot> {
  const generation = await generationOf(reader, dataCenterId);
  const readings = await reader
    .getKysely<RecordTables>()
    .selectFrom('inventory_readings')
    .select(['kind', 'read_at'])
    .where('data_center_id', '=', dataCenterId)
    .orderBy('kind')
    .execute();
  return {
    generation,
    readings: readings.map(({ kind, read_at: readAt }) => ({ kind, readAt: new Date(readAt) })),
    previous: await previousOf(reader, dataCenterId, id),
  };
}

async function previousOf(reader: Reader, dataCenterId: string, id: string): Promise<Previous | null> {
  const tables = reader.getKysely<RecordTables>();
  const found = await tables
    .selectFrom('records')
    .select(['name', 'created_at', 'generation'])
    .where('data_center_id', '=', dataCenterId)
    .where('status', '=', RecordStatus.SUCCESSFUL)
    .where('id', '<>', id)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (!found) return null;
  const generation = found.generation ?? 0;
  // Changes go together with the generation that they made.
  const oldest = await tables
    .selectFrom('inventory_generations')
    .select(({ fn }) => fn.min('generation').as('generation'))
    .where('data_center_id', '=', dataCenterId)
    .executeTakeFirst();
  const isKept = (oldest?.generation ?? 0) <= generation + 1;
  return { name: found.name, createdAt: new Date(found.created_at), generation, isKept };
}
