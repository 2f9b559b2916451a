import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { rowsOf } from '../../../../database/rows.js';

async function run(em: EntityManager, ...statements: RawBuilder<unknown>[]): Promise<void> {
  for (const statement of statements) await rowsOf(em, statement);
}

/** What virtual machines that are staged have addresses in and volumes of. SQL, since it takes lists of rows apart. */
export async function keepLinks(em: EntityManager, dataCenterId: string): Promise<void> {
  const staged = sql`"inventory_staged" as "s" where "s"."data_center_id" = ${dataCenterId} and "s"."kind" = 'servers'
    and "s"."values" is not null`;
  await run(
    em,
    sql`delete from "virtual_machine_networks" where "virtual_machine_id" in (select "s"."id" from ${staged})`,
    sql`insert into "virtual_machine_networks" ("virtual_machine_id", "network_id")
      select distinct "v"."id", ${dataCenterId} || ':' || ("a"->>'networkId')
      from "virtual_machines" as "v" cross join jsonb_array_elements("v"."addresses") as "a"
      where "v"."id" in (select "s"."id" from ${staged})`,
    sql`delete from "virtual_machine_volumes" where "virtual_machine_id" in (select "s"."id" from ${staged})`,
    sql`insert into "virtual_machine_volumes" ("virtual_machine_id", "volume_id")
      select distinct "v"."id", ${dataCenterId} || ':' || "a"
      from "virtual_machines" as "v" cross join jsonb_array_elements_text("v"."volume_ids") as "a"
      where "v"."id" in (select "s"."id" from ${staged})`,
  );
}

/** SQL, since one look at all virtual machines counts them in three ways; what there is none of has no row. */
export async function keepVirtualMachineCounts(em: EntityManager, dataCenterId: string): Promise<void> {
  await run(
    em,
    sql`delete from "virtual_machine_counts" where "data_center_id" = ${dataCenterId}`,
    sql`insert into "virtual_machine_counts" ("data_center_id", "facet", "value", "total")
      select ${dataCenterId}, case when grouping("status_key") = 0 then 'status' when grouping("tenant_id") = 0 then 'tenant' else 'all' end,
        coalesce("status_key", "tenant_id", ''), count(*)
      from "virtual_machines" where "data_center_id" = ${dataCenterId}
      group by grouping sets (("status_key"), ("tenant_id"), ()) having count(*) > 0`,
  );
}

/** Which hosts aggregates have, and how many virtual machines are on each. SQL, since only what differs is written. */
export async function keepHosts(em: EntityManager, dataCenterId: string): Promise<void> {
  const wanted = sql`select "a"."id" as "aggregate_id", "h"."id" as "host_id" from "aggregates" as "a"
    cross join jsonb_array_elements_text("a"."host_names") as "n" ("name")
    join "hosts" as "h" on "h"."data_center_id" = "a"."data_center_id" and "h"."name" = "n"."name"
    where "a"."data_center_id" = ${dataCenterId}`;
  await run(
    em,
    sql`delete from "aggregate_hosts" where "aggregate_id" in (select "id" from "aggregates" where "data_center_id" = ${dataCenterId})
      and ("aggregate_id", "host_id") not in (${wanted})`,
    sql`insert into "aggregate_hosts" ("aggregate_id", "host_id") ${wanted} on conflict do nothing`,
    sql`update "hosts" as "h" set "virtual_machine_count" = "c"."total"
      from (select "h"."id", count("v"."id")::int as "total" from "hosts" as "h"
        left join "virtual_machines" as "v" on "v"."host_key" = "h"."host_key"
        where "h"."data_center_id" = ${dataCenterId} group by "h"."id") as "c"
      where "h"."id" = "c"."id" and "h"."virtual_machine_count" <> "c"."total"`,
  );
}
