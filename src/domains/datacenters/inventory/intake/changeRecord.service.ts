import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { rowsOf } from '../../../../database/rows.js';

/** Days for which changes are told. */
export const CHANGES_KEPT = 90;
/** Changes of one data center that are told: of 20,000 virtual machines of which 2 % change each hour these are twice as many. */
const MOST_CHANGES = 2_000_000;

/** What is told of a virtual machine that changed: where it is, and its size. */
const STATE = {
  name: 'name',
  hostName: 'host_name',
  flavorName: 'flavor_name',
  vcpus: 'vcpus',
  memoryMb: 'memory_mb',
  diskGb: 'disk_gb',
} as const;

const pairs = (valueOf: (column: string) => string) =>
  sql.raw(
    Object.entries(STATE)
      .map(([name, column]) => `'${name}', ${valueOf(column)}`)
      .join(),
  );

/**
 * Records how virtual machines that are staged differ from those that are stored, once some had been read before. SQL,
 * since it compares two tables.
 */
export async function recordChanges(
  em: EntityManager,
  dataCenterId: string,
  generation: number,
): Promise<void> {
  await rowsOf(
    em,
    sql`insert into "virtual_machine_changes" ("data_center_id", "generation", "virtual_machine_id", "before", "after")
      select ${dataCenterId}, ${generation}::int, "s"."id", "b"."state", "a"."state"
      from "inventory_staged" as "s" left join "virtual_machines" as "v" on "v"."id" = "s"."id"
      cross join lateral (select case when "v"."id" is not null then jsonb_build_object(${pairs((column) => `"v"."${column}"`)}) end as "state") as "b"
      cross join lateral (select case when "s"."values" is not null then jsonb_build_object(${pairs((column) => `"s"."values"->'${column}'`)}) end as "state") as "a"
      where "s"."data_center_id" = ${dataCenterId} and "s"."kind" = 'servers'
        and "b"."state" - 'name' is distinct from "a"."state" - 'name'
        and exists (select from "inventory_readings" as "r" where "r"."data_center_id" = ${dataCenterId} and "r"."kind" = 'servers')`,
  );
}

/** Forgets changes that are told no more, and the runs that found them. SQL, since one look finds both. */
export async function forgetChanges(
  em: EntityManager,
  dataCenterId: string,
  most = MOST_CHANGES,
): Promise<void> {
  await rowsOf(
    em,
    sql`with "old" as (delete from "inventory_generations"
          where "data_center_id" = ${dataCenterId} and ("taken_at" < now() - ${CHANGES_KEPT} * interval '1 day'
            or "generation" <= (select "generation" from "virtual_machine_changes" where "data_center_id" = ${dataCenterId}
              order by "generation" desc, "virtual_machine_id" desc offset ${most} limit 1))
          returning "generation")
      delete from "virtual_machine_changes"
      where "data_center_id" = ${dataCenterId} and "generation" <= (select max("generation") from "old")`,
  );
}
