import { type RawBuilder, sql } from 'kysely';
import {
  type AskedText,
  Misfit,
  type FieldText,
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
import { type EntityClass, metadataOf, sourceOf } from './sourceOf.js';
import { MARKED, NULL, valueText } from './valueText.js';

type Sql = RawBuilder<unknown>;

/** Of a subquery whose rows are texts. */
export const ROW = sql.raw('"$row"');

/** All of it is ours: names, and texts of names. */
const literal = (text: string): Sql => sql.raw(`'${text}'`);

/** The text of the items of a list, from a statement of their texts in its order. */
export const textOfAll = (rows: Sql): Sql =>
  sql`(select coalesce(string_agg("text", ','), '') from (${rows}) as ${ROW})`;

/** Joins what is always the same to one piece. An operator takes less of PostgreSQL than a function of many arguments, or JSON. */
export function concatenated(parts: readonly (string | Sql)[]): Sql {
  const pieces: Sql[] = [];
  let constant = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      constant += part;
      continue;
    }
    pieces.push(literal(constant), part);
    constant = '';
  }
  return sql.join([...pieces, literal(constant)], sql` || `);
}

/** Parts with what separates those of a list, or of an object. */
const listed = (parts: readonly (readonly (string | Sql)[])[]): (string | Sql)[] =>
  parts.flatMap((part, index) => (index === 0 ? part : [',', ...part]));

type Use = (column: Column) => void;

type Find = (property: string) => Sql;

/** Of a row: its columns, and those of the row of another entity whose key stands in a property, null where there is none. */
export interface OwnRow {
  column: Find;
  joined: (entity: EntityClass<object>, by: string) => Find;
}

/** SQL of the JSON of what is no value of the row, never null. */
export type Own = (row: OwnRow, deeper: TextWriter) => Sql;

/** Writes the statements of one request; each depth of an answer has names of its own. */
export class TextWriter {
  constructor(
    private readonly reader: Reader,
    private readonly variables: AskedText['variables'] = {},
    private readonly depth = 0,
  ) {}

  get #name(): string {
    return this.depth === 0 ? 'e' : `e${this.depth}`;
  }

  #deeper(): TextWriter {
    return new TextWriter(this.reader, this.variables, this.depth + 1);
  }

  source<T extends object>(entity: abstract new (...args: never[]) => T): Source<T> {
    return sourceOf(this.reader, entity, this.#name);
  }

  /** A statement of rows with the text of each as `text`. */
  rows<T extends object>(
    source: Source<T>,
    object: ObjectText,
    { condition, used = [], end = sql`` }: { condition: Sql; used?: readonly Column[]; end?: Sql },
    besides: readonly Sql[] = [],
  ): Sql {
    const joined = [...used];
    const text = this.#object(source, object, (column) => joined.push(column));
    const columns = [sql`${text} as "text"`, ...besides];
    return sql`select ${sql.join(columns)} from ${source.from(joined)} where ${condition} ${end}`;
  }

  /** The text of each row; `use` is told what the statement must join. */
  #object<T extends object>(source: Source<T>, object: ObjectText, use: Use): Sql {
    const fields = object.map((field) => [`"${field.key}":`, this.#field(source, field, use)]);
    return concatenated(['{', ...listed(fields), '}']);
  }

  #field<T extends object>(source: Source<T>, field: FieldText, use: Use): Sql | string {
    if ('constant' in field) return `"${field.constant}"`;
    if ('own' in field) return this.#own(source, field.own as Own, use);
    if ('related' in field) return this.#related(source, field, use);
    const column = source.find(field.name);
    if (!column) throw new Misfit(`${field.name} is not stored`);
    use(column);
    return sql.raw(valueText(field, column));
  }

  #own<T extends object>(source: Source<T>, own: Own, use: Use): Sql {
    const find =
      (from: Pick<Source<object>, 'column'>): Find =>
      (property) => {
        const column = from.column(property);
        use(column);
        return sql.raw(column.sql);
      };
    const joined: OwnRow['joined'] = (entity, by) => {
      const other = source.joined(metadataOf(this.reader, entity), by);
      if (!other) throw new Error(`${by} holds no key that can be joined`);
      return find(other);
    };
    return own({ column: find(source), joined }, this.#deeper());
  }

  #related<T extends object>(owner: Source<T>, field: RelatedText, use: Use): Sql {
    const related = field.related as RelatedRow | RelatedRows;
    if ('by' in related) return this.#one(owner, field, related, use);
    if (!isPage(field.of)) throw new Misfit('a page is asked for as one');
    const key = owner.column(related.key ?? 'id');
    use(key);
    const deeper = this.#deeper();
    const source =
      typeof related.owner === 'string' && key.isKey
        ? owner.owned(metadataOf(this.reader, related.entity), deeper.#name, related.owner)
        : deeper.source(related.entity);
    const args = field.args(this.variables) as Listing['args'];
    const { condition: isOwned } = ownershipOf(this.reader, source, related.owner, key);
    return deeper.#page(source, { ...related, args }, field.of, isOwned);
  }

  #one<T extends object>(
    owner: Source<T>,
    { of, isNullable }: RelatedText,
    { entity, by, property }: RelatedRow,
    use: Use,
  ): Sql {
    if (isPage(of)) throw new Misfit('one is asked for as a page');
    const missing = sql.raw(isNullable ? NULL : MARKED);
    const meta = metadataOf(this.reader, entity);
    const joined = property === undefined ? owner.joined(meta, by) : undefined;
    if (joined) {
      const [key] = meta.getPrimaryProps();
      const column = joined.column(key?.name ?? '');
      use(column);
      return sql`case when ${sql.raw(column.sql)} is null then ${missing} else ${this.#object(joined, of, use)} end`;
    }
    const key = owner.column(by);
    use(key);
    const deeper = this.#deeper();
    const source = deeper.source(entity);
    const condition = sql`${sql.raw(source.column(property ?? 'id').sql)} = ${sql.raw(key.sql)}`;
    return sql`coalesce((${deeper.rows(source, of, { condition })}), ${missing})`;
  }

  #page(
    source: Source<object>,
    listing: Omit<Listing, 'selection'>,
    { items, parts }: PageText,
    isOwned: Sql,
  ): Sql {
    const { slice, bounded, condition, end, columns: used } = partsOf(source, listing);
    if (slice.backward) throw new Misfit('a page is read backwards');
    const fields = parts.map((part) => {
      const key = `"${part.key}":`;
      if ('constant' in part) return [`${key}"${part.constant}"`];
      if (!('part' in part)) throw new Misfit('cursors of pages within an answer');
      if (part.part === 'totalCount')
        return [
          key,
          sql`(select count(*)::text from ${source.from(used)} where ${isOwned} and ${condition})`,
        ];
      const rows = this.rows(source, items, {
        condition: sql`${isOwned} and ${bounded}`,
        used,
        end: end(slice.limit),
      });
      return [`${key}[`, textOfAll(rows), ']'];
    });
    return concatenated(['{', ...listed(fields), '}']);
  }
}
