import { type RawBuilder, sql } from 'kysely';
import {
  type AskedText,
  Misfit,
  type ObjectText,
  type PageText,
  type RelatedText,
  isPage,
} from '../kernel/answerText.js';
import type { Reader } from '../kernel/context.js';
import { type Listing, partsOf } from './listing.js';
import { ownershipOf } from './pagesOf.js';
import type { RelatedRow, RelatedRows } from './related.js';
import type { Column, Source } from './source.js';
import { sourceOf } from './sourceOf.js';
import { MARK, nullText, valueText } from './valueText.js';

type Sql = RawBuilder<unknown>;

/** Of a subquery whose columns are the keys of an object, none of which begins so: PostgreSQL would take a key of this name for it. */
export const ROW = sql.raw('"$row"');

/** Bytes that a name has in PostgreSQL, which would cut it. */
const LONGEST_KEY = 60;

const NO_ROWS = sql.raw(`'[]'::json`);
const MARKED = sql.raw(`'"${MARK}"'::json`);

/** All of it is ours: names, and texts of names. */
const literal = (text: string): Sql => sql.raw(`'${text}'::text`);

/** Writes the statements of one request; each depth of an answer has names of its own. */
export class TextWriter {
  /** What makes a text useless that holds it; the second as PostgreSQL writes a number without end. */
  readonly marks: string[] = [`"${MARK}"`, 'Infinity"'];

  constructor(
    private readonly reader: Reader,
    private readonly variables: AskedText['variables'],
    private readonly depth = 0,
  ) {}

  source<T extends object>(entity: abstract new (...args: never[]) => T): Source<T> {
    return sourceOf(this.reader, entity, this.depth === 0 ? 'e' : `e${this.depth}`);
  }

  /** The columns of a statement whose rows have the object's keys; `use` is told what it must join. */
  columns<T extends object>(source: Source<T>, object: ObjectText, use: (column: Column) => void): Sql[] {
    const deeper = new TextWriter(this.reader, this.variables, this.depth + 1);
    const columns = object.map((field) => {
      if (field.key.length > LONGEST_KEY) throw new Misfit('a key is too long');
      const key = sql.raw(` as "${field.key}"`);
      if ('constant' in field) return sql`${literal(field.constant)}${key}`;
      if ('related' in field) return sql`${deeper.#related(source, field, use)}${key}`;
      const column = source.find(field.name);
      if (!column) throw new Misfit(`${field.name} is not stored`);
      use(column);
      this.marks.push(...nullText(field, column));
      return sql`${sql.raw(valueText(field, column))}${key}`;
    });
    this.marks.push(...deeper.marks);
    return columns;
  }

  /** A statement of rows whose columns are the keys of an object. */
  rows<T extends object>(
    source: Source<T>,
    object: ObjectText,
    { condition, used = [], end = sql`` }: { condition: Sql; used?: readonly Column[]; end?: Sql },
    besides: readonly Sql[] = [],
  ): Sql {
    const joined = [...used];
    const columns = [...this.columns(source, object, (column) => joined.push(column)), ...besides];
    return sql`select ${sql.join(columns)} from ${source.from(joined)} where ${condition} ${end}`;
  }

  #related<T extends object>(owner: Source<T>, field: RelatedText, use: (column: Column) => void): Sql {
    const related = field.related as RelatedRow | RelatedRows;
    const source = this.source(related.entity);
    if ('by' in related) {
      const key = owner.column(related.by);
      use(key);
      if (isPage(field.of)) throw new Misfit('one is asked for as a page');
      const condition = sql`${sql.raw(source.column(related.property ?? 'id').sql)} = ${sql.raw(key.sql)}`;
      const row = sql`(select row_to_json(${ROW}) from (${this.rows(source, field.of, { condition })}) as ${ROW})`;
      return field.isNullable ? row : sql`coalesce(${row}, ${MARKED})`;
    }
    if (!isPage(field.of)) throw new Misfit('a page is asked for as one');
    const key = owner.column(related.key ?? 'id');
    use(key);
    const args = field.args(this.variables) as Listing['args'];
    const { condition: isOwned } = ownershipOf(this.reader, source, related.owner, key);
    return this.#page(source, { ...related, args }, field.of, isOwned);
  }

  #page(
    source: Source<object>,
    listing: Omit<Listing, 'selection'>,
    { items, parts }: PageText,
    isOwned: Sql,
  ): Sql {
    const { slice, bounded, condition, end, columns: used } = partsOf(source, listing);
    if (slice.backward) throw new Misfit('a page is read backwards');
    const pairs = parts.map((part) => {
      const key = literal(part.key);
      if ('constant' in part) return sql`${key}, ${literal(part.constant)}`;
      if (!('part' in part)) throw new Misfit('cursors of pages within an answer');
      if (part.part === 'totalCount')
        return sql`${key}, (select count(*) from ${source.from(used)} where ${isOwned} and ${condition})`;
      const rows = this.rows(source, items, {
        condition: sql`${isOwned} and ${bounded}`,
        used,
        end: end(slice.limit),
      });
      return sql`${key}, (select coalesce(json_agg(${ROW}), ${NO_ROWS}) from (${rows}) as ${ROW})`;
    });
    return sql`json_build_object(${sql.join(pairs)})`;
  }
}
