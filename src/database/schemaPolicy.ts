import type { MikroORM } from '@mikro-orm/postgresql';
import { DomainError } from '../kernel/errors.js';
import { type Database, queryOn } from './database.js';
import { compareMigrations, migrate } from './migrate.js';
import { refuseMissingRights } from './rights.js';

/** Whether opening a database brings its schema up to date, or refuses with SchemaBehind where that is left to do. */
export type SchemaPolicy = 'migrate' | 'expect';

/** What a database is opened for. */
export interface Purpose {
  policy: SchemaPolicy;
  /** Rejects where the database is not ours to change; nothing was changed yet. */
  guard?: ((query: Database['query']) => Promise<void>) | undefined;
}

/** The database can be used once its migrations have run. */
export class SchemaBehind extends DomainError {
  constructor(
    readonly pending: readonly string[],
    /** Whether none has run, so that there is nothing in it. */
    readonly isFirst: boolean,
  ) {
    super(
      'CONFLICT',
      `the database lacks ${pending.join(', ')}; npm start and npm start -- --migrate bring it up to date`,
    );
  }
}

export async function applyPolicy(orm: MikroORM, { policy, guard }: Purpose): Promise<void> {
  await guard?.(queryOn(orm));
  if (policy === 'migrate') return migrate(orm);
  const { pending, isFirst } = await compareMigrations(orm);
  await refuseMissingRights(queryOn(orm), pending.length > 0);
  if (pending.length > 0) throw new SchemaBehind(pending, isFirst);
}
