import { DomainError } from '../kernel/errors.js';
import type { Database } from './database.js';
import { JOBS_SCHEMA } from './options.js';

/** Tables of ours that this user may not both read and write; of what has run, a start that has nothing to migrate only reads. */
const USE = `select 'may not read and write ' || count(*) || ' of our tables, such as ' || min(relname) as "lacking"
  from pg_class join pg_namespace n on n.oid = relnamespace
  where nspname in ('public', '${JOBS_SCHEMA}') and relkind in ('r', 'p') and relname <> 'mikro_orm_migrations'
    and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(pg_class.oid, 'select')
      and has_table_privilege(pg_class.oid, 'insert') and has_table_privilege(pg_class.oid, 'update')
      and has_table_privilege(pg_class.oid, 'delete'))
  having count(*) > 0`;

/** What a migration needs, and this user has not. */
const CHANGE = `select case
    when not has_database_privilege(current_database(), 'create') then 'lacks CREATE on the database'
    when not has_schema_privilege('public', 'create') then 'lacks CREATE on the schema public'
    else (select 'does not own ' || count(*) || ' of our tables, such as ' || min(relname) from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not pg_has_role(relowner, 'usage')
      having count(*) > 0)
  end as "lacking"`;

/** Refuses a user who could open the database and not start on it, or not bring it up to date where that is left to do. */
export async function refuseMissingRights(query: Database['query'], isBehind: boolean): Promise<void> {
  const { rows } = await query(isBehind ? CHANGE : USE);
  const lacking = rows[0]?.['lacking'];
  if (typeof lacking !== 'string') return;
  throw new DomainError(
    'NOT_CONFIGURED',
    `DATABASE_URL: its user ${lacking}; make it the owner of the database and of what is there, or grant it that`,
  );
}
