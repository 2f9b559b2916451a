import { onTestFinished, vi } from 'vitest';
import type { Database } from '../../src/database/database.js';

/** The SQL statements that run until the end of the test, without those that open and close transactions. */
export function recordStatements(database: Database): string[] {
  const statements: string[] = [];
  const spy = vi
    .spyOn(database.fork().config.getLogger(), 'logQuery')
    .mockImplementation(({ query = '' }) => {
      if (!/^(begin|commit|rollback|savepoint)/i.test(query)) statements.push(query);
    });
  onTestFinished(() => spy.mockRestore());
  return statements;
}
