import type { MikroORM } from '@mikro-orm/postgresql';
import { DomainError } from '../kernel/errors.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

/** Whether opening a database brings its schema up to date, or refuses with SchemaBehind where that is left to do. */
export type SchemaPolicy = 'migrate' | 'expect';

/** The database can be used once its migrations have run. */
export class SchemaBehind extends DomainError {
  constructor(readonly pending: readonly string[]) {
    super(
      'CONFLICT',
      `the database lacks ${pending.join(', ')}; npm start and npm start -- --migrate bring it up to date`,
    );
  }
}

/** The migrator's own question would make its table. */
async function executed(orm: MikroORM): Promise<Set<string>> {
  const read = async (sql: string) => orm.em.fork().getConnection().execute<{ name: string | null }[]>(sql);
  const [table] = await read(`select to_regclass('mikro_orm_migrations')::text as "name"`);
  if (table?.name == null) return new Set();
  return new Set((await read('select "name" from "mikro_orm_migrations"')).map(({ name }) => String(name)));
}

export async function applyPolicy(orm: MikroORM, policy: SchemaPolicy): Promise<void> {
  if (policy === 'migrate') return migrate(orm);
  const done = await executed(orm);
  const pending = migrations.map(({ name }) => name).filter((name) => !done.has(name));
  if (pending.length > 0) throw new SchemaBehind(pending);
}
