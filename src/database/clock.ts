import { raw } from '@mikro-orm/core';

// Times that are stored are the database's, so that a replica whose own clock is wrong writes no wrong ones.

/** For a column: when the transaction began. */
export const databaseNow = () => raw<Date>('now()');

/** For a column: so many milliseconds later. */
export const databaseTimeIn = (milliseconds: number) =>
  raw<Date>(`now() + ? * interval '1 millisecond'`, [milliseconds]);
