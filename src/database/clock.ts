import { raw } from '@mikro-orm/core';
import { type RawBuilder, sql } from 'kysely';

// Times that are stored are the database's, so that a replica whose own clock is wrong writes no wrong ones.

/** For a property: when the transaction began. */
export const databaseNow = () => raw<Date>('now()');

/** For a property: so many milliseconds later. */
export const databaseTimeIn = (milliseconds: number) =>
  raw<Date>(`now() + ? * interval '1 millisecond'`, [milliseconds]);

/** For a column in Kysely's statements: when the transaction began. */
export const NOW: RawBuilder<Date> = sql`now()`;

/** For a column in Kysely's statements: so many milliseconds later. */
export const timeIn = (milliseconds: number): RawBuilder<Date> =>
  sql`now() + ${milliseconds} * interval '1 millisecond'`;
