import type { EntityManager, EntityMetadata } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { EntityClass } from './sourceOf.js';
import { rowsOf } from './rows.js';

/**
 * Writes rows of an entity, each with the same properties; one that `key` finds is changed. All of them are one
 * parameter, so that a statement is the same however many rows it writes.
 */
export async function upsert<T extends object, P extends keyof T & string>(
  em: EntityManager,
  entity: EntityClass<T>,
  rows: readonly Pick<T, P>[],
  key: readonly P[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const { properties, tableName }: EntityMetadata = em.getMetadata(entity as new () => T);
  const columnOf = (name: string) => {
    const { fieldNames: [field = name] = [], columnTypes: [type = 'text'] = [] } = properties[name] ?? {};
    return { name, column: sql.id(field), type: sql.raw(type) };
  };
  const columns = Object.keys(first).map(columnOf);
  const names = sql.join(columns.map(({ column }) => column));
  const values = sql.join(columns.map(({ name }) => sql`"given".${sql.id(name)}`));
  const record = sql.join(columns.map(({ name, type }) => sql`${sql.id(name)} ${type}`));
  const keys = sql.join(key.map((name) => columnOf(name).column));
  const changes = sql.join(columns.map(({ column }) => sql`${column} = excluded.${column}`));
  await rowsOf(
    em,
    sql`insert into ${sql.id(tableName)} (${names})
      select ${values} from json_to_recordset(${JSON.stringify(rows)}::json) as "given" (${record})
      on conflict (${keys}) do update set ${changes}`,
  );
}
