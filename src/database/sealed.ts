import { DomainError } from '../kernel/errors.js';
import type { SecretBox } from '../kernel/secrets.js';
import type { Database } from './database.js';

/** Rows that are read at once. */
const BATCH = 200;

/** A column in which each row keeps what a SecretBox sealed, or null. */
export interface SealedColumn {
  table: string;
  /** The unique column by which a row is named. */
  key: string;
  column: string;
  /** The context under which a row's secret was sealed. */
  contextOf: (key: string) => string;
}

/** Of a sealed text, as SQL. */
const keyIdOf = ({ column }: SealedColumn): string => `split_part("${column}", '.', 2)`;

/** How many secrets each key holds, by its id. */
export async function countByKey(
  database: Database,
  columns: readonly SealedColumn[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const sealed of columns) {
    const { rows } = await database.query(
      `select ${keyIdOf(sealed)} as "id", count(*) as "count" from "${sealed.table}" where "${sealed.column}" is not null group by 1`,
    );
    for (const { id, count } of rows) counts.set(String(id), (counts.get(String(id)) ?? 0) + Number(count));
  }
  return counts;
}

/** Refuses to go on without a key that holds stored secrets: each would fail when it is used, long after the start. */
export async function refuseMissingKeys(
  database: Database,
  secrets: SecretBox,
  columns: readonly SealedColumn[],
): Promise<void> {
  const known = new Set(secrets.keyIds);
  const lost = [...(await countByKey(database, columns))].filter(([id]) => !known.has(id));
  if (lost.length === 0) return;
  const total = lost.reduce((sum, [, count]) => sum + count, 0);
  const ids = lost.map(([id]) => id).join(', ');
  throw new DomainError(
    'CONFLICT',
    `SECRET_KEYS_PREVIOUS lacks a key that still holds stored secrets (${total} of them; the id of the key: ${ids}); add the earlier SECRET_KEY there, and take it away after --rewrap`,
  );
}

/** Seals what an earlier key holds with the current one; rows that change meanwhile are sealed by who changes them. */
async function rewrapColumn(database: Database, secrets: SecretBox, sealed: SealedColumn): Promise<number> {
  const { table, key, column, contextOf } = sealed;
  const [current] = secrets.keyIds;
  let changed = 0;
  for (let last = ''; ;) {
    const { rows } = await database.query(
      `select "${key}"::text as "key", "${column}" as "text" from "${table}"
        where "${column}" is not null and ${keyIdOf(sealed)} <> $1 and "${key}"::text > $2 order by 1 limit ${BATCH}`,
      [current, last],
    );
    for (const row of rows) {
      last = String(row['key']);
      const text = String(row['text']);
      const fresh = secrets.seal(secrets.open(text, contextOf(last)), contextOf(last));
      const updated = await database.query(
        `update "${table}" set "${column}" = $1 where "${key}"::text = $2 and "${column}" = $3 returning 1`,
        [fresh, last, text],
      );
      changed += updated.rows.length;
    }
    if (rows.length < BATCH) return changed;
  }
}

/** Seals everything that an earlier key holds with the current one; returns how many secrets that were. */
export async function rewrap(
  database: Database,
  secrets: SecretBox,
  columns: readonly SealedColumn[],
): Promise<number> {
  let changed = 0;
  for (const sealed of columns) changed += await rewrapColumn(database, secrets, sealed);
  return changed;
}
