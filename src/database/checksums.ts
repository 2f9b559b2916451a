import type { MigrationObject } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import type { MikroORM } from '@mikro-orm/postgresql';
import { createHash } from 'node:crypto';
import { DomainError } from '../kernel/errors.js';

/** By a migration's name; null of one that ran before checksums were kept. */
type Recorded = ReadonlyMap<string, string | null>;

/** Ours are plain texts; anything else could not be compared. */
function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  throw new TypeError('a migration must consist of plain statements');
}

/** What the migration says to the database, apart from how its lines are broken. */
async function checksumOf(orm: MikroORM, made: MigrationObject): Promise<string> {
  const { class: Made } = made as unknown as { class: new (...parts: unknown[]) => Migration };
  const migration = new Made(orm.em.getDriver(), orm.config);
  await migration.up();
  const statements = migration.getQueries().map((query) => textOf(query).replaceAll(/\s+/g, ' ').trim());
  return createHash('sha256').update(statements.join('\n')).digest('hex');
}

export async function checksumsOf(
  orm: MikroORM,
  known: readonly MigrationObject[],
): Promise<ReadonlyMap<string, string>> {
  const entries = known.map(async (made) => [made.name, await checksumOf(orm, made)] as const);
  return new Map(await Promise.all(entries));
}

const rowsOf = async (orm: MikroORM, sql: string, values: unknown[] = []) =>
  orm.em.getConnection().execute<Record<string, string | null>[]>(sql, values);

/** What has run on this database; the migrator's own question would make its table. */
export async function recordedChecksums(orm: MikroORM): Promise<Recorded> {
  const columns = await rowsOf(
    orm,
    `select "attname" as "name" from pg_attribute
      where attrelid = to_regclass('mikro_orm_migrations') and attname in ('name', 'checksum')`,
  );
  if (columns.length === 0) return new Map();
  const names = columns.map(({ name }) => `"${name}"`).join();
  const rows = await rowsOf(orm, `select ${names} from "mikro_orm_migrations"`);
  return new Map(rows.map(({ name, checksum }) => [String(name), checksum ?? null]));
}

export function refuseNewer(recorded: Recorded, known: ReadonlyMap<string, string>): void {
  const unknown = [...recorded.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DomainError(
    'CONFLICT',
    `the database belongs to a newer release (${unknown.join(', ')} ran on it); start that one, or restore a backup from before`,
  );
}

export function refuseEdited(recorded: Recorded, known: ReadonlyMap<string, string>): void {
  for (const [name, checksum] of recorded) {
    if (checksum === null || checksum === known.get(name)) continue;
    throw new DomainError(
      'CONFLICT',
      `migration ${name} is not the one that ran on this database; start the release that made it, or restore this one's own files`,
    );
  }
}

/** Keeps what ran; of a database from before checksums were kept, what was released under these names. */
export async function record(orm: MikroORM, known: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, checksum] of known) {
    await rowsOf(
      orm,
      'update "mikro_orm_migrations" set "checksum" = ? where "name" = ? and "checksum" is null',
      [checksum, name],
    );
  }
}
