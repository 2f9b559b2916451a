import { type SqlBool, sql } from 'kysely';
import { type AskedText, Misfit, isPage, written } from '../kernel/answerText.js';
import type { Reader } from '../kernel/context.js';
import { type Page, type PageInfo, type Slice, sliceOf } from '../kernel/pages.js';
import { all, conditionOf } from './condition.js';
import { Given, answerTo } from './kept.js';
import { type SortKey, pageOf, reportMisfits } from './keyset.js';
import { type Listing, partsOf } from './listing.js';
import { ROW, textOfAll } from './objectText.js';
import { orderOf } from './order.js';
import { Columns, type Wanted } from './reading.js';
import type { Column } from './source.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { MARKS } from './valueText.js';

/** Throws Misfit where the answer cannot be used. */
async function usable(
  answering: Promise<Record<string, unknown> | undefined>,
): Promise<Record<string, unknown> | undefined> {
  const answer = await reportMisfits(answering);
  const told = String(answer?.['text']);
  if (MARKS.some((mark) => told.includes(mark))) throw new Misfit('a value has a form of its own');
  return answer;
}

interface Keyed {
  slice: Slice;
  order: readonly SortKey[];
  columns: readonly Column[];
}

/** Where the page stands in its list, by the keys of its rows and of the one behind it. */
function pageInfoOf(keys: unknown, { slice, order, columns }: Keyed): PageInfo {
  const rows = (JSON.parse(String(keys)) as unknown[][] | null) ?? [];
  const read = rows.map((values) =>
    Object.fromEntries(
      order.map(({ property }, index) => [
        property,
        columns[index]?.read?.(values[index] as never) ?? values[index],
      ]),
    ),
  );
  return pageOf(read, slice, order, async () => 0).pageInfo;
}

/** A page as its text. */
export async function writtenPage<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
  text: AskedText,
): Promise<Page<T>> {
  const { args, scope, paths } = listing;
  const { of } = text;
  if (!isPage(of)) throw new Misfit('a page is asked for as one');
  const asksInfo = of.parts.some((part) => 'pageInfo' in part);
  const asksCount = of.parts.some((part) => 'part' in part && part.part === 'totalCount');
  const slice = sliceOf(args);
  const isNumbered = asksInfo || slice.backward;
  const order = orderOf(args.orderBy, listing.order);
  const question = { ...text, by: [entity.name, args, scope, order] };
  const answering = answerTo(reader, question, (writer) => {
    const source = writer.source(entity);
    const { bounded, condition, end, columns } = partsOf(source, listing);
    const found = { condition: bounded, used: columns, end: end(slice.limit + (asksInfo ? 1 : 0)) };
    const keys = order.map(({ property }, index) =>
      sql.raw(`${source.column(paths?.[property] ?? property).sql} as "$${index}"`),
    );
    const keyNames = sql.join(order.map((_key, index) => sql.id(`$${index}`)));
    const count = asksCount
      ? sql`, (select count(*) from ${source.from(columns)} where ${condition}) as "count"`
      : sql``;
    const rows = writer.rows(source, of.items, found, isNumbered ? keys : []);
    if (!isNumbered) return sql`select ${textOfAll(rows)} as "text"${count}`;
    const back = slice.backward ? sql`order by "$n" desc` : sql``;
    const forth = slice.backward ? sql`order by "$n"` : sql``;
    return sql`select coalesce(string_agg("text", ',' ${back}) filter (where "$n" <= ${slice.limit}), '') as "text",
        json_agg(json_build_array(${keyNames}) ${forth})::text as "keys"${count}
      from (select ${ROW}.*, row_number() over () as "$n" from (${rows}) as ${ROW}) as "all"`;
  });
  const answer = await usable(answering);
  const columns = new Columns(sourceOf(reader, entity), paths);
  const info = asksInfo
    ? pageInfoOf(answer?.['keys'], {
        slice,
        order,
        columns: order.map(({ property }) => columns.find(property)),
      })
    : undefined;
  const parts = of.parts.map((part) => {
    if ('constant' in part) return `"${part.key}":"${part.constant}"`;
    if ('part' in part) {
      const key = `"${part.key}":`;
      return part.part === 'nodes' ? `${key}[${String(answer?.['text'])}]` : key + String(answer?.['count']);
    }
    const values = part.pageInfo.map(
      (field) =>
        `"${field.key}":${JSON.stringify('constant' in field ? field.constant : info?.[field.name])}`,
    );
    return `"${part.key}":{${values.join()}}`;
  });
  return written(`{${parts.join()}}`) as Page<T>;
}

/** The row with this value of a unique key as its text, or null. */
export async function writtenRow<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  key: string,
  value: number | string,
  wanted: Pick<Wanted, 'scope' | 'paths'>,
  text: AskedText,
): Promise<T | null> {
  const { of } = text;
  if (isPage(of)) throw new Misfit('one is asked for as a page');
  const question = { ...text, by: [entity.name, key, wanted.scope], given: [value] };
  const answering = answerTo(reader, question, (writer) => {
    const columns = new Columns(writer.source(entity), wanted.paths);
    const isWanted = sql<SqlBool>`${sql.raw(columns.find(key).sql)} = ${new Given(0)}`;
    const condition = all([isWanted, conditionOf(wanted.scope, columns.find)]);
    return writer.rows(columns.source, of, { condition, used: columns.used });
  });
  const answer = await usable(answering);
  if (answer) return written(String(answer['text'])) as T;
  // What is missing in a copy that is late may have been made since.
  return reader.current ? writtenRow(reader.current, entity, key, value, wanted, text) : null;
}
