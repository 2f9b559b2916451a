import { Misfit, type ValueText } from '../kernel/answerText.js';
import type { Column } from './source.js';

/** What stands in a text instead of a value that only the common way knows how to tell, or to refuse. PostgreSQL itself writes it for numbers that are none. */
export const MARK = 'NaN';
const MARKED = `'${MARK}'`;

type Write = (sql: string) => string;

const plain: Write = (sql) => sql;
const asText: Write = (sql) => `${sql}::text`;

const { MAX_SAFE_INTEGER } = Number;

/** Larger ones travel as texts, as far as JavaScript knows them. With all digits: many a client reads no exponent as a whole number. */
const safe: Write = (sql) =>
  `case when ${sql} between -${MAX_SAFE_INTEGER} and ${MAX_SAFE_INTEGER} then ${sql}::numeric when ${sql} is not null then ${MARKED} end`;

/** As JavaScript writes the years that it writes with four digits. */
const time: Write = (sql) =>
  `case when ${sql} between '0001-01-01Z' and '9999-12-31T23:59:59.999Z' then to_char(${sql} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') when ${sql} is not null then ${MARKED} end`;

/** By scalar, the types of columns whose values it tells, and how. */
const FORMS: Readonly<Record<string, Readonly<Record<string, Write>>>> = {
  ID: { int: asText, text: plain, uuid: plain },
  String: { text: plain, uuid: plain },
  Int: { int: plain },
  Float: { int: plain, 'double precision': plain },
  Boolean: { boolean: plain },
  DateTime: { 'timestamptz(3)': time },
  BigInt: { int: plain, bigint: safe },
};

/** Of an enum, one that a newer replica may have stored. */
const within =
  (values: readonly string[]): Write =>
  (sql) =>
    `case when ${sql} in (${values.map((value) => `'${value}'`).join()}) then ${sql} when ${sql} is not null then ${MARKED} end`;

/** The column as the scalar or enum tells its values. Throws Misfit where it tells them in its own way. */
export function valueText({ form, name, isNullable }: ValueText, column: Column): string {
  const { sql, type = column.kind === 'Date' ? 'timestamptz(3)' : TYPES[column.kind ?? ''] } = column;
  const write = typeof form === 'string' ? FORMS[form]?.[type ?? ''] : type === 'text' && within(form);
  if (!write || (column.isNullable && !isNullable)) throw new Misfit(`${name} has a form of its own`);
  return write(sql);
}

/** As it would stand in a text, where it may not: of what is no column nobody knows that it is never null. */
export const nullText = ({ key, isNullable }: ValueText, column: Column): string[] =>
  isNullable || column.isNullable === false ? [] : [`"${key}":null`];

/** Of what is no column. */
const TYPES: Readonly<Record<string, string>> = { string: 'text', uuid: 'uuid', boolean: 'boolean' };
