import { type EntityManager, type EntityMetadata, ReferenceKind } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { NOW } from '../../../../database/clock.js';
import { rowsOf } from '../../../../database/rows.js';
import type { CloudKind } from '../../cloud.port.js';
import type { InventoryTables } from '../inventory.tables.js';
import { forgetChanges, recordChanges } from './changeRecord.service.js';
import { KINDS } from './kinds.js';
import { keepHosts, keepLinks, keepVirtualMachineCounts } from './derivedRows.service.js';
import { superseded } from './superseded.js';

/** Rows in one statement, which is to end long before the connection gives it up. */
const BATCH = 2000;

/** Columns that follow from other rows. */
const DERIVED: ReadonlySet<string> = new Set(['virtualMachineCount']);

interface Run {
  dataCenterId: string;
  runId: string;
}

/** What a run has staged takes the place of what is stored, in the transaction that is open. */
export async function swapIn(em: EntityManager, run: Run, kinds: ReadonlySet<CloudKind>): Promise<void> {
  const { dataCenterId, runId } = run;
  const kysely = em.getKysely<InventoryTables>();
  const begun = await kysely
    .selectFrom('inventories')
    .select('generation')
    .where('data_center_id', '=', dataCenterId)
    .where('run_id', '=', runId)
    .forUpdate()
    .executeTakeFirst();
  if (!begun) throw superseded();
  const generation = begun.generation + 1;
  if (kinds.has('servers')) await recordChanges(em, dataCenterId, generation);
  const changed = new Set<CloudKind>();
  for (const kind of kinds) if (await write(em, dataCenterId, kind)) changed.add(kind);
  if (changed.has('servers')) await keepLinks(em, dataCenterId);
  if (changed.has('servers')) await keepVirtualMachineCounts(em, dataCenterId);
  if (changed.has('servers') || changed.has('hosts') || changed.has('aggregates'))
    await keepHosts(em, dataCenterId);

  const now = NOW;
  const readings = [...kinds].map((kind) => ({ data_center_id: dataCenterId, kind, read_at: now }));
  if (readings.length > 0) {
    await kysely
      .insertInto('inventory_readings')
      .values(readings)
      .onConflict((conflict) => conflict.columns(['data_center_id', 'kind']).doUpdateSet({ read_at: now }))
      .execute();
  }
  await kysely
    .insertInto('inventory_generations')
    .values({ data_center_id: dataCenterId, generation, run_id: runId, taken_at: now })
    .execute();
  await kysely
    .updateTable('inventories')
    .set({ generation, run_id: null })
    .where('data_center_id', '=', dataCenterId)
    .execute();
  await kysely.deleteFrom('inventory_staged').where('data_center_id', '=', dataCenterId).execute();
  await forgetChanges(em, dataCenterId);
}

/** Whether anything differed. */
async function write(em: EntityManager, dataCenterId: string, kind: CloudKind): Promise<boolean> {
  const meta: EntityMetadata = em.getMetadata(KINDS[kind].entity as new () => object);
  const gone = await removeStaged(em, dataCenterId, kind, meta);
  let last = '';
  let written = 0;
  for (;;) {
    const batch = await writeBatch(em, { dataCenterId, kind, after: last }, meta);
    if (batch === null) return written + gone > 0;
    written += 1;
    last = batch;
  }
}

/** The key of the last one; null when none is left. SQL, since rows go from one table to another. */
async function writeBatch(
  em: EntityManager,
  { dataCenterId, kind, after }: { dataCenterId: string; kind: CloudKind; after: string },
  meta: EntityMetadata,
): Promise<string | null> {
  const columns = columnsOf(meta);
  const names = sql.join(columns.map((column) => sql.id(column)));
  const given = sql.join(columns.map((column) => sql`"row".${sql.id(column)}`));
  const changes = sql.join(columns.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`));
  const table = sql.id(meta.tableName);
  const [answer] = await rowsOf(
    em,
    sql`with "part" as (select "id", "values" from "inventory_staged"
          where "data_center_id" = ${dataCenterId} and "kind" = ${kind} and "values" is not null and "id" > ${after}
          order by "id" limit ${sql.lit(BATCH)}),
        "written" as (insert into ${table} (${names})
          select ${given} from "part" cross join lateral jsonb_populate_record(null::${table}, "part"."values") as "row"
          on conflict ("id") do update set ${changes})
        select max("id") as "last" from "part"`,
  );
  return (answer?.['last'] as string | null | undefined) ?? null;
}

/** How many are gone. SQL, since it joins what it deletes. */
async function removeStaged(
  em: EntityManager,
  dataCenterId: string,
  kind: CloudKind,
  { tableName }: EntityMetadata,
): Promise<number> {
  const gone = await rowsOf(
    em,
    sql`delete from ${sql.id(tableName)} as "e" using "inventory_staged" as "s"
      where "s"."data_center_id" = ${dataCenterId} and "s"."kind" = ${kind} and "s"."values" is null and "e"."id" = "s"."id"
      returning 1`,
  );
  return gone.length;
}

function columnsOf({ props }: EntityMetadata): string[] {
  const stored = props.filter(
    ({ kind, persist, formula, name }) =>
      persist !== false &&
      !formula &&
      !DERIVED.has(name) &&
      [ReferenceKind.SCALAR, ReferenceKind.MANY_TO_ONE].includes(kind),
  );
  return stored.flatMap(({ fieldNames }) => fieldNames);
}
