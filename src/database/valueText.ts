import { Misfit, type ValueText } from '../kernel/answerText.js';
import type { Column } from './source.js';

/**
 * What stands in a text instead of a value that only the common way knows how to tell, or to refuse. PostgreSQL itself
 * writes it for numbers that are none.
 */
const MARK = 'NaN"';

/** How it is found; the second is a number without end. Rare letters are looked for quicker than the quotes before them. */
export const MARKS = [MARK, 'Infinity"'];

/** As SQL. */
export const MARKED = `'"${MARK}'`;
export const NULL = `'null'`;

/** SQL of a value's JSON, or null. */
type Write = (sql: string) => string;

const asText: Write = (sql) => `cast(${sql} as text)`;
const asJson: Write = (sql) => asText(`to_json(${sql})`);
/** What needs no escapes. */
const quoted: Write = (sql) => `'"' || ${sql} || '"'`;
const keyed: Write = (sql) => quoted(asText(sql));

const { MAX_SAFE_INTEGER } = Number;

const unless = (isTold: string, sql: string, text: string): string =>
  `case when ${isTold} then ${text} when ${sql} is not null then ${MARKED} end`;

/** Larger ones travel as texts, as far as JavaScript knows them. */
const safe: Write = (sql) =>
  unless(`${sql} between -${MAX_SAFE_INTEGER} and ${MAX_SAFE_INTEGER}`, sql, asText(sql));

/** As JavaScript writes the years that it writes with four digits. */
const time: Write = (sql) =>
  unless(
    `${sql} between '0001-01-01Z' and '9999-12-31T23:59:59.999Z'`,
    sql,
    quoted(`to_char(${sql} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`),
  );

/** As `Math.round`. */
const rounded: Write = (sql) => asText(`cast(floor(${sql} + 0.5) as bigint)`);

/** By scalar, the types of columns whose values it tells, and how. */
const FORMS: Readonly<Record<string, Readonly<Record<string, Write>>>> = {
  ID: { int: keyed, text: asJson, uuid: keyed },
  String: { text: asJson, uuid: keyed },
  Int: { int: asText },
  Float: { int: asText, 'double precision': asJson },
  Boolean: { boolean: asText },
  DateTime: { 'timestamptz(3)': time },
  BigInt: { int: asText, bigint: safe },
  // Of documents.
  Whole: { int: asText, bigint: asText, 'double precision': rounded },
  Seconds: { 'timestamptz(3)': (sql) => asText(`cast(floor(extract(epoch from ${sql})) as bigint)`) },
  TrueOrFalse: { boolean: (sql) => quoted(asText(sql)) },
  TextOrEmpty: { text: (sql) => asJson(`coalesce(${sql}, '')`) },
};

/** Of an enum, one that a newer replica may have stored. */
const within =
  (values: readonly string[]): Write =>
  (sql) =>
    unless(`${sql} in (${values.map((value) => `'${value}'`).join()})`, sql, quoted(sql));

/** SQL of the JSON of a column's value, as the scalar or enum tells it; never null. Throws Misfit where that tells it in its own way. */
export function valueText({ form, name, isNullable }: ValueText, column: Column): string {
  const { sql, type = column.kind === 'Date' ? 'timestamptz(3)' : TYPES[column.kind ?? ''] } = column;
  const write = typeof form === 'string' ? FORMS[form]?.[type ?? ''] : type === 'text' && within(form);
  if (!write) throw new Misfit(`${name} has a form of its own`);
  const text = write(sql);
  // Of what is no column nobody knows that it is never null.
  if (column.isNullable === false) return text;
  return `coalesce(${text}, ${isNullable ? NULL : MARKED})`;
}

/** Of what is no column. */
const TYPES: Readonly<Record<string, string>> = { string: 'text', uuid: 'uuid', boolean: 'boolean' };
