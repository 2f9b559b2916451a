import { type EntityMetadata, type EntityProperty, ReferenceKind } from '@mikro-orm/core';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database.js';

const ROWS = 24;

/** In the same order by every collation. */
export const TEXTS = ['a', 'ab', 'b', 'b1', 'c'];
const TIMES = ['2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z', '2090-01-01T00:00:00Z'];

const choose = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

/** Many rows are equal in much, each in something else. */
function valueOf(property: EntityProperty, index: number, isUnique: boolean): unknown {
  const { columnTypes, items, nullable, name } = property;
  const turn = index + name.length;
  if (nullable && turn % 4 === 0) return null;
  if (items) return choose(items, turn);
  const [type = ''] = columnTypes;
  if (type === 'uuid') return randomUUID();
  if (type.startsWith('timestamptz')) return choose(TIMES, turn);
  if (type === 'boolean') return turn % 3 !== 0;
  if (type === 'jsonb') return '{}';
  if (type === 'bytea') return Buffer.from(choose(TEXTS, turn));
  if (type === 'double precision') return (turn % 5) + 0.5;
  if (type === 'int' || type === 'bigint') return turn % 5;
  return isUnique || property.primary ? `${choose(TEXTS, turn)}${index}` : choose(TEXTS, turn);
}

const quoted = (name: string): string => `"${name}"`;

export const tableOf = ({ schema, tableName }: EntityMetadata): string =>
  [...(schema ? [schema] : []), tableName].map(quoted).join('.');

const isSerial = ({ autoincrement }: EntityProperty): boolean => autoincrement === true;

/** Fills the tables of an entity, of what it belongs to, and of what belongs to it. */
export class Seed {
  readonly #filled = new Set<string>();

  constructor(private readonly database: Database) {}

  async fill(meta: EntityMetadata): Promise<void> {
    if (this.#filled.has(meta.className)) return;
    this.#filled.add(meta.className);
    const columns = meta.props.filter(
      (property) =>
        property.persist !== false &&
        !property.formula &&
        [ReferenceKind.SCALAR, ReferenceKind.MANY_TO_ONE].includes(property.kind) &&
        !isSerial(property),
    );
    const keys = await this.#foreignKeys(meta);
    for (const { name, kind, targetMeta } of columns) {
      if (kind !== ReferenceKind.MANY_TO_ONE || !targetMeta) continue;
      await this.fill(targetMeta);
      keys.set(name, await this.#keysOf(targetMeta));
    }
    const names = columns.map(({ fieldNames: [field = ''] }) => quoted(field)).join();
    // Of several columns together too: then each row has its own value in each.
    const unique = new Set(meta.uniques.flatMap(({ properties = [] }) => properties));
    const isUnique = (property: EntityProperty) => property.unique !== undefined || unique.has(property.name);
    const places = columns.map((_, index) => `$${index + 1}`).join();
    for (let index = 0; index < ROWS; index += 1) {
      await this.database.query(
        `insert into ${tableOf(meta)} (${names}) values (${places}) on conflict do nothing`,
        columns.map((property) =>
          choose(keys.get(property.name) ?? [valueOf(property, index, isUnique(property))], index),
        ),
      );
    }
    for (const { kind, targetMeta } of meta.props)
      if (kind === ReferenceKind.ONE_TO_MANY && targetMeta) await this.fill(targetMeta);
  }

  /** What stands in columns that refer to tables of other domains, by property. */
  async #foreignKeys(meta: EntityMetadata): Promise<Map<string, unknown[]>> {
    const { rows } = await this.database.query(
      `select a.attname as field, f.relname as target from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        join pg_class f on f.oid = c.confrelid
        where c.contype = 'f' and c.conrelid = $1::regclass`,
      [tableOf(meta)],
    );
    const keys = new Map<string, unknown[]>();
    for (const { field, target } of rows) {
      const property = meta.props.find(
        (each) => each.kind === ReferenceKind.SCALAR && each.fieldNames[0] === field,
      );
      const targetMeta = this.#metadata().find((each) => each.tableName === target);
      if (!property || !targetMeta || property.persist === false) continue;
      await this.fill(targetMeta);
      keys.set(property.name, await this.#keysOf(targetMeta));
    }
    return keys;
  }

  async #keysOf(meta: EntityMetadata): Promise<unknown[]> {
    const [key = ''] = meta.getPrimaryProps().flatMap(({ fieldNames }) => fieldNames);
    const { rows } = await this.database.query(
      `select ${quoted(key)} as "key" from ${tableOf(meta)} order by 1`,
    );
    return rows.map((row) => row['key']);
  }

  #metadata(): EntityMetadata[] {
    return [...this.database.fork().getMetadata().getAll().values()];
  }
}
