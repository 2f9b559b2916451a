import type { SnakeCase } from '@mikro-orm/postgresql';

type Value = string | number | boolean | Date | Uint8Array;

/** Of a property: the name given to it, else its own as the naming strategy writes it; none for what belongs to a row. */
type ColumnOf<T, P extends keyof T & string, Named> = P extends keyof Named
  ? Named[P]
  : NonNullable<T[P]> extends Value
    ? SnakeCase<P>
    : never;

/**
 * An entity's table in Kysely's statements, so that a wrong name in one does not compile. `Named` has the properties
 * whose column has another name; `never` for what is no column.
 */
export type TableOf<T, Named extends { [P in keyof T]?: string } = object> = {
  [P in keyof T & string as Extract<ColumnOf<T, P, Named>, string>]: T[P];
};
